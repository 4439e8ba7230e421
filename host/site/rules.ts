import type { Mistake } from '#core/rules.ts';
import type { SiteSettings } from '../api/contract.ts';
import { tariffMistakes } from './tariff-rules.ts';
import { meterMistakes } from './tree-rules.ts';

/** What a person says of the site: its name, its meters, what energy costs. */
export type SiteFacts = Pick<SiteSettings, 'name' | 'meters' | 'tariff'>;

/** So many are told at once. */
const mostMistakes = 20;

/** All that is wrong with what a person says of the site, beyond its shape (`NewSite` of the contract). None: it is right. */
export function siteMistakes({ name, meters, tariff }: SiteFacts): Mistake[] {
  const ofName =
    name?.trim() === '' ? [{ field: 'name', message: 'only blanks given; give a name, or null' }] : [];
  const ofTariff = tariff === null ? [] : tariffMistakes(tariff);
  return [...ofName, ...meterMistakes(meters), ...ofTariff].slice(0, mostMistakes);
}
