import { html, type TemplateResult } from 'lit';

/** What can be chosen: values, and what people read. */
export type Options = readonly (readonly [value: string, name: string])[];

/** One of some, in a list that opens. */
export const selectField = (
  label: string,
  options: Options,
  value: string,
  take: (value: string) => void,
): TemplateResult => html`<label class="field"><span>${label}</span>
  <select .value=${value} @change=${(event: Event) => event.target instanceof HTMLSelectElement && take(event.target.value)}>
    ${options.map(([id, name]) => html`<option value=${id} ?selected=${id === value}>${name}</option>`)}
  </select></label>`;

/** One of few, all of them seen. */
export const choiceField = (
  label: string,
  name: string,
  options: Options,
  value: string,
  take: (value: string) => void,
): TemplateResult => html`<fieldset><legend>${label}</legend><div class="choices">
  ${options.map(([id, title]) => html`<label><input type="radio" name=${name} .checked=${id === value} @change=${() => take(id)} />${title}</label>`)}
</div></fieldset>`;
