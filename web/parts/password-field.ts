import { html, nothing, type TemplateResult } from 'lit';
import { words } from '../i18n/language.ts';
import { icon } from './icons.ts';

export interface PasswordField {
  /** Also its name in the form. */
  readonly id: string;
  readonly label: string;
  readonly autocomplete: 'current-password' | 'new-password';
  readonly help?: string;
  readonly least?: number;
  readonly isWrong?: boolean;
}

/** A password that can be shown while it is typed; styles: `passwordStyles`. */
export const passwordField = (field: PasswordField): TemplateResult => html`<div class="field">
  <label for=${field.id}>${field.label}</label>
  <div class="password">
    <input
      id=${field.id}
      name=${field.id}
      type="password"
      autocomplete=${field.autocomplete}
      autocapitalize="none"
      spellcheck="false"
      required
      minlength=${field.least ?? nothing}
      maxlength="256"
      aria-invalid=${field.isWrong ? 'true' : nothing}
      aria-describedby=${field.help === undefined ? nothing : `${field.id}-help`}
    />
    <button type="button" class="quiet eye" aria-pressed="false" aria-controls=${field.id}
      aria-label=${words().account.typed.show} title=${words().account.typed.show} @click=${turn}>${icon('eye')}</button>
  </div>
  ${field.help === undefined ? nothing : html`<p id="${field.id}-help" class="small muted">${field.help}</p>`}
</div>`;

/** Of this field alone, and for this time: nothing of it is kept. */
function turn({ currentTarget }: Event): void {
  if (!(currentTarget instanceof HTMLButtonElement)) return;
  const input = currentTarget.parentElement?.querySelector('input');
  if (input == null) return;
  const isShown = input.type === 'password';
  input.type = isShown ? 'text' : 'password';
  currentTarget.setAttribute('aria-pressed', String(isShown));
  const { show, hide } = words().account.typed;
  currentTarget.title = isShown ? hide : show;
}
