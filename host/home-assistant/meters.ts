import type { QuantityId } from '#core/quantities.ts';
import { isQuantityId } from '#core/quantities.ts';
import { findProfile } from '#profiles/registry.ts';
import { currentMeters } from '../current-meters.ts';
import type { GatewayState } from '../fleet.ts';
import type { Sites } from '../site/sites.ts';
import type { Store } from '../store/store.ts';
import type { ToldMeter } from './discovery.ts';

/** What a meter stopped to tell so long before the newest that it tells belongs to the past. */
const goneMs = 86_400_000;

/** The meters of a gateway, under the names that people gave them. */
export function toldMeters(
  state: GatewayState,
  store: Pick<Store, 'seriesOfMeter' | 'metersOf' | 'newestWindowS'>,
  sites: Pick<Sites, 'meter'>,
): ToldMeter[] {
  const gateway = state.id;
  return currentMeters(state, store).map(({ id: meter, name, profile, windowS, series, identity }) => {
    const known = findProfile(profile);
    return {
      gateway,
      meter,
      name: sites.meter(`${gateway}.${meter}`)?.name ?? name,
      manufacturer: known?.manufacturer,
      model: identity?.model ?? known?.model ?? (profile === '' ? undefined : profile),
      serial: identity?.serial,
      firmware: identity?.firmware,
      windowS,
      quantities: quantitiesOf(`${gateway}.${meter}`, series, store),
    };
  });
}

function quantitiesOf(
  key: string,
  announced: readonly string[],
  store: Pick<Store, 'seriesOfMeter'>,
): QuantityId[] {
  const stored = store.seriesOfMeter(key);
  const newestMs = Math.max(0, ...stored.map(({ lastMs }) => lastMs));
  const present = stored.filter(({ lastMs }) => lastMs > newestMs - goneMs).map(({ quantity }) => quantity);
  return [...new Set([...announced.filter(isQuantityId), ...present])].sort();
}
