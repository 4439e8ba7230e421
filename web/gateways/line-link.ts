import type { DiagnosisEvent, ProbeEvent, ScanEvent, TraceEvent } from '../../host/api/contract.ts';
import { api } from '../api.ts';

export interface LineListener {
  diagnosis?(event: DiagnosisEvent): void;
  trace?(event: TraceEvent): void;
  scan?(event: ScanEvent): void;
  probe?(event: ProbeEvent): void;
  /** A command was not done: an error, or what the gateway said. Null: the last one was done. */
  failed(error: unknown): void;
}

/** A command that the gateway answered, and did not carry out. */
export class RefusedByGateway extends Error {
  override readonly name = 'RefusedByGateway';
}

/** A gateway that took a command and then said no more. */
export class SilentGateway extends Error {
  override readonly name = 'SilentGateway';
}

type Wish = 'diagnose' | 'trace';

/** A gateway is asked for so long, and again before that is over; who leaves only stops asking. */
const askedS = 30;
const renewedMs = 20_000;
const retryMs = 3000;

/** What a gateway tells of a line while somebody looks at it: the stream of events, and the commands that keep it going. */
export class LineLink {
  readonly #gateway: string;
  readonly #line: string;
  readonly #listener: LineListener;
  readonly #wishes = new Map<Wish, ReturnType<typeof setTimeout>>();
  #source: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(gateway: string, line: string, listener: LineListener) {
    this.#gateway = gateway;
    this.#line = line;
    this.#listener = listener;
  }

  start(...wishes: Wish[]): void {
    this.#open();
    for (const wish of wishes) this.ask(wish);
  }

  stop(): void {
    clearTimeout(this.#retry);
    for (const timer of this.#wishes.values()) clearTimeout(timer);
    this.#wishes.clear();
    this.#source?.close();
    this.#source = null;
  }

  /** Keeps this coming until `leave` or `stop`. */
  ask(wish: Wish): void {
    clearTimeout(this.#wishes.get(wish));
    this.#wishes.set(
      wish,
      setTimeout(() => this.ask(wish), renewedMs),
    );
    void this.#command(wish);
  }

  leave(wish: Wish): void {
    clearTimeout(this.#wishes.get(wish));
    this.#wishes.delete(wish);
  }

  async #command(name: Wish): Promise<void> {
    try {
      const { ok, message = '' } = await api.command(this.#gateway, {
        name,
        line: this.#line,
        seconds: askedS,
      });
      if (this.#source === null) return;
      this.#listener.failed(ok ? null : new RefusedByGateway(message));
    } catch (error) {
      if (this.#source !== null) this.#listener.failed(error);
    }
  }

  #open(): void {
    const source = new EventSource(api.lineEventsUrl(this.#gateway, this.#line));
    this.#source = source;
    const { diagnosis, trace, scan, probe } = this.#listener;
    source.addEventListener('diagnosis', event => diagnosis?.(JSON.parse(event.data)));
    source.addEventListener('trace', event => trace?.(JSON.parse(event.data)));
    source.addEventListener('scan', event => scan?.(JSON.parse(event.data)));
    source.addEventListener('probe', event => probe?.(JSON.parse(event.data)));
    source.addEventListener('error', () => {
      if (source !== this.#source || source.readyState !== EventSource.CLOSED) return;
      this.#retry = setTimeout(() => this.#open(), retryMs);
    });
  }
}
