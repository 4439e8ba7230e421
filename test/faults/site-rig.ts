import { createGateway, type Gateway } from '#app/gateway.ts';
import { RamJournal } from '#app/ram-journal.ts';
import type { GatewaySettings } from '#core/wire/settings.ts';
import type { Ports } from '#ports';
import { DirectLines } from '../../simulator/gateway/direct-lines.ts';
import { nodeMqtt } from '../../simulator/gateway/node-mqtt.ts';
import { nodePorts } from '../../simulator/gateway/node-ports.ts';
import { seededRandom } from '../../simulator/gateway/random.ts';
import { VirtualTime } from '../../simulator/gateway/virtual-time.ts';
import { SerialLine } from '../../simulator/line/serial-line.ts';
import { Ina219Chip } from '../../simulator/meters/ina219-chip.ts';
import { attachSlave } from '../../simulator/meters/modbus-slave.ts';
import { SmlSpoiler } from '../../simulator/meters/sml-faults.ts';
import { SmlHead } from '../../simulator/meters/sml-head.ts';
import type { Plant } from '../../simulator/plant/plant.ts';
import { pointReader, scenarioSlave } from '../../simulator/scenario/meter-reading.ts';
import type { ScenarioMeter } from '../../simulator/scenario/scenario.ts';
import { usualShuntOhm } from '../../simulator/scenario/wired-site.ts';
import { patienceMs } from '../patience.ts';
import { chipPort, siteMeters, sitePlant, siteSettings } from '../site.ts';

export interface SiteRigOptions {
  readonly seed: number;
  /** Where the plant's and the gateway's time begins; a whole second. */
  readonly startMs: number;
  readonly id?: string;
  /** Where the gateway finds its broker; what it holds when a connection is made counts. */
  readonly broker: { port: number; password: string };
  /** Absent: the site's own, 10 s windows of 1 s samples. null: none, they come by MQTT. */
  readonly settings?: GatewaySettings | null;
  /** Makes the epoch and the jitter; a gateway that starts again needs another. */
  readonly random?: number;
}

const ports = { 'rs485-1': 'bus', 'ir-1': 'head', 'i2c-1': chipPort } as const;
const turnaroundMs = 15;

/** What the gateway measures on the rig's lines. */
export const rigSettings = (windowS = 10, sampleMs = 1000): GatewaySettings => ({
  version: 1,
  ...siteSettings(ports, { windowS, sampleMs }),
});

/**
 * The whole site in virtual time: the plant, its meters on an RS485 line that is paced and spoilt bit by bit, an
 * infrared head and a chip, and the real gateway with a real connection to a real broker. The journal's records are
 * noted as they are appended.
 */
export class SiteRig {
  readonly id: string;
  readonly time: VirtualTime;
  readonly plant: Plant;
  readonly bus: SerialLine;
  readonly head: SmlSpoiler;
  readonly chip: Ina219Chip;
  readonly gateway: Gateway;
  /** Every record of the journal; the one at `index` has the sequence `index + 1`. */
  readonly appended: readonly Uint8Array[];
  readonly log: string[] = [];

  constructor(options: SiteRigOptions) {
    const { seed, startMs, broker, settings = rigSettings() } = options;
    this.id = options.id ?? 'site';
    const time = new VirtualTime({ wallMs: startMs });
    this.time = time;
    this.plant = sitePlant(seed, startMs);
    this.bus = new SerialLine({ time, baud: 9600, parity: 'none', stopBits: 1, seed });
    this.head = new SmlSpoiler(seed);
    const [chip, head] = [this.#readerOf('i2c-1'), this.#readerOf('ir-1')];
    this.chip = new Ina219Chip({
      shuntOhm: usualShuntOhm,
      voltageV: () => chip('voltageV') ?? 0,
      currentA: () => chip('currentA') ?? 0,
    });
    const direct = new DirectLines({
      time,
      rs485: { port: '', slaves: [] },
      ir: { port: ports['ir-1'], head: new SmlHead({ read: head }), everyMs: 1000 },
    });
    for (const meter of siteMeters) {
      if (meter.line === 'rs485-1')
        attachSlave(this.bus, scenarioSlave(meter, this.#reader(meter)), time, turnaroundMs);
    }
    const openSerial: Ports['openSerial'] = (line, { onBytes, onClosed }) =>
      line.port === ports['rs485-1']
        ? this.bus.connect({ onBytes })
        : direct.openSerial(line, { onBytes: bytes => onBytes(this.head.spoil(bytes)), onClosed });
    const node = nodePorts({
      broker: { host: '127.0.0.1', username: this.id, port: 0, password: '' },
      time,
      random: seededRandom(options.random ?? seed),
      chips: new Map([[chipPort, this.chip]]),
      openSerial,
      log: (level, text) => this.log.push(`${level}: ${text}`),
    });
    const mqtt: Ports['mqtt'] = {
      connect: (wanted, handlers) =>
        nodeMqtt({ host: '127.0.0.1', username: this.id, ...broker }).connect(wanted, handlers),
    };
    this.gateway = createGateway({
      id: this.id,
      ports: { ...node, mqtt },
      ...(settings === null ? {} : { settings }),
    });
    this.appended = noteAppended(this.gateway);
    this.gateway.start();
  }

  get nowMs(): number {
    return this.time.wallMs() ?? 0;
  }

  get isDrained(): boolean {
    return this.gateway.journal.oldest === this.gateway.journal.next;
  }

  /** Lets so much time pass; after each second the broker and the host have their turn. */
  async run(durationMs: number, stepMs = 1000): Promise<void> {
    for (let leftMs = durationMs; leftMs > 0; leftMs -= stepMs) {
      this.time.advance(Math.min(stepMs, leftMs));
      await new Promise(resolve => setImmediate(resolve));
    }
  }

  /** Lets time pass, some fifty times as fast as real, until this is so. @throws Error where it does not come to that. */
  async until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    const endMs = Date.now() + patienceMs;
    while (!(await isSo())) {
      if (Date.now() > endMs)
        throw new Error([`waited in vain for ${what}`, ...this.log.slice(-5)].join('\n'));
      this.time.advance(100);
      await new Promise(resolve => setTimeout(resolve, 2));
    }
  }

  /** Until the host has all that was measured. */
  drained(): Promise<void> {
    return this.until('the host to acknowledge all', () => this.isDrained);
  }

  #reader(meter: ScenarioMeter): ReturnType<typeof pointReader> {
    return pointReader(this.plant, meter, () => this.nowMs);
  }

  /** Of the one meter on a line. */
  #readerOf(line: string): ReturnType<typeof pointReader> {
    const meter = siteMeters.find(one => one.line === line);
    if (meter === undefined) throw new Error(`the site has no meter on ${line}`);
    return this.#reader(meter);
  }
}

/** From now on every record that this gateway puts into its journal. */
export function noteAppended({ journal }: Gateway): readonly Uint8Array[] {
  if (!(journal instanceof RamJournal)) throw new Error('the journal is of another kind');
  const appended: Uint8Array[] = [];
  const append = journal.append.bind(journal);
  journal.append = record => {
    appended.push(record.slice());
    return append(record);
  };
  return appended;
}
