import { bundle } from './bundle.ts';
import { type Cost, Engine } from './engine.ts';
import { buildEngine } from './engine-build.ts';
import type { JobInput, JobName, JobResult } from './jobs.ts';

export interface JobReply<N extends JobName> {
  readonly result: JobResult<N>;
  readonly cost: Cost;
}

/** The firmware's code on the XS engine, with the jobs that it does there. */
export class Session {
  /** Slots that the firmware's code and its tables take once loaded, without the engine's own. */
  readonly slots: number;
  readonly #engine: Engine;

  private constructor(engine: Engine, slots: number) {
    this.#engine = engine;
    this.slots = slots;
  }

  static async open(entry = 'test/xs/entry.ts'): Promise<Session> {
    const [worker, script] = await Promise.all([buildEngine(), bundle(entry)]);
    const engine = new Engine(worker);
    // Garbage is collected before each count, so that it is the same in every run.
    await engine.evaluate('gc()');
    const before = await engine.evaluate('gc()');
    await engine.evaluate(script);
    await engine.evaluate('gc()');
    const after = await engine.evaluate('gc()');
    return new Session(engine, after.cost.currentHeapCount - before.cost.currentHeapCount);
  }

  async run<N extends JobName>(job: N, input: JobInput<N>): Promise<JobReply<N>> {
    const { body, cost } = await this.#engine.command(Buffer.from(JSON.stringify({ job, input })));
    return { result: JSON.parse(body.toString()), cost };
  }

  /** Slots in use once garbage is collected. */
  async slotsInUse(): Promise<number> {
    await this.#engine.evaluate('gc()');
    return (await this.#engine.evaluate('gc()')).cost.currentHeapCount;
  }

  close(): void {
    this.#engine.close();
  }
}

/** What JSON leaves of a value: what a job gives on Node, made comparable with what it gives on XS. */
export const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
