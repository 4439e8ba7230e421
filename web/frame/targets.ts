import { currentSession } from '../access.ts';
import { type Address, dataAddress, gatewayAddress, type View } from '../address.ts';
import { alarmsAddress } from '../addresses/alarms-address.ts';
import { historyAddress } from '../addresses/history-address.ts';
import { ledgerAddress } from '../addresses/ledger-address.ts';

/** The views that bars, menus and keys lead to. */
export type Target = Exclude<View, 'meter'>;

export const targets: Readonly<Record<Target, Address>> = Object.freeze({
  overview: { view: 'overview' },
  history: historyAddress(null),
  structure: { view: 'structure' },
  ledger: ledgerAddress(null),
  gateways: gatewayAddress(null),
  alarms: alarmsAddress(),
  data: dataAddress('corrections'),
  settings: { view: 'settings' },
});

/** What stands in the bar; settings are in the menu. */
export const barTargets: readonly Target[] = Object.freeze([
  'overview',
  'history',
  'structure',
  'ledger',
  'gateways',
  'alarms',
  'data',
]);

/** What a phone's bar has no room for, and shows behind “More”. */
export const moreTargets: readonly Target[] = Object.freeze(['alarms', 'ledger', 'data', 'settings']);

/** Whether who is there has anything to look at in a view: a link shows the house, and nothing of its machines. */
export function isOpen(target: Target): boolean {
  const session = currentSession();
  if (session?.kind !== 'share') return true;
  if (target === 'structure') return session.meters === null;
  return target !== 'gateways' && target !== 'data';
}
