import { createGateway } from '#app/gateway.ts';
import type { QuantityId } from '#core/quantities.ts';
import { findProfile } from '#profiles/registry.ts';
import { bareBoard, noCrypto } from '../../../simulator/gateway/board.ts';
import { DirectLines } from '../../../simulator/gateway/direct-lines.ts';
import { MemoryBroker } from '../../../simulator/gateway/memory-mqtt.ts';
import { seededRandom } from '../../../simulator/gateway/random.ts';
import { memoryStore } from '../../../simulator/gateway/stores.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { House } from '../../../simulator/house/house.ts';
import type { PointId } from '../../../simulator/house/meter-points.ts';
import { Ina219Chip } from '../../../simulator/meters/ina219-chip.ts';
import { SmlHead } from '../../../simulator/meters/sml-head.ts';
import { chipPort, shuntOhm, siteMeters, siteSettings } from '../../../simulator/site.ts';
import { HostModel } from './host-model.ts';

export interface DemoRecords {
  /** Bytes of the records in the order they were made. */
  readonly sizes: readonly number[];
  readonly seconds: number;
  /** How often the host acknowledged. */
  readonly acks: number;
}

const startMs = 1_795_000_000_000;

/** What the gateway of the demo makes of its house in windows of 10 s, with a host that is there. */
export function demoRecords(seconds: number): DemoRecords {
  const time = new VirtualTime({ wallMs: startMs });
  const house = new House({ seed: 1, startMs });
  const readAt = (point: PointId) => (quantity: QuantityId) => {
    house.advanceTo(time.wallMs() ?? startMs);
    return house.points[point].read(quantity);
  };
  const slaves = siteMeters.flatMap(({ profile: id, address, point }) => {
    const profile = findProfile(id);
    return profile?.kind === 'modbus' && address !== undefined
      ? [{ address, profile, read: readAt(point) }]
      : [];
  });
  const battery = readAt('battery');
  const chip = new Ina219Chip({
    shuntOhm,
    voltageV: () => battery('voltageV') ?? 0,
    currentA: () => battery('currentA') ?? 0,
  });
  const broker = new MemoryBroker(time);
  const host = new HostModel('gw', broker, time);
  const gateway = createGateway({
    id: 'gw',
    settings: {
      version: 1,
      ...siteSettings({ rs485: 'bus', ir: 'head' }, { windowS: 10, sampleMs: 1000 }),
    },
    ports: {
      time,
      random: seededRandom(1),
      mqtt: broker.port,
      openSerial: new DirectLines({
        time,
        rs485: { slaves },
        ir: { head: new SmlHead({ read: readAt('utility') }), everyMs: 1000 },
      }).openSerial,
      openI2c: line => {
        if (line.port !== chipPort) throw new Error(`port ${line.port} is not there`);
        return chip.port();
      },
      store: memoryStore(),
      crypto: noCrypto,
      board: bareBoard(),
      log: () => {},
    },
  });
  gateway.start();
  time.advance(seconds * 1000);
  const stored = host.stored.get(gateway.journal.epoch) ?? [];
  gateway.stop();
  return { sizes: stored.map(({ length }) => length), seconds, acks: host.counts.messages };
}
