import { quantityIds } from '#core/quantities.ts';
import type { Profile } from '../../host/api/contract.ts';
import { profileName } from '../gateways/profile-names.ts';
import { language, locale, quantityName, words } from '../i18n/language.ts';
import { unitOf } from '../i18n/quantity-names.ts';
import type { Choice } from '../parts/choice-field.ts';
import type { FormField } from './fields.ts';

export interface Choices {
  readonly profiles: readonly Profile[];
}

/** What may be chosen in a field, with what is chosen now; null of what is typed. */
export function choicesOf(
  { kind, choices, isOptional }: FormField,
  chosen: string,
  { profiles }: Choices,
): readonly Choice[] | null {
  const known = (): readonly Choice[] | null => {
    if (kind === 'choice') return choices.map(({ value, label }) => [value, label[language()]]);
    if (kind === 'quantity') return quantities();
    if (kind === 'profile') return profilesOf(profiles);
    return null;
  };
  const all = known();
  if (all === null) return null;
  const none: Choice = ['', words().setUp.notChosen];
  const isKnown = chosen === '' || all.some(([value]) => value === chosen);
  return [
    ...(kind === 'choice' && !isOptional ? [] : [none]),
    ...all,
    ...(isKnown ? [] : [[chosen, chosen] as const]),
  ];
}

const byText = ([, one]: Choice, [, other]: Choice): number =>
  one.localeCompare(other, locale(), { numeric: true });

const quantities = (): Choice[] =>
  quantityIds
    .map((id): Choice => {
      const unit = unitOf(id);
      return [id, unit === '1' ? quantityName(id) : `${quantityName(id)} (${unit})`];
    })
    .sort(byText);

/** Those that are asked for registers: what only listens or hangs on a chip is a gateway's. */
const profilesOf = (profiles: readonly Profile[]): Choice[] =>
  profiles
    .filter(({ kind }) => kind === 'modbus')
    .map((profile): Choice => [profile.id, profileName(profile)])
    .sort(byText);
