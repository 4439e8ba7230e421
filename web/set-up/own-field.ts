import { html, nothing, type TemplateResult } from 'lit';
import { describedBy, wrongAt } from './form-fields.ts';
import type { Mistakes } from './mistakes.ts';

export interface OwnField {
  /** Of what is set up itself, beside its settings. */
  readonly of: 'name' | 'id';
  readonly label: string;
  readonly help: string;
  readonly value: string;
  readonly isFixed?: boolean;
  readonly mistakes: Mistakes;
  readonly set: (value: string) => void;
}

/** What people call something, or by what the host knows it. */
export function ownField({
  of,
  label,
  help,
  value,
  isFixed = false,
  mistakes,
  set,
}: OwnField): TemplateResult {
  const place = `of.${of}`;
  return html`<div class="field">
    <label for=${place}>${label}</label>
    <input
      id=${place}
      .value=${value}
      maxlength="64"
      required
      pattern=${of === 'id' ? '[a-z0-9][a-z0-9_\\-]*' : nothing}
      ?readonly=${isFixed}
      autocomplete="off"
      autocapitalize=${of === 'id' ? 'none' : 'sentences'}
      spellcheck="false"
      aria-invalid=${mistakes.has(place) ? 'true' : nothing}
      aria-describedby=${describedBy(mistakes, place, true)}
      @input=${(event: Event) => set((event.target as HTMLInputElement).value)}
    />
    <p class="small muted" id=${`${place}-hint`}>${help}</p>
    ${wrongAt(mistakes, place)}
  </div>`;
}
