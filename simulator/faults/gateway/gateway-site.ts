import { NorFlash } from '../../gateway/nor-flash.ts';
import { VirtualTime } from '../../gateway/virtual-time.ts';
import { Lab } from '../../lab/lab.ts';
import { TcpProxy } from '../../network/tcp-proxy.ts';
import type { FaultCounts } from '../fault.ts';
import { firmwareMqtt } from './firmware-mqtt.ts';
import { TrueRecords } from './flat-records.ts';
import { ReferenceGateway } from './reference-gateway.ts';
import { rest, turn } from './turn.ts';

export interface GatewaySiteOptions {
  readonly folder: string;
  readonly seed: number;
  /** Where the gateways' time begins, UTC ms; a whole minute. */
  readonly startMs: number;
  readonly gateways?: number;
  readonly meters?: number;
  readonly windowS: number;
  readonly sampleMs: number;
  /** Blocks of 4 kB of each journal's flash; default: a device's 160. */
  readonly flashBlocks?: number;
  readonly signal: AbortSignal;
}

/** As in partitions.csv. */
const deviceBlocks = 160;
const secondMs = 1000;
/** A host that checks a password takes its time: while one does, time goes by no faster than this. */
const connectingPace = 8;
/** Of real time at once: a process that was held up does not leap. */
const mostLeapMs = 50;

/** A real host, and gateways with the firmware's own code in virtual time behind a network that can fail. */
export class GatewaySite {
  readonly lab: Lab;
  readonly network: TcpProxy;
  readonly time: VirtualTime;
  readonly truth = new TrueRecords();
  readonly gateways: readonly ReferenceGateway[];
  readonly signal: AbortSignal;
  readonly #windowMs: number;

  private constructor(
    lab: Lab,
    network: TcpProxy,
    time: VirtualTime,
    passwords: ReadonlyMap<string, string>,
    options: GatewaySiteOptions,
  ) {
    const { seed, meters = 8, windowS, sampleMs, flashBlocks = deviceBlocks } = options;
    this.lab = lab;
    this.network = network;
    this.time = time;
    this.signal = options.signal;
    this.#windowMs = windowS * 1000;
    this.gateways = [...passwords].map(
      ([id, password], index) =>
        new ReferenceGateway({
          id,
          unit: index * meters,
          meters,
          time,
          windowS,
          sampleMs,
          truth: this.truth,
          flash: new NorFlash({ blocks: flashBlocks }),
          seed: seed + index,
          mqtt: firmwareMqtt({ time, user: id, password, port: () => network.port }),
        }),
    );
  }

  /** @throws Error where the host does not start */
  static async start(options: GatewaySiteOptions): Promise<GatewaySite> {
    const lab = await Lab.start({ folder: options.folder });
    const time = new VirtualTime({ wallMs: options.startMs });
    const network = await TcpProxy.start({ target: lab.mqttPort, time, seed: options.seed });
    const ids = Array.from({ length: options.gateways ?? 1 }, (_, index) => `gw${index + 1}`);
    return new GatewaySite(lab, network, time, await lab.addGateways(ids), options);
  }

  get first(): ReferenceGateway {
    const [first] = this.gateways;
    if (first === undefined) throw new Error('the site has no gateway');
    return first;
  }

  get isDrained(): boolean {
    return this.gateways.every(({ isDrained }) => isDrained);
  }

  /** Lets so much of the gateways' time pass; the host has its turn after each step. */
  async run(durationMs: number, stepMs = secondMs): Promise<void> {
    for (let leftMs = durationMs; leftMs > 0; leftMs -= stepMs) {
      this.signal.throwIfAborted();
      this.time.advance(Math.min(stepMs, leftMs));
      await turn();
    }
  }

  /** Lets time pass, `pace` times as fast as the host's at most, until this is so. @throws Error after so long of real time. */
  async until(
    what: string,
    isSo: () => boolean | Promise<boolean>,
    { pace = 50, withinMs = 60_000 }: { pace?: number; withinMs?: number } = {},
  ): Promise<void> {
    const endMs = performance.now() + withinMs;
    for (let lastMs = performance.now(); !(await isSo()); ) {
      this.signal.throwIfAborted();
      const nowMs = performance.now();
      if (nowMs > endMs)
        throw new Error([`waited in vain for ${what}`, ...this.first.log.slice(-5)].join('\n  '));
      const isConnecting = this.gateways.some(gateway => gateway.isConnecting);
      this.time.advance(
        Math.min(nowMs - lastMs, mostLeapMs) * (isConnecting ? Math.min(pace, connectingPace) : pace),
      );
      lastMs = nowMs;
      await rest(2);
    }
  }

  /** Until the host has all that was measured. */
  drained(): Promise<void> {
    return this.until('the host to acknowledge all', () => this.isDrained);
  }

  /**
   * What the host has against what the gateways appended, and that against what their meters showed: also that they were
   * measured all the time.
   */
  async counts({
    mayDrop = false,
  } = {}): Promise<Pick<FaultCounts, 'watched' | 'lost' | 'doubled' | 'wrong' | 'notes'>> {
    const stored = await this.lab.stored(this.truth);
    const wrong = this.gateways.reduce((sum, gateway) => sum + gateway.wrong, 0);
    const [nowMs, windowMs] = [this.time.wallMs() ?? 0, this.#windowMs];
    const unmeasured = this.gateways.reduce((sum, gateway) => {
      const behind = gateway.behind(nowMs, windowMs);
      if (behind > 0) gateway.notes.push(`${gateway.id}: ${behind} values behind its clock`);
      return sum + gateway.unmeasured + behind;
    }, 0);
    return {
      watched: stored.values,
      lost: stored.lost + unmeasured,
      doubled: stored.doubled,
      wrong: stored.wrong + wrong,
      notes: [
        ...(mayDrop ? [] : this.#dropped()),
        ...stored.notes,
        ...this.gateways.flatMap(({ notes }) => notes),
      ].slice(0, 5),
    };
  }

  #dropped(): string[] {
    return this.gateways.flatMap(({ id, gateway: { journal } }) =>
      journal.dropped > 0 ? [`the journal of ${id} dropped ${journal.dropped} records`] : [],
    );
  }

  async close(): Promise<void> {
    for (const { gateway } of this.gateways) gateway.stop();
    await this.network.close();
    await this.lab.close();
  }
}
