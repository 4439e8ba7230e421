import type { Lab } from '../../lab/lab.ts';
import { seededUnit } from '../../line/bit-noise.ts';
import { rest } from './turn.ts';

const hourMs = 3_600_000;
const pauseMs = 100;
/** Charts, after which it is looked what there is. */
const listEvery = 100;

/**
 * Somebody who looks at charts all the time, one after the other: of any series, from any minute of the last day on. What a
 * host gathers by being asked, such as its database's list of the memory that it could give up, is full after some minutes.
 */
export class WatchingPage {
  /** Charts that came. */
  charts = 0;
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
    for (; this.#isOpen; await rest(pauseMs)) {
      // The first windows may be on their way yet.
      if (this.charts % listEvery === 0) all = await api.get<typeof all>('/api/v1/series');
      const one = all[Math.floor(unit() * all.length)];
      if (one === undefined) continue;
      const to = Date.now();
      const from = to - Math.ceil(unit() * 24 * hourMs);
      await api.get('/api/v1/readings', { series: one.key, from, to, points: 500 });
      this.charts++;
    }
  }
}
