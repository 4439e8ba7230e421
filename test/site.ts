import { onTestFinished } from 'vitest';
import type { GatewaySettings } from '#core/wire/settings.ts';
import type { ModbusProfile } from '#profiles/profile.ts';
import type { ModbusSlave } from '../simulator/meters/modbus-slave.ts';
import { usualMeter } from '../simulator/more-meters.ts';
import { createPlant, type Plant } from '../simulator/plant/plant.ts';
import { loadScenario } from '../simulator/scenario/load.ts';
import { pointReader, scenarioSlave } from '../simulator/scenario/meter-reading.ts';
import type { Scenario } from '../simulator/scenario/scenario.ts';
import { shareSettings, type WiredLine, type WiredSite, wireSite } from '../simulator/scenario/wired-site.ts';

const familyHouse = loadScenario('family-house');
/** One of each kind: an infrared head, a bus with three meters, and a chip. */
const wanted: readonly string[] = ['grid', 'house', 'ev', 'kitchen', 'dc'];

/** The family house with so few meters that what a test costs is what it is about. */
export const siteScenario: Scenario = {
  ...familyHouse,
  plant: {
    ...familyHouse.plant,
    // Three times its size: it charges until the charger goes off at half past three, and then gives.
    circuits: familyHouse.plant.circuits.map(circuit =>
      circuit.load?.kind === 'battery-bank'
        ? { ...circuit, load: { ...circuit.load, capacityAh: 60 } }
        : circuit,
    ),
  },
  meters: familyHouse.meters.filter(({ id }) => wanted.includes(id)),
};
export const siteMeters = siteScenario.meters;
/** The line that the chip of the site is on. */
export const chipPort = 'sim://i2c-1';

export const sitePlant = (seed: number, startMs: number): Plant =>
  createPlant(siteScenario.plant, siteScenario.place, { seed, startMs });

/** A meter of any Modbus profile in the family house, where one of its kind would hang. */
export function meterInHouse(
  profile: ModbusProfile,
  address: number,
  startMs: number,
  plantMs: () => number = () => startMs,
): ModbusSlave {
  const meter = usualMeter(profile, siteScenario, 'rs485-1', address);
  return scenarioSlave(meter, pointReader(sitePlant(5, startMs), meter, plantMs));
}

export interface SiteWindows {
  readonly windowS: number;
  readonly sampleMs: number;
}

/** What a gateway has to be told to measure the site. `ports` by the lines' ids. */
export const siteSettings = (
  ports: Readonly<Record<string, string>>,
  windows: SiteWindows,
): Pick<GatewaySettings, 'lines' | 'meters'> =>
  shareSettings(
    { lines: siteScenario.lines.map(line => ({ line, port: ports[line.id] ?? '' })) },
    siteScenario,
    windows,
  );

export interface ServedSite extends WiredSite {
  readonly plant: Plant;
  readonly rs485: Extract<WiredLine, { kind: 'rs485' }>['server'];
  readonly ir: Extract<WiredLine, { kind: 'ir' }>['server'];
  settings(windows: SiteWindows): Pick<GatewaySettings, 'lines' | 'meters'>;
}

/** The site's meters on TCP ports until the test ends. Without `plantMs` it lives in real time. */
export async function serveSite(plant: Plant, plantMs: () => number = Date.now): Promise<ServedSite> {
  const site = await wireSite({ scenario: siteScenario, plant, plantMs });
  onTestFinished(() => site.close());
  const [rs485] = site.lines.flatMap(line => (line.kind === 'rs485' ? line.server : []));
  const [ir] = site.lines.flatMap(line => (line.kind === 'ir' ? line.server : []));
  if (rs485 === undefined || ir === undefined) throw new Error('the site lacks a line');
  return {
    ...site,
    plant,
    rs485,
    ir,
    settings: windows => shareSettings(site, siteScenario, windows),
  };
}
