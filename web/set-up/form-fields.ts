import { html, nothing, type TemplateResult } from 'lit';
import { language, words } from '../i18n/language.ts';
import { icon } from '../parts/icons.ts';
import { type Choices, choicesOf } from './choices.ts';
import { type Draft, type DraftValue, draftOf, renamed, rowsOf } from './draft.ts';
import type { FormField } from './fields.ts';
import { type Mistakes, wrongIn } from './mistakes.ts';

/** What fields are drawn with. */
export interface FieldsForm extends Choices {
  readonly mistakes: Mistakes;
  /** Whether secrets were saved before, and may stay. */
  readonly isSaved: boolean;
}

type Change = (name: string, value: DraftValue) => void;

/** The fields of a form, or of one of its rows; `at` is the place of what they stand in: empty, or `meters.0.`. */
export const formFields = (
  fields: readonly FormField[],
  draft: Draft,
  form: FieldsForm,
  change: Change,
  at = '',
): TemplateResult =>
  html`<div class="fields">
    ${fields.map(field => {
      const { name, kind } = field;
      const value = draft[name];
      const place = `${at}${name}`;
      const set = (given: DraftValue) => change(name, given);
      if (kind === 'rows') return rowsField(field, rowsOf(value), form, set, place);
      if (kind === 'switch') return switchField(field, value === true, form, set, place);
      const text = textField(
        field,
        typeof value === 'string' ? value : '',
        form,
        set,
        place,
        value === false,
      );
      if (kind !== 'secret' || !field.isOptional || !form.isSaved) return text;
      return html`<div>${text}${goneField(field, value === false, set, place)}</div>`;
    })}
  </div>`;

/** What is wrong at a place, read out with its field: in the person's words where it is a schema's, else in the host's. */
export const wrongAt = (mistakes: Mistakes, place: string): TemplateResult | typeof nothing => {
  const texts = mistakes.get(place);
  if (texts === undefined) return nothing;
  const { wrong } = words().setUp;
  const said = texts.map(text => {
    const known = wrongIn(text);
    return known === null ? text : wrong[known.is](known.figure);
  });
  const isOfHost = texts.some(text => wrongIn(text) === null);
  return html`<p class="wrong" id=${`${place}-wrong`} lang=${isOfHost ? 'en' : nothing}>${[...new Set(said)].join(' ')}</p>`;
};

/** The ids of what tells more of a field. */
export const describedBy = (mistakes: Mistakes, place: string, hasHint: boolean) =>
  [...(mistakes.has(place) ? [`${place}-wrong`] : []), ...(hasHint ? [`${place}-hint`] : [])].join(' ') ||
  nothing;

function textField(
  field: FormField,
  value: string,
  form: FieldsForm,
  set: (value: string) => void,
  place: string,
  isGone: boolean,
): TemplateResult {
  const { setUp } = words();
  const { name, kind, isOptional, unit } = field;
  const isId = name === 'id' && kind === 'text';
  const hints = [
    field.hint?.[language()],
    ...(isId ? [setUp.idHelp] : []),
    ...(kind === 'secret' && form.isSaved ? [setUp.secretKept] : []),
  ].filter(hint => hint !== undefined);
  const about = describedBy(form.mistakes, place, hints.length > 0);
  const isWrong = form.mistakes.has(place) ? 'true' : nothing;
  const isNeeded = !isOptional && !(kind === 'secret' && form.isSaved);
  const choices = choicesOf(field, value, form);
  // A number that is being typed is none yet, and its field would be emptied.
  const taken = (event: Event) => set((event.target as HTMLInputElement | HTMLSelectElement).value);
  const control =
    choices === null
      ? html`<input
          id=${place}
          type=${kind === 'number' ? 'number' : kind === 'secret' ? 'password' : 'text'}
          inputmode=${kind === 'number' ? 'decimal' : nothing}
          step=${kind === 'number' ? 'any' : nothing}
          maxlength="256"
          pattern=${isId ? '[a-z0-9][a-z0-9_\\-]*' : nothing}
          autocomplete=${kind === 'secret' ? 'new-password' : 'off'}
          autocapitalize="none"
          spellcheck="false"
          ?required=${isNeeded}
          ?disabled=${isGone}
          aria-invalid=${isWrong}
          aria-describedby=${about}
          .value=${value}
          @input=${kind === 'number' ? nothing : taken}
          @change=${kind === 'number' ? taken : nothing}
        />`
      : html`<select id=${place} ?required=${isNeeded} aria-invalid=${isWrong} aria-describedby=${about} @change=${taken}>
          ${choices.map(([id, text]) => html`<option value=${id} .selected=${id === value}>${text}</option>`)}
        </select>`;
  return html`<div class="field">
    <label for=${place}>${field.label[language()]}${isOptional ? html` <span class="muted small">${setUp.optional}</span>` : nothing}</label>
    ${unit === undefined ? control : html`<div class="with-unit">${control}<span class="muted">${unit}</span></div>`}
    ${hints.length === 0 ? nothing : html`<p class="small muted" id=${`${place}-hint`}>${hints.join(' ')}</p>`}
    ${wrongAt(form.mistakes, place)}
  </div>`;
}

