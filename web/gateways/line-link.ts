import type { DiagnosisEvent, ProbeEvent, ScanEvent, TraceEvent } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { SilenceWatch } from '../site/silence-watch.ts';

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
  readonly #silence = new SilenceWatch();

  constructor(gateway: string, line: string, listener: LineListener) {
    this.#gateway = gateway;
    this.#line = line;
    this.#listener = listener;
  }

  start(...wishes: Wish[]): void {
    this.#open();
    this.#silence.start(
      () => this.#source?.readyState === EventSource.OPEN,
      () => this.#reopen(),
    );
    for (const wish of wishes) this.ask(wish);
  }

  stop(): void {
    clearTimeout(this.#retry);
    this.#silence.stop();
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

  #reopen(): void {
    this.#source?.close();
    this.#open();
  }

  #open(): void {
    const source = new EventSource(api.lineEventsUrl(this.#gateway, this.#line));
    this.#source = source;
    const on = (type: string, take: (data: string) => void) =>
      source.addEventListener(type, event => {
        this.#silence.heard();
        take(event.data);
      });
    const { diagnosis, trace, scan, probe } = this.#listener;
    on('diagnosis', data => diagnosis?.(JSON.parse(data)));
    on('trace', data => trace?.(JSON.parse(data)));
    on('scan', data => scan?.(JSON.parse(data)));
    on('probe', data => probe?.(JSON.parse(data)));
    on('beat', () => undefined);
    source.addEventListener('open', () => {
      this.#silence.heard();
    });
    source.addEventListener('error', () => {
      if (source !== this.#source || source.readyState !== EventSource.CLOSED) return;
      this.#retry = setTimeout(() => this.#open(), retryMs);
    });
  }
}
