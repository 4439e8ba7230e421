import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../parts/icons.ts';
import type { SettingsField } from './settings-field.ts';

/** A line, meter or rule with its fields; styles: `settingsStyles`. */
export interface SettingsItem {
  /** Where mistakes find it: `meters[0]`. */
  readonly path: string;
  readonly id: string;
  readonly removeText: string;
  readonly fields: readonly SettingsField[];
  /** What a person has to know of a chosen profile. */
  readonly hint: TemplateResult | typeof nothing;
  /** By field. */
  readonly mistakes: ReadonlyMap<string, string>;
  readonly onSet: (field: SettingsField, text: string) => void;
  readonly onRemove: () => void;
}

export const settingsItem = (item: SettingsItem): TemplateResult => html`<li class="panel item">
  <fieldset>
    <legend><code>${item.id}</code></legend>
    ${item.fields.map(field => fieldOf(item, field))}
  </fieldset>
  <button type="button" class="quiet remove" aria-label=${item.removeText} title=${item.removeText} @click=${item.onRemove}>${icon('remove', 20)}</button>
</li>`;

function fieldOf(item: SettingsItem, field: SettingsField): TemplateResult {
  const { name, label } = field;
  const id = `${item.path}-${name}`.replace(/[[\]]/g, '-');
  const mistake = item.mistakes.get(`${item.path}.${name}`);
  const hint = name === 'profile' ? item.hint : nothing;
  const isTold = mistake !== undefined || hint !== nothing;
  return html`<div class="field ${name}">
    <label for=${id}>${label}</label>
    ${inputOf(item, field, id, mistake !== undefined, isTold)}
    ${isTold ? html`<div id=${`${id}-about`}>${mistake === undefined ? nothing : html`<p class="bad">${mistake}</p>`}${hint === nothing ? nothing : html`<p class="muted">${hint}</p>`}</div>` : nothing}
  </div>`;
}

function inputOf(
  { onSet }: SettingsItem,
  field: SettingsField,
  id: string,
  isWrong: boolean,
  isTold: boolean,
): TemplateResult {
  const { value, of, placeholder = '' } = field;
  const isInvalid = isWrong ? 'true' : nothing;
  const about = isTold ? `${id}-about` : nothing;
  const set = (event: Event) => onSet(field, (event.target as HTMLInputElement).value);
  if (typeof of !== 'string') {
    return html`<select id=${id} aria-invalid=${isInvalid} aria-describedby=${about} @change=${set}>
      ${of.map(([one, text]) => html`<option value=${one} ?selected=${one === String(value ?? '')}>${text}</option>`)}
    </select>`;
  }
  const mode = of === 'number' ? 'numeric' : of === 'decimal' ? 'decimal' : 'text';
  return html`<input id=${id} .value=${String(value ?? '')} inputmode=${mode} placeholder=${placeholder} autocomplete="off" autocapitalize="none" spellcheck="false" aria-invalid=${isInvalid} aria-describedby=${about} @input=${set} />`;
}
