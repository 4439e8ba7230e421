import type { QuantityId } from '#core/quantities.ts';
import type { TimePort } from '#ports';
import { findProfile } from '#profiles/registry.ts';
import type { I2cChip } from './gateway/node-ports.ts';
import { nodeTime } from './gateway/node-time.ts';
import type { House } from './house/house.ts';
import type { PointId } from './house/meter-points.ts';
import type { LineFaults } from './line/faults.ts';
import { anyMeter } from './meters/any-meter.ts';
import { Ina219Chip } from './meters/ina219-chip.ts';
import type { ModbusSlave } from './meters/modbus-slave.ts';
import { type RtuTcpServer, serveRtuOverTcp } from './meters/rtu-tcp-server.ts';
import { type SmlTcpServer, serveSmlOverTcp } from './meters/sml-tcp-server.ts';
import { headKinds, type TelegramHead } from './meters/telegram-head.ts';
import { busBaud, chipPort, type SiteMeter, type SitePorts, shuntOhm, siteMeters } from './site.ts';

export interface WorldOptions {
  readonly house: House;
  /** The house's time, UTC ms: what its meters show is what was true then. */
  readonly houseMs: () => number;
  /** TCP ports on 127.0.0.1; 0 or absent: any free one. */
  readonly rs485Port?: number;
  readonly irPort?: number;
  readonly faults?: Partial<LineFaults>;
  /** What the smart meter speaks, by its name in `headKinds`; SML where it is not given. */
  readonly head?: string;
  /** The meters of the site; without them those that every site has. */
  readonly meters?: readonly SiteMeter[];
}

/** The house with its meters on wires. */
export interface World {
  readonly house: House;
  readonly rs485: RtuTcpServer;
  readonly ir: SmlTcpServer;
  /** The same meters without wires, for lines of another kind. */
  readonly slaves: readonly ModbusSlave[];
  readonly head: TelegramHead;
  readonly chips: ReadonlyMap<string, I2cChip>;
  /** Names of the lines' ports, as a gateway's settings want them. */
  readonly ports: SitePorts;
  close(): Promise<void>;
}

/** An SDM630 answers after some 15 to 60 ms. */
const turnaroundMs = 15;
export const telegramEveryMs = 1000;

/** Builds the meters of the site on a house and serves them. @throws Error where a port is taken. */
export async function startWorld(options: WorldOptions, time: TimePort = nodeTime): Promise<World> {
  const { house, houseMs } = options;
  const readAt = (point: PointId) => (quantity: QuantityId) => {
    house.advanceTo(houseMs());
    return house.points[point].read(quantity);
  };
  const own = (options.meters ?? siteMeters).flatMap(({ profile: id, address, point }) => {
    const profile = findProfile(id);
    if (profile?.kind === 'modbus' && profile.sunspec !== undefined && address !== undefined) {
      return [anyMeter(profile, address, house, houseMs)];
    }
    return profile?.kind === 'modbus' && address !== undefined
      ? [{ address, profile, read: readAt(point), hasZerosForUnknown: id === 'eastron-sdm630' }]
      : [];
  });
  const slaves: readonly ModbusSlave[] = own;
  const kind = options.head ?? 'sml';
  const head = headKinds[kind]?.(readAt('utility'));
  if (head === undefined) throw new Error(`no head is called ${kind}`);
  const rs485 = await serveRtuOverTcp({
    time,
    baud: busBaud,
    parity: 'none',
    stopBits: 1,
    seed: house.seed,
    slaves,
    turnaroundMs,
    port: options.rs485Port ?? 0,
  });
  rs485.line.setFaults(options.faults ?? {});
  let ir: SmlTcpServer;
  try {
    ir = await serveSmlOverTcp({ time, head, port: options.irPort ?? 0 });
  } catch (error) {
    await rs485.close();
    throw error;
  }
  const battery = readAt('battery');
  const chip = new Ina219Chip({
    shuntOhm,
    voltageV: () => battery('voltageV') ?? 0,
    currentA: () => battery('currentA') ?? 0,
  });
  return {
    house,
    rs485,
    ir,
    slaves,
    head,
    chips: new Map([[chipPort, chip]]),
    ports: { rs485: `tcp://127.0.0.1:${rs485.port}`, ir: `tcp://127.0.0.1:${ir.port}` },
    close: async () => {
      await Promise.all([rs485.close(), ir.close()]);
    },
  };
}
