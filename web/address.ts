import { type AlarmsAddress, formatAlarms, parseAlarms } from './addresses/alarms-address.ts';
import { type DataAddress, formatData, parseData } from './addresses/data-address.ts';
import { formatGateways, type GatewaysAddress, parseGateways } from './addresses/gateways-address.ts';
import {
  defaultRange,
  formatHistory,
  type HistoryAddress,
  historyAddress,
  parseHistory,
} from './addresses/history-address.ts';
import { formatLedger, type LedgerAddress, ledgerAddress, parseLedger } from './addresses/ledger-address.ts';
import { formatMeter, type MeterAddress, meterAddress, parseMeter } from './addresses/meter-address.ts';
import { formatOverview, type OverviewAddress, parseOverview } from './addresses/overview-address.ts';
import { formatSettings, parseSettings, type SettingsAddress } from './addresses/settings-address.ts';
import { formatStructure, parseStructure, type StructureAddress } from './addresses/structure-address.ts';

export { type DataPart, type DataSubject, dataAddress, dataParts } from './addresses/data-address.ts';
export type { FleetAddress } from './addresses/fleet-address.ts';
export {
  type FoundMeter,
  fleetAddress,
  type GatewayPart,
  gatewayAddress,
  gatewayParts,
} from './addresses/gateways-address.ts';
export { type LedgerRange, ledgerRanges } from './addresses/ledger-address.ts';
export { type SettingsPart, settingsAddress, settingsParts } from './addresses/settings-address.ts';
export { defaultRange, meterAddress };

/** What the address bar holds: enough to send the same picture to somebody else. Each view reads and writes its own. */
export type Address =
  | OverviewAddress
  | HistoryAddress
  | MeterAddress
  | StructureAddress
  | LedgerAddress
  | GatewaysAddress
  | AlarmsAddress
  | DataAddress
  | SettingsAddress;

export type View = Address['view'];

type Parse = (parts: readonly string[], query: URLSearchParams) => Address | null;

const parsers: Readonly<Record<View, Parse>> = Object.freeze({
  overview: parseOverview,
  history: parseHistory,
  meter: parseMeter,
  structure: parseStructure,
  ledger: parseLedger,
  gateways: parseGateways,
  alarms: parseAlarms,
  data: parseData,
  settings: parseSettings,
});

const isView = (text: string): text is View => Object.hasOwn(parsers, text);

/** The address of a location hash; whatever is not understood becomes the default, so old links keep working. */
export function parseAddress(hash: string): Address {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const [view = '', ...parts] = path.split('/').filter(Boolean);
  const parse = isView(view) ? parsers[view] : parseOverview;
  return parse(parts, new URLSearchParams(search)) ?? parseOverview();
}

/** The location hash of an address; `parseAddress` gives the same address again. */
export const formatAddress = (address: Address): string => `#${pathOf(address)}`;

function pathOf(address: Address): string {
  switch (address.view) {
    case 'overview':
      return formatOverview(address);
    case 'history':
      return formatHistory(address);
    case 'meter':
      return formatMeter(address);
    case 'structure':
      return formatStructure(address);
    case 'ledger':
      return formatLedger(address);
    case 'gateways':
      return formatGateways(address);
    case 'alarms':
      return formatAlarms(address);
    case 'data':
      return formatData(address);
    case 'settings':
      return formatSettings(address);
  }
}

/** A link to the history of a meter. */
export const historyOf = (meter: string, quantity: string | null = null): string =>
  formatAddress(historyAddress(meter, quantity));

/** A link to the ledger: of a meter's day, where a moment of it is given. */
export const ledgerOf = (meter: string | null, dayMs: number | null = null): string =>
  formatAddress(ledgerAddress(meter, dayMs));

/** A link to everything about a meter. */
export const meterPageOf = (meter: string): string => formatAddress(meterAddress(meter));
