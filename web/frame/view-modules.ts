import type { View } from '../address.ts';

/** The code of each view but the first, which every visit sees. */
const modules: Readonly<Record<Exclude<View, 'overview'>, () => Promise<unknown>>> = Object.freeze({
  history: () => import('../history/jg-history.ts'),
  meter: () => import('../meter/jg-meter.ts'),
  structure: () => import('../structure/jg-structure.ts'),
  ledger: () => import('../ledger/jg-ledger.ts'),
  gateways: () => import('../gateways/jg-gateways.ts'),
  alarms: () => import('../alarms/jg-alarms.ts'),
  data: () => import('../data/jg-data.ts'),
  settings: () => import('../settings/jg-settings.ts'),
});

/** Loads what shows `view`. Rejects where the host does not give it. */
export async function loadView(view: View): Promise<void> {
  if (view !== 'overview') await modules[view]();
}
