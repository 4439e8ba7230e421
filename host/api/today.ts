import type { Store } from '../store/store.ts';
import type { Meter } from './contract.ts';

type Energy = Meter['today'];

interface Kept {
  readonly lastWindowMs: number;
  readonly askedMs: number;
  /** Of the past of its energy when it was asked. */
  readonly revision: string;
  /** When the day is over of which it tells. */
  readonly answer: Promise<{ readonly energy: Energy; readonly endMs: number }>;
}

const energyOf = ['energyImportWh', 'energyExportWh', 'powerW'] as const;

/** So long an answer serves where newer windows have come. */
const freshMs = 5000;

const none: Energy = Object.freeze({ importWh: null, exportWh: null });

/**
 * Energy since the site's midnight by meter. The overview asks for all meters at each look, so answers are kept
 * for a few seconds, and for longer where nothing new was stored.
 */
export class Today {
  readonly #store: Store;
  readonly #nowMs: () => number;
  /** One entry per stored meter, of which the store has few. */
  readonly #kept = new Map<string, Kept>();

  constructor(store: Store, nowMs: () => number) {
    this.#store = store;
    this.#nowMs = nowMs;
  }

  /** `lastWindowMs` is the end of the meter's newest window on disk, null where it has none. */
  async of(meter: string, lastWindowMs: number | null): Promise<Energy> {
    if (lastWindowMs === null) return none;
    const nowMs = this.#nowMs();
    const kept = this.#kept.get(meter);
    const revision = energyOf.map(quantity => this.#store.revisionOf(`${meter}.${quantity}`)).join();
    const isFresh = kept && (kept.lastWindowMs === lastWindowMs || nowMs - kept.askedMs < freshMs);
    if (isFresh && kept.revision === revision) {
      const { energy, endMs } = await kept.answer;
      if (nowMs < endMs) return energy;
    }
    const answer = this.#ask(meter, nowMs);
    this.#kept.set(meter, { lastWindowMs, askedMs: nowMs, revision, answer });
    answer.catch(() => this.#kept.delete(meter));
    return (await answer).energy;
  }

  async #ask(meter: string, nowMs: number): Promise<{ energy: Energy; endMs: number }> {
    const range = { meter, fromMs: nowMs, toMs: nowMs + 1, period: 'day' } as const;
    const [day] = (await this.#store.totals(range)).periods;
    if (day === undefined) return { energy: none, endMs: nowMs };
    return { energy: { importWh: day.importWh, exportWh: day.exportWh }, endMs: day.endMs };
  }
}
