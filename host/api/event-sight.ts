import type { Access } from '../auth/access.ts';
import { everySite, roleAt } from '../auth/roles.ts';
import type { Rollouts } from '../rollouts/rollouts.ts';
import type { Sites } from '../site/sites.ts';
import type { Sight } from './event-frames.ts';
import { sees } from './route-access.ts';

/** What somebody hears of: by their roles and the sites that gateways belong to at that moment. */
export function sightOf(
  access: Access,
  wanted: string | undefined,
  { sites, rollouts }: { readonly sites: Sites; readonly rollouts: Rollouts },
): Sight {
  const isWanted = (gateway: string) => wanted === undefined || sites.siteOf(gateway) === wanted;
  return {
    host: () => access.meters === null && roleAt(access.roles, everySite) !== undefined,
    gateway: gateway => isWanted(gateway) && sees(access, sites, gateway),
    meter: (gateway, meter) => isWanted(gateway) && sees(access, sites, gateway, meter),
    site: site => (wanted ?? site) === site && roleAt(access.roles, site) !== undefined,
    // As lists tell of it: all of its gateways may be seen.
    rollout(id) {
      const gateways = Object.keys(rollouts.get(id)?.members ?? {});
      return gateways.some(isWanted) && gateways.every(gateway => sees(access, sites, gateway));
    },
  };
}
