import type { Message } from '#core/wire/messages.ts';
import type { GatewayState } from './fleet.ts';
import type { Store } from './store/store.ts';

type Announced = Message<'about'>['meters'][number];
export type CurrentMeter = Pick<Announced, 'id' | 'name' | 'profile' | 'windowS' | 'series' | 'identity'>;

/**
 * The meters that a gateway has: those that it announces. Of a source that announces none, as another Joulegate that forwards,
 * those that were heard, by what their windows tell.
 */
export function currentMeters(
  { id: gateway, about }: Pick<GatewayState, 'id' | 'about'>,
  store: Pick<Store, 'metersOf' | 'seriesOfMeter' | 'newestWindowS'>,
): readonly CurrentMeter[] {
  if (about !== null) return about.meters;
  return [...store.metersOf(gateway).values()]
    .filter(({ key }) => store.seriesOfMeter(key).some(({ isHeard }) => isHeard))
    .map(({ id, key }) => ({ id, name: id, profile: '', windowS: store.newestWindowS(key), series: [] }));
}

/** Length of a meter's windows, s; 0 where nobody knows it. */
export function windowSOf(
  { id: gateway, about }: Pick<GatewayState, 'id' | 'about'>,
  meter: string,
  store: Pick<Store, 'newestWindowS'>,
): number {
  if (about === null) return store.newestWindowS(`${gateway}.${meter}`);
  return about.meters.find(({ id }) => id === meter)?.windowS ?? 0;
}
