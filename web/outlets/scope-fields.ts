import { html, nothing, type TemplateResult } from 'lit';
import { isQuantityId, quantityIds } from '#core/quantities.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { choiceField } from '../parts/choice-field.ts';
import { wrongAt } from '../set-up/form-fields.ts';
import type { Mistakes } from '../set-up/mistakes.ts';
import type { Site } from '../site/site.ts';
import type { ForwardOutlet } from './outlet.ts';

type Choice = ForwardOutlet['choice'];
type Named = readonly [id: string, name: string];

const scopes = Object.freeze(['all', 'gateways', 'meters'] as const);

/** What goes out of a forward: meters, those of gateways, or all; and which quantities of them. */
export function scopeFields(
  choice: Choice,
  { meters, gateways }: Pick<Site, 'meters' | 'gateways'>,
  mistakes: Mistakes,
  change: (choice: Choice) => void,
): TemplateResult {
  const { outlets: text } = words();
  const is = choice.meters !== null ? 'meters' : choice.gateways !== null ? 'gateways' : 'all';
  return html`<div class="fields">
      ${choiceField(
        'scope',
        text.scope,
        is,
        scopes.map(each => [each, text.scopes[each]]),
        ({ value }) =>
          change({
            ...choice,
            gateways: value === 'gateways' ? [] : null,
            meters: value === 'meters' ? [] : null,
          }),
      )}
      ${choiceField(
        'quantities',
        text.quantities,
        choice.quantities === null ? 'all' : 'some',
        [
          ['all', text.allQuantities],
          ['some', text.someQuantities],
        ],
        ({ value }) => change({ ...choice, quantities: value === 'some' ? [] : null }),
      )}
    </div>
    ${wrongAt(mistakes, 'choice')}
    ${checks(
      text.scopes.gateways,
      choice.gateways,
      gateways.map(({ id }) => [id, id] as const),
      list => change({ ...choice, gateways: list }),
    )}
    ${checks(
      text.scopes.meters,
      choice.meters,
      meters.map(({ key, name }) => [key, name] as const),
      list => change({ ...choice, meters: list }),
    )}
    ${checks(text.someQuantities, choice.quantities, quantitiesOf(meters), list => change({ ...choice, quantities: list }))}`;
}

/** Those that are measured here; all there are where nothing is measured yet. */
function quantitiesOf(meters: Site['meters']): readonly Named[] {
  const measured = new Set(meters.flatMap(meter => meter.quantities).filter(isQuantityId));
  const ids = measured.size > 0 ? [...measured] : quantityIds;
  return ids.map(id => [id, quantityName(id)] as const);
}

/** What is chosen stays to be seen, also where it is not there any more. */
function checks(
  title: string,
  chosen: readonly string[] | null,
  offered: readonly Named[],
  change: (list: string[]) => void,
): TemplateResult | typeof nothing {
  if (chosen === null) return nothing;
  const known = new Set(offered.map(([id]) => id));
  const gone = chosen.filter(id => !known.has(id)).map((id): Named => [id, id]);
  const all = [...offered, ...gone].sort(([, one], [, other]) =>
    one.localeCompare(other, locale(), { numeric: true }),
  );
  return html`<fieldset>
    <legend>${title}</legend>
    <div class="checks">
      ${all.map(
        ([id, name]) =>
          html`<label class="check"><input type="checkbox" .checked=${chosen.includes(id)} @change=${(
            event: Event,
          ) => {
            const isOn = (event.target as HTMLInputElement).checked;
            change(isOn ? [...chosen, id] : chosen.filter(each => each !== id));
          }} />${name}</label>`,
      )}
    </div>
    ${chosen.length === 0 ? html`<p class="small muted">${words().outlets.chooseOne}</p>` : nothing}
  </fieldset>`;
}
