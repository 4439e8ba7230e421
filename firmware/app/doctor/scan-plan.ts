import type { Message } from '../../core/wire/messages.ts';
import { type LineSettings, settingsDefaults } from '../../core/wire/settings.ts';
import type { ModbusProfile } from '../../profiles/profile.ts';
import type { ScanPlan } from './scan.ts';
import type { PortSettings } from './talk.ts';

type Wanted = NonNullable<Message<'command'>['scan']>;

/** Addresses of slaves (over serial line V1.02, 2.2). */
const first = 1;
const last = 247;
/** Meters leave their factories with these. */
const usual = 10;

/** What is wrong with what a scan is asked for, or undefined. */
export function scanMistake({ fromAddress, toAddress }: Wanted): string | undefined {
  if (fromAddress < first || toAddress > last || fromAddress > toAddress) {
    return `scan: addresses ${fromAddress} to ${toAddress} given; from ${first} to ${last}, the lower one first, are allowed`;
  }
  return undefined;
}

/** The plan of a scan: the line's own speed and parity before others. `settled` are addresses of the settings. */
export function scanPlan(
  { fromAddress, toAddress, bauds, parities }: Wanted,
  line: LineSettings,
  settled: readonly number[],
  profiles: readonly ModbusProfile[],
): ScanPlan {
  const isWanted = (address: number) => address >= fromAddress && address <= toAddress;
  const addresses = Uint8Array.from(
    { length: toAddress - fromAddress + 1 },
    (_, index) => fromAddress + index,
  );
  const ports = portsOf(line, bauds, parities);
  const likely = new Set([...settled, ...addresses.filter(address => address <= usual)].filter(isWanted));
  return { addresses, ports, profiles, likely: [...likely] };
}

/** Every speed with every parity; two stop bits only without parity, and only where the line has them. */
export function portsOf(
  line: LineSettings,
  bauds: readonly number[] | undefined,
  parities: readonly PortSettings['parity'][] | undefined,
): PortSettings[] {
  const { baud, parity, stopBits } = { ...settingsDefaults, ...line };
  const own: PortSettings = { baud, parity, stopBits: stopBits === 2 ? 2 : 1 };
  const ports = (bauds ?? [baud]).flatMap(wantedBaud =>
    (parities ?? [parity]).map((wantedParity): PortSettings => {
      const isTwo = own.stopBits === 2 && wantedParity === 'none';
      return { baud: wantedBaud, parity: wantedParity, stopBits: isTwo ? 2 : 1 };
    }),
  );
  const isOwn = (port: PortSettings) => port.baud === baud && port.parity === parity;
  return [...ports.filter(isOwn), ...ports.filter(port => !isOwn(port))];
}
