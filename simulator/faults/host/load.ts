import { AppendedRecords } from '../../lab/appended.ts';
import type { Lab } from '../../lab/lab.ts';
import { Sender, type SenderOptions } from './sender.ts';
import { waitUntil } from './wait.ts';
import { recordAt } from './windows.ts';

export interface LoadOptions {
  readonly gateways: number;
  readonly meters: number;
  /** Windows that each gateway's journal gets each time, of all its meters. */
  readonly windowsAtOnce: number;
  readonly everyMs: number;
  readonly sending?: Partial<Pick<SenderOptions, 'perMessage' | 'inFlight' | 'resendMs'>>;
  readonly signal: AbortSignal;
}

/** Records of one gateway that wait for the host at the most; a host that is away must not be met by a mountain. */
const waitingMost = 400;
const loadEpoch = '00000000000000aa';

/** Gateways that measure without pause, each with a journal, and the truth of what they have appended. */
export class Load {
  readonly senders: Sender[];
  /** Of all their journals. */
  readonly epoch = loadEpoch;
  readonly appended = new AppendedRecords();
  readonly #options: LoadOptions;
  readonly #windows: number[];
  #timer: NodeJS.Timeout | undefined;

  private constructor(senders: Sender[], options: LoadOptions) {
    this.senders = senders;
    this.#options = options;
    this.#windows = senders.map(() => 0);
  }

  /** Gateways by these passwords, connected to that port. */
  static begin(passwords: ReadonlyMap<string, string>, port: number, options: LoadOptions): Load {
    const sending = { perMessage: 40, inFlight: 4, ...options.sending };
    const senders = [...passwords].map(
      ([gateway, password]) => new Sender({ gateway, password, port, epoch: loadEpoch, ...sending }),
    );
    return new Load(senders, options);
  }

  /** Of gateways that the lab's host is told of. */
  static async start(lab: Lab, options: LoadOptions): Promise<Load> {
    const names = Array.from({ length: options.gateways }, (_, index) => `gateway-${index + 1}`);
    return Load.begin(await lab.addGateways(names), lab.mqttPort, options);
  }

  /** All records that are acknowledged. */
  get acked(): number {
    return this.senders.reduce((sum, { acked }) => sum + acked, 0);
  }

  /** Acknowledgements that cannot be, in words. */
  get strange(): string[] {
    return this.senders.flatMap(({ strange }) => strange);
  }

  measure(): void {
    this.#timer ??= setInterval(() => {
      for (const index of this.senders.keys()) this.measureOnce(index, this.#options.windowsAtOnce);
    }, this.#options.everyMs);
  }

  rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** A gateway's next windows, of all its meters. */
  measureOnce(index: number, windows: number): void {
    const sender = this.senders[index];
    if (sender === undefined || sender.size - sender.acked > waitingMost) return;
    const from = this.#windows[index] ?? 0;
    const records: Uint8Array[] = [];
    for (let window = from; window < from + windows; window++) {
      for (let meter = 0; meter < this.#options.meters; meter++) records.push(recordAt(meter, window));
    }
    this.#windows[index] = from + windows;
    this.appended.append(sender.gateway, ...records);
    sender.add(...records);
  }

  /** When every gateway has had so many more records acknowledged; how long that took, ms. */
  advanced(records: number, withinMs: number): Promise<number> {
    const floors = this.senders.map(({ acked }) => acked + records);
    const isThere = () => this.senders.every(({ acked }, index) => acked >= (floors[index] ?? 0));
    return waitUntil(
      'records of every gateway that are acknowledged',
      isThere,
      withinMs,
      this.#options.signal,
    );
  }

  /** When all that was measured is acknowledged; how long that took, ms. */
  settled(withinMs: number): Promise<number> {
    const isSettled = () => this.senders.every(({ acked, size }) => acked === size);
    return waitUntil('acknowledgement of all records', isSettled, withinMs, this.#options.signal);
  }

  async close(): Promise<void> {
    this.rest();
    await Promise.all(this.senders.map(sender => sender.close()));
  }
}
