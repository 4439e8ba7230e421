import type { View } from '../address.ts';

/** The code of each view but the first, which every visit sees. */
const modules: Readonly<Record<Exclude<View, 'overview'>, () => Promise<unknown>>> = Object.freeze({
  history: () => import('./jg-history.ts'),
  meter: () => import('./jg-meter.ts'),
  structure: () => import('./jg-structure.ts'),
  ledger: () => import('./jg-ledger.ts'),
  gateways: () => import('./jg-gateways.ts'),
  data: () => import('./jg-data.ts'),
  settings: () => import('./jg-settings.ts'),
});

/** Loads what shows `view`. Rejects where the host does not give it. */
export async function loadView(view: View): Promise<void> {
  if (view !== 'overview') await modules[view]();
}
