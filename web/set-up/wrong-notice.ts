import { html, nothing, type TemplateResult } from 'lit';
import { errorText } from '../error-text.ts';
import { words } from '../i18n/language.ts';
import { RequestError } from '../request-error.ts';
import '../parts/jg-notice.ts';
import { elsewhere, type Mistakes, mistakesIn, noMistakes } from './mistakes.ts';

/** What the host has against a form it refused. */
export const mistakesOf = (error: unknown): Mistakes =>
  error instanceof RequestError && error.details !== null ? mistakesIn(error.details) : noMistakes;

/** What is wrong with none of the fields at `places`, or that something is said at one of them. */
export function wrongNotice(
  error: unknown,
  mistakes: Mistakes,
  places: readonly string[],
): TemplateResult | typeof nothing {
  if (error === null) return nothing;
  const rest = elsewhere(mistakes, new Set(places));
  const text =
    mistakes.size === 0 ? errorText(error) : rest.length > 0 ? rest.join(' ') : words().setUp.notSaved;
  return html`<jg-notice kind="bad" .text=${text}></jg-notice>`;
}