/** An optional secret that was saved and shall be there no more. */
const goneField = (
  { label }: FormField,
  isGone: boolean,
  set: (value: DraftValue) => void,
  place: string,
): TemplateResult => html`<label class="check">
  <input
    id=${`${place}-gone`}
    type="checkbox"
    .checked=${isGone}
    @change=${(event: Event) => set((event.target as HTMLInputElement).checked ? false : '')}
  />${words().setUp.secretGone(label[language()])}</label
>`;

const switchField = (
  { label, hint }: FormField,
  isOn: boolean,
  { mistakes }: FieldsForm,
  set: (value: boolean) => void,
  place: string,
): TemplateResult => html`<div class="field">
  <label class="check">
    <input
      id=${place}
      type="checkbox"
      .checked=${isOn}
      aria-describedby=${describedBy(mistakes, place, hint !== undefined)}
      @change=${(event: Event) => set((event.target as HTMLInputElement).checked)}
    />${label[language()]}</label
  >
  ${hint === undefined ? nothing : html`<p class="small muted" id=${`${place}-hint`}>${hint[language()]}</p>`}
  ${wrongAt(mistakes, place)}
</div>`;

function rowsField(
  { label, hint, columns, isOptional }: FormField,
  rows: readonly Draft[],
  form: FieldsForm,
  set: (rows: readonly Draft[]) => void,
  place: string,
): TemplateResult {
  const { setUp } = words();
  const title = label[language()];
  const nameOf = (row: Draft, index: number) =>
    typeof row.name === 'string' && row.name !== '' ? row.name : setUp.row(title, String(index + 1));
  return html`<fieldset class="rows" id=${place} tabindex="-1">
    <legend>${title}</legend>
    ${hint === undefined ? nothing : html`<p class="small muted">${hint[language()]}</p>`}
    ${wrongAt(form.mistakes, place)}
    ${rows.map(
      (row, index) => html`<fieldset class="row-of">
        <legend>${nameOf(row, index)}</legend>
        ${
          rows.length === 1 && !isOptional
            ? nothing
            : html`<button type="button" class="quiet" aria-label=${setUp.removeRow(nameOf(row, index))} title=${setUp.remove} @click=${() => set(rows.filter(one => one !== row))}>${icon('remove', 18)}</button>`
        }
        ${formFields(columns, row, form, (name, value) => set(rows.map(one => (one === row ? changed(one, name, value) : one))), `${place}.${index}.`)}
        ${wrongAt(form.mistakes, `${place}.${index}`)}
      </fieldset>`,
    )}
    <button type="button" aria-label=${`${setUp.addRow}: ${title}`} @click=${() => set([...rows, draftOf(columns, {})])}>${icon('plus', 18)}${setUp.addRow}</button>
  </fieldset>`;
}

/** A row's id goes with its name. */
const changed = (row: Draft, name: string, value: DraftValue): Draft =>
  name === 'name' && typeof value === 'string' ? renamed(row, value) : { ...row, [name]: value };
