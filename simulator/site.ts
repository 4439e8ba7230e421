import { deepFreeze } from '#core/freeze.ts';
import type { GatewaySettings } from '#core/wire/settings.ts';
import type { PointId } from './house/meter-points.ts';

/** A meter of the simulated site: where it hangs in the house and how a gateway reaches it. */
export interface SiteMeter {
  readonly id: string;
  readonly name: string;
  readonly profile: string;
  readonly point: PointId;
  readonly line: 'rs485-1' | 'ir-1' | 'i2c-1';
  readonly address?: number;
}

export const siteMeters: readonly SiteMeter[] = deepFreeze([
  { id: 'grid', name: 'Grid (smart meter)', profile: 'sml-meter', point: 'utility', line: 'ir-1' },
  {
    id: 'house',
    name: 'House by phase',
    profile: 'eastron-sdm630',
    point: 'main',
    line: 'rs485-1',
    address: 1,
  },
  {
    id: 'ev',
    name: 'Car charger (L1)',
    profile: 'eastron-sdm120',
    point: 'ev',
    line: 'rs485-1',
    address: 2,
  },
  {
    id: 'kitchen',
    name: 'Kitchen',
    profile: 'peacefair-pzem-004t-v3',
    point: 'kitchen',
    line: 'rs485-1',
    address: 3,
  },
  { id: 'dc', name: '12 V battery', profile: 'ina219', point: 'battery', line: 'i2c-1', address: 0x40 },
]);

/** What the demo's gateway measures besides: the inverter on the roof and the house's battery. */
export const plantMeters: readonly SiteMeter[] = deepFreeze([
  {
    id: 'pv',
    name: 'PV on the roof',
    profile: 'sunspec-inverter',
    point: 'pv',
    line: 'rs485-1',
    address: 11,
  },
  {
    id: 'storage',
    name: 'House battery',
    profile: 'eastron-sdm120',
    point: 'storage',
    line: 'rs485-1',
    address: 12,
  },
]);

/**
 * All meters on the bus share one speed. An SDM120 leaves its factory with 2400 baud; this one was set to 9600
 * (holding register 0x001C) as the others are.
 */
export const busBaud = 9600;

export const chipPort = 'sim://ina219-1';
/** What common INA219 boards carry; the profile takes it for granted. */
export const shuntOhm = 0.1;

export interface SitePorts {
  readonly rs485: string;
  readonly ir: string;
}

/** What a gateway has to be told to measure the site, or those of it that are `wanted`. `windowS` and `sampleMs` hold for every meter. */
export function siteSettings(
  ports: SitePorts,
  { windowS, sampleMs }: { readonly windowS: number; readonly sampleMs: number },
  wanted: readonly SiteMeter[] = siteMeters,
): Pick<GatewaySettings, 'lines' | 'meters'> {
  return {
    lines: [
      { id: 'rs485-1', kind: 'rs485', port: ports.rs485, baud: busBaud, parity: 'none', stopBits: 1 },
      { id: 'ir-1', kind: 'ir', port: ports.ir, baud: 9600, parity: 'none', stopBits: 1 },
      { id: 'i2c-1', kind: 'i2c', port: chipPort },
    ],
    meters: wanted.map(({ id, name, profile, line, address }) => ({
      id,
      name,
      profile,
      line,
      windowS,
      sampleMs,
      ...(address === undefined ? {} : { address }),
    })),
  };
}
