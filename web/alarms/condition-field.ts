import { html, nothing, type TemplateResult } from 'lit';
import { locale, quantityName, words } from '../i18n/language.ts';
import { type Choice, choiceField } from '../parts/choice-field.ts';
import type { Site } from '../site/site.ts';
import { type ConditionField, conditionFields, unitOfCondition } from './condition-kinds.ts';
import { quantitiesOf } from './rule-choices.ts';
import { durationUnits, figureUnits, type RuleDraft, type RuleMistakes, unitIn } from './rule-draft.ts';
import { limitText } from './typed-number.ts';

type Change = (fields: RuleDraft['fields']) => void;

/** The fields of a condition: what is asked first, and behind “More” what has a good value already. */
export function conditionFieldsOf(
  draft: RuleDraft,
  site: Site,
  mistakes: RuleMistakes,
  change: Change,
): TemplateResult {
  const all = conditionFields(draft.kind);
  const draw = (field: ConditionField) => html`<div>${fieldOf(field, draft, site, mistakes, change)}</div>`;
  const fine = all.filter(({ isFine }) => isFine);
  return html`<div class="fields">${all.filter(({ isFine }) => !isFine).map(draw)}</div>
    ${
      fine.length === 0
        ? nothing
        : html`<details ?open=${fine.some(({ name }) => mistakes.has(name))}>
            <summary>${words().alarms.rules.fine}</summary>
            <div class="fields">${fine.map(draw)}</div>
          </details>`
    }`;
}

function fieldOf(
  field: ConditionField,
  draft: RuleDraft,
  site: Site,
  mistakes: RuleMistakes,
  change: Change,
): TemplateResult {
  const { name, is } = field;
  const { alarms } = words();
  const label = (is === 'phases' ? alarms.fields.phases : alarms.fields[name]) ?? name;
  const value = draft.fields[name] ?? '';
  const set = (given: string, at = name) => change({ ...draft.fields, [at]: given });
  const choose = (choices: readonly Choice[]) =>
    html`${choiceField(name, label, value, choices, ({ value: given }) => set(given))}${wrongAt(mistakes, name)}`;
  const named = (table: Readonly<Record<string, string>>): Choice[] => Object.entries(table);
  switch (is) {
    case 'quantity':
    case 'counter':
      return choose(
        quantitiesOf(draft.target, site, is === 'counter', value)
          .map((id): Choice => [id, quantityName(id)])
          .sort(([, one], [, other]) => one.localeCompare(other, locale(), { numeric: true })),
      );
    case 'operator':
      return choose(named(alarms.operators));
    case 'windowValue':
      return choose(named(alarms.windowValues));
    case 'phases':
      return choose(named(alarms.phases));
    case 'period':
      return choose(named(alarms.periods));
    case 'figure':
      return choose([...(value === '' ? [['', ''] as const] : []), ...figuresOf(draft)]);
    case 'value':
    case 'duration':
      return typedField(field, draft, label, mistakes, set);
  }
}

/** Of the host its own, of all else those of gateways. */
const figuresOf = ({ target }: RuleDraft): Choice[] =>
  Object.entries(words().alarms.figures).filter(([id]) => id.startsWith('host.') === (target.is === 'host'));

function typedField(
  { name, is, unit: own }: ConditionField,
  draft: RuleDraft,
  label: string,
  mistakes: RuleMistakes,
  set: (value: string, at?: string) => void,
): TemplateResult {
  const { durations, valueHelp } = words().alarms;
  const unit = own ?? unitOfCondition({ ...draft.fields, kind: draft.kind }, figureUnits);
  const hasPrefix = is === 'value' && /^(W|Wh|VA|VAh|var|varh)$/.test(unit);
  const about = [
    ...(mistakes.has(name) ? [`${name}-wrong`] : []),
    ...(hasPrefix ? [`${name}-hint`] : []),
  ].join(' ');
  const input = html`<input
    id=${name}
    inputmode="decimal"
    autocomplete="off"
    spellcheck="false"
    maxlength="32"
    .value=${draft.fields[name] ?? ''}
    aria-invalid=${mistakes.has(name) ? 'true' : nothing}
    aria-describedby=${about || nothing}
    @input=${(event: Event) => set((event.target as HTMLInputElement).value)}
  />`;
  const beside =
    is === 'duration'
      ? html`<select aria-label=${`${label}: ${durations[unitIn(draft.fields, name)]}`} @change=${(event: Event) => set((event.target as HTMLSelectElement).value, `${name}.unit`)}>
          ${Object.keys(durationUnits).map(each => html`<option value=${each} .selected=${each === unitIn(draft.fields, name)}>${durations[each]}</option>`)}
        </select>`
      : unit === '1'
        ? nothing
        : html`<span class="muted">${unit}</span>`;
  return html`<div class="field">
    <label for=${name}>${label}</label>
    ${beside === nothing ? input : html`<div class="with-unit">${input}${beside}</div>`}
    ${hasPrefix ? html`<p class="small muted" id=${`${name}-hint`}>${valueHelp(exampleOf(unit))}</p>` : nothing}
    ${wrongAt(mistakes, name)}
  </div>`;
}

const exampleOf = (unit: string): string => limitText(3.5, unit, locale()).replace(unit, `k${unit}`);

function wrongAt(mistakes: RuleMistakes, name: string): TemplateResult | typeof nothing {
  const mistake = mistakes.get(name);
  if (mistake === undefined) return nothing;
  return html`<p class="wrong" id=${`${name}-wrong`}>${words().alarms.rules.wrong[mistake.is](mistake.figure)}</p>`;
}
