import type { Lab } from '../../lab/lab.ts';
import { seededUnit } from '../../line/bit-noise.ts';
import { rest } from './turn.ts';

const hourMs = 3_600_000;
const pauseMs = 100;
/** Longer than a gateway of the soak can be away: what has shown something shows something in it. */
const leastMs = 600_000;
/** Charts, after which it is looked what there is. */
const listEvery = 100;

/**
 * Somebody who looks at charts all the time, one after the other: of any series, of ten minutes to a day. What a
 * host gathers by being asked, such as its database's list of the memory that it could give up, is full after some minutes.
 */
export class WatchingPage {
  /** Charts that came with something to show. */
  charts = 0;
  /** Those that showed nothing, of a series that had shown something. */
  empty = 0;
  readonly #shown = new Set<string>();
  readonly #watching: Promise<void>;
  #isOpen = true;

  constructor(lab: Lab, seed: number) {
    this.#watching = this.#watch(lab, seededUnit(seed));
    this.#watching.catch(() => {});
  }

  /** @throws HostRefusal where a chart did not come */
  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#watching;
  }

  async #watch({ api }: Lab, unit: () => number): Promise<void> {
    let all: readonly { readonly key: string }[] = [];
    for (let turn = 0; this.#isOpen; turn++, await rest(pauseMs)) {
      // The first windows may be on their way yet.
      if (turn % listEvery === 0 || all.length === 0) all = await api.get<typeof all>('/api/v1/series');
      const one = all[Math.floor(unit() * all.length)];
      if (one === undefined) continue;
      const to = Date.now();
      const from = to - leastMs - Math.ceil(unit() * 24 * hourMs);
      const query = { series: one.key, from, to, points: 500 };
      const { startMs } = await api.get<{ startMs: readonly number[] }>('/api/v1/readings', query);
      if (startMs.length > 0) {
        this.#shown.add(one.key);
        this.charts++;
      } else if (this.#shown.has(one.key)) this.empty++;
    }
  }
}
