import { messageOf } from '../message-of.ts';
import type { HealthReason } from './health.ts';
import { Histogram } from './histogram.ts';

const boundsS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;

/** How long commits take, and whether they come to an end. */
export class CommitWatch {
  readonly timesS = new Histogram(boundsS);
  failures = 0;
  #failing: string | undefined;

  /** Times a commit and notes how it went; what it gives or throws passes through. */
  async timed<T>(commit: () => Promise<T>): Promise<T> {
    const startMs = performance.now();
    try {
      const result = await commit();
      this.#failing = undefined;
      this.timesS.observe((performance.now() - startMs) / 1000);
      return result;
    } catch (error) {
      this.failures++;
      this.#failing = messageOf(error);
      throw error;
    }
  }

  reasons(): readonly HealthReason[] {
    if (this.#failing === undefined) return [];
    const detail = this.#failing.slice(0, 300);
    return [{ code: 'commit.failing', level: 'failing', detail, facts: { said: detail } }];
  }
}
