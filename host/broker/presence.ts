import { brokerLimits } from './limits.ts';

export interface PresenceOptions {
  /** Monotonic. */
  readonly nowMs: () => number;
  readonly onConnection: (gateway: string, isConnected: boolean) => void;
}

/**
 * Which gateways an external broker has, by what can be heard: their `status`, which is retained and whose `offline`
 * is their last will, and that they speak at all. A broker that was killed may keep an `online` for ever, so one who
 * says nothing for long is away.
 */
export class Presence {
  readonly #options: PresenceOptions;
  /** When each one that is connected was heard. */
  readonly #heardMs = new Map<string, number>();

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#heardMs.size;
  }

  has(gateway: string): boolean {
    return this.#heardMs.has(gateway);
  }

  /** It spoke just now, or its retained status says that it is there. */
  here(gateway: string): void {
    const isNew = !this.#heardMs.has(gateway);
    this.#heardMs.set(gateway, this.#options.nowMs());
    if (isNew) this.#options.onConnection(gateway, true);
  }

  away(gateway: string): void {
    if (this.#heardMs.delete(gateway)) this.#options.onConnection(gateway, false);
  }

  /** Gateways that were not heard for too long are away. */
  sweep(): void {
    const before = this.#options.nowMs() - brokerLimits.gatewaySilentMs;
    for (const [gateway, heardMs] of this.#heardMs) if (heardMs < before) this.away(gateway);
  }

  /** Nobody can tell any more: some at a time, for each is told to many. */
  async allAway(): Promise<void> {
    let told = 0;
    for (const gateway of [...this.#heardMs.keys()]) {
      this.away(gateway);
      if (++told % 100 === 0) await new Promise(resolve => setImmediate(resolve));
    }
  }
}
