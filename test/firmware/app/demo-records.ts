import { createGateway } from '#app/gateway.ts';
import { bareBoard, noCrypto } from '../../../simulator/gateway/board.ts';
import { DirectLines } from '../../../simulator/gateway/direct-lines.ts';
import { MemoryBroker } from '../../../simulator/gateway/memory-mqtt.ts';
import { seededRandom } from '../../../simulator/gateway/random.ts';
import { memoryStore } from '../../../simulator/gateway/stores.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { Ina219Chip } from '../../../simulator/meters/ina219-chip.ts';
import { SmlHead } from '../../../simulator/meters/sml-head.ts';
import { pointReader, scenarioSlave } from '../../../simulator/scenario/meter-reading.ts';
import { usualShuntOhm } from '../../../simulator/scenario/wired-site.ts';
import { chipPort, siteMeters, sitePlant, siteSettings } from '../../site.ts';
import { HostModel } from './host-model.ts';

export interface DemoRecords {
  /** Bytes of the records in the order they were made. */
  readonly sizes: readonly number[];
  readonly seconds: number;
  /** How often the host acknowledged. */
  readonly acks: number;
}

const startMs = 1_795_000_000_000;

/** What a gateway makes of a house with five meters in windows of 10 s, with a host that is there. */
export function demoRecords(seconds: number): DemoRecords {
  const time = new VirtualTime({ wallMs: startMs });
  const plant = sitePlant(1, startMs);
  const readersOn = (line: string) =>
    siteMeters
      .filter(meter => meter.line === line)
      .map(meter => ({ meter, read: pointReader(plant, meter, () => time.wallMs() ?? startMs) }));
  const slaves = readersOn('rs485-1').map(({ meter, read }) => scenarioSlave(meter, read));
  const [head] = readersOn('ir-1');
  const [battery] = readersOn('i2c-1');
  const chip = new Ina219Chip({
    shuntOhm: usualShuntOhm,
    voltageV: () => battery?.read('voltageV') ?? 0,
    currentA: () => battery?.read('currentA') ?? 0,
  });
  const broker = new MemoryBroker(time);
  const host = new HostModel('gw', broker, time);
  const gateway = createGateway({
    id: 'gw',
    settings: {
      version: 1,
      ...siteSettings(
        { 'rs485-1': 'bus', 'ir-1': 'head', 'i2c-1': chipPort },
        { windowS: 10, sampleMs: 1000 },
      ),
    },
    ports: {
      time,
      random: seededRandom(1),
      mqtt: broker.port,
      openSerial: new DirectLines({
        time,
        rs485: { slaves },
        ir: { head: new SmlHead({ read: quantity => head?.read(quantity) }), everyMs: 1000 },
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
