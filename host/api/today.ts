import type { Store } from '../store/store.ts';
import type { Meter } from './contract.ts';

type Energy = Meter['today'];

interface Answer {
  readonly energy: Energy;
  /** When the day is over of which it tells. */
  readonly endMs: number;
}

interface Kept {
  readonly lastWindowMs: number;
  readonly askedMs: number;
  /** Of the past of its energy when it was asked. */
  readonly revision: string;
  readonly answer: Promise<Answer>;
}

/** Meters that are asked for in the same moment: all of them cost the store about as much as one. */
interface Round {
  readonly meters: string[];
  readonly answers: Promise<ReadonlyMap<string, Answer>>;
}

const energyOf = ['energyImportWh', 'energyExportWh', 'powerW'] as const;

/** So long an answer serves where newer windows have come. */
const freshMs = 5000;

/** In one question: others are answered between. */
const metersAtOnce = 1000;

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
  #round: Round | undefined;

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

  async #ask(meter: string, nowMs: number): Promise<Answer> {
    this.#round ??= this.#begun(nowMs);
    const { meters, answers } = this.#round;
    meters.push(meter);
    return (await answers).get(meter) ?? { energy: none, endMs: nowMs };
  }

  #begun(nowMs: number): Round {
    const meters: string[] = [];
    const ask = async () => {
      this.#round = undefined;
      const answers = new Map<string, Answer>();
      for (let at = 0; at < meters.length; at += metersAtOnce) {
        const range = { fromMs: nowMs, toMs: nowMs + 1, period: 'day' } as const;
        const table = await this.#store.energyOf(meters.slice(at, at + metersAtOnce), range);
        const endMs = table.endMs[0] ?? nowMs;
        for (const { meter, importWh, exportWh } of table.meters)
          answers.set(meter, {
            energy: { importWh: importWh[0] ?? null, exportWh: exportWh[0] ?? null },
            endMs,
          });
      }
      return answers;
    };
    return { meters, answers: Promise.resolve().then(ask) };
  }
}
