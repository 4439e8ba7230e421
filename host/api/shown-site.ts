import type { Access } from '../auth/access.ts';
import type { SiteMeter, SiteSettings } from './contract.ts';

/** Of a site what somebody may see: a link that shows some meters tells of those alone, and of no prices. */
export function shownSite({ meters: seen }: Pick<Access, 'meters'>, site: SiteSettings): SiteSettings {
  if (seen === null) return site;
  const meters = Object.entries(site.meters)
    .filter(([key]) => seen.has(key))
    .map(([key, said]) => [key, shownMeter({ meters: seen }, said) ?? said] as const);
  return { ...site, meters: Object.fromEntries(meters), tariff: null };
}

/** What was said of a meter, without another one that may not be seen. */
export function shownMeter(
  { meters: seen }: Pick<Access, 'meters'>,
  said: SiteMeter | undefined,
): SiteMeter | undefined {
  if (said?.below === undefined || seen === null || seen.has(said.below)) return said;
  const { below: _below, ...rest } = said;
  return rest;
}
