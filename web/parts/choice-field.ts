import { html, type TemplateResult } from 'lit';

/** What may be chosen, and the word for it. */
export type Choice = readonly [value: string, text: string];

/** One of some choices, with its name. `id` is to be its own within the component. */
export const choiceField = (
  id: string,
  label: string,
  chosen: string,
  choices: readonly Choice[],
  choose: (select: HTMLSelectElement) => void,
): TemplateResult => html`<div class="field">
  <label for=${id}>${label}</label>
  <select id=${id} @change=${(event: Event) => choose(event.target as HTMLSelectElement)}>
    ${choices.map(([value, text]) => html`<option value=${value} .selected=${value === chosen}>${text}</option>`)}
  </select>
</div>`;
