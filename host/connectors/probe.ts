import type { MeterIdentity, MeterSink, Sample } from '#app/source.ts';
import type { QuantityId } from '#core/quantities.ts';
import type { Reason } from '#core/wire/reasons.ts';
import type { Fault } from '../faults/fault.ts';
import type { Connector, SourceOptions } from './connector.ts';

/** What a probe heard of one meter. */
export interface ProbedMeter {
  readonly id: string;
  readonly name: string;
  readonly values: Readonly<Partial<Record<QuantityId, number>>>;
  readonly identity: MeterIdentity;
  /** Why the newest sample did not come; null where it did, or where none was due. */
  readonly reason: Reason | null;
}

export interface Probe {
  readonly meters: readonly ProbedMeter[];
  /** Why nothing can be heard. */
  readonly fault: Fault | undefined;
}

/** A last look, when every meter has spoken: a sample may come in several reads. */
const settleMs = 1500;
const lookMs = 200;
/** What is refused for so long was tried several times. */
const refusedMs = 3000;

/** Runs a source for a while and shows what it gives; nothing is stored. @throws Error of `open`, in words for people */
export async function probe(
  connector: Connector,
  options: Omit<SourceOptions<unknown>, 'sinks' | 'store'>,
  mostMs: number,
  signal: AbortSignal,
): Promise<Probe> {
  const meters = connector.meters(options.settings);
  const heard = new Map(meters.map(({ id }) => [id, new Heard()]));
  const store = {
    put: () => Promise.reject(new Error('this is a probe: nothing is stored')),
  };
  const source = connector.open({ ...options, sinks: heard, store, isProbe: true });
  source.start();
  try {
    const endMs = performance.now() + mostMs;
    let refusedUntilMs = endMs;
    // Without meters nothing can come.
    while (heard.size > 0 && performance.now() < Math.min(endMs, refusedUntilMs) && !signal.aborted) {
      const isAll = [...heard.values()].every(({ hasSpoken }) => hasSpoken);
      await pause(isAll ? settleMs : lookMs);
      if (isAll) break;
      refusedUntilMs = source.isRefused?.() ? Math.min(refusedUntilMs, performance.now() + refusedMs) : endMs;
    }
    const told = meters.map(({ id, name }) => ({ id, name, ...(heard.get(id) ?? new Heard()).told() }));
    return { meters: told, fault: source.fault() };
  } finally {
    source.stop();
  }
}

class Heard implements MeterSink {
  readonly #values: Partial<Record<QuantityId, number>> = {};
  #identity: MeterIdentity = {};
  #reason: Reason | null = null;
  hasSpoken = false;

  samples(_ticksMs: number, samples: readonly Sample[]): void {
    this.hasSpoken = true;
    this.#reason = null;
    for (const { quantity, value } of samples) this.#values[quantity] = value;
  }

  failed(_ticksMs: number, reason: Reason): void {
    this.#reason = reason;
  }

  identified(_ticksMs: number, identity: MeterIdentity): void {
    this.#identity = identity;
  }

  told(): Pick<ProbedMeter, 'values' | 'identity' | 'reason'> {
    return { values: this.#values, identity: this.#identity, reason: this.#reason };
  }
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
