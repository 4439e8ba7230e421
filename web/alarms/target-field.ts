import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { mayEverywhere } from '../access.ts';
import { locale, words } from '../i18n/language.ts';
import { choiceField } from '../parts/choice-field.ts';
import type { Site } from '../site/site.ts';
import { toldApart } from '../site/told-apart.ts';
import { withChosen } from './rule-choices.ts';
import { type TargetDraft, type TargetKind, targetKinds } from './rule-draft.ts';

/** Whose health is the host's business is for those who may look at all of it. */
const isOffered = (is: TargetKind): boolean => is !== 'host' || mayEverywhere('operator');

/** What a rule is about. */
export function targetFields(
  target: TargetDraft,
  site: Site,
  change: (target: TargetDraft) => void,
): TemplateResult {
  const { rules: text } = words().alarms;
  const { is, id } = target;
  const meters = [...toldApart(site.meters)].sort((one, other) =>
    one.name.localeCompare(other.name, locale(), { numeric: true }),
  );
  const choose = (kind: TargetKind) => {
    const firsts: Readonly<Record<TargetKind, string>> = {
      meter: meters[0]?.key ?? '',
      gateway: site.gateways[0]?.id ?? '',
      site: site.id ?? '',
      sumOfSite: site.id ?? '',
      sum: '',
      host: '',
    };
    change({ is: kind, id: firsts[kind], ids: kind === 'sum' ? meters.map(({ key }) => key) : [] });
  };
  const kinds = targetKinds.filter(each => isOffered(each) || each === is);
  return html`${choiceField(
    'target',
    text.target,
    is,
    kinds.map(each => [each, text.targets[each] ?? each]),
    ({ value }) => {
      const kind = targetKinds.find(each => each === value);
      if (kind !== undefined) choose(kind);
    },
  )}
    ${
      is === 'meter'
        ? choiceField(
            'target-id',
            text.meter,
            id,
            withChosen(
              [id],
              meters.map(({ key, name }) => [key, name] as const),
            ),
            ({ value }) => change({ ...target, id: value }),
          )
        : is === 'gateway'
          ? choiceField(
              'target-id',
              text.gateway,
              id,
              withChosen(
                [id],
                site.gateways.map(gateway => [gateway.id, gateway.id] as const),
              ),
              ({ value }) => change({ ...target, id: value }),
            )
          : nothing
    }
    ${
      is === 'sum'
        ? html`<fieldset><legend class="small">${text.meters}</legend><div class="checks">
            ${repeat(
              withChosen(
                target.ids,
                meters.map(({ key, name }) => [key, name] as const),
              ),
              ([key]) => key,
              ([key, name]) =>
                html`<label class="check"><input type="checkbox" .checked=${target.ids.includes(key)} @change=${(
                  event: Event,
                ) => {
                  const isOn = (event.target as HTMLInputElement).checked;
                  change({
                    ...target,
                    ids: isOn ? [...target.ids, key] : target.ids.filter(each => each !== key),
                  });
                }} />${name}</label>`,
            )}
          </div></fieldset>`
        : nothing
    }`;
}
