import { html, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { language, locale } from '../i18n/language.ts';
import type { FieldWords } from './fields.ts';

/** A kind as one reads it before one chooses it. */
export interface OfferedKind {
  readonly id: string;
  readonly name: string;
  readonly about: string;
}

/** A kind of the host, in the language of the page. */
export const spokenKind = ({
  id,
  name,
  about,
}: Readonly<{ id: string; name: FieldWords; about: FieldWords }>): OfferedKind => ({
  id,
  name: name[language()],
  about: about[language()],
});

/** Of some kinds one, in the order of their names; styles: `setUpStyles`. */
export const kindChoice = (
  question: string,
  kinds: readonly OfferedKind[],
  choose: (id: string) => void,
): TemplateResult => html`<h2 id="which">${question}</h2>
  <ul class="kinds" aria-labelledby="which">
    ${[...kinds]
      .sort((one, other) => one.name.localeCompare(other.name, locale()))
      .map(
        ({ id, name, about }) => html`<li>
          <button @click=${() => choose(id)}><strong>${name}</strong> <span class="small muted">${about}</span></button>
        </li>`,
      )}
  </ul>`;

/** From the form of a kind back to all of them, where the keyboard goes on. */
export function otherKind(
  host: ReactiveControllerHost & { readonly renderRoot: ParentNode },
  text: string,
  forget: () => void,
): TemplateResult {
  const back = async () => {
    forget();
    await host.updateComplete;
    host.renderRoot.querySelector<HTMLElement>('.kinds button')?.focus();
  };
  return html`<button class="quiet" @click=${back}>${text}</button>`;
}
