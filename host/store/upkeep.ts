import { firstWanted } from './committed-rows.ts';
import type { Database } from './database.ts';
import type { FreshFacts } from './fresh-facts.ts';
import type { Lane } from './lane.ts';
import { storeLimits } from './limits.ts';
import type { OnStep } from './restore-place.ts';
import { type Keeping, keepAll } from './retention.ts';
import { applyRetention } from './retention-apply.ts';
import { sortGenerations } from './sorting.ts';
import { sortTiers } from './sorting-tiers.ts';
import { compactWatermarks } from './watermarks.ts';

interface UpkeepOptions {
  /** IANA zone of the site. */
  readonly zone: string;
  /** How often it begins by itself, ms; 0: never. */
  readonly upkeepMs: number;
  readonly keeping?: Keeping;
  readonly onStep?: OnStep;
}

interface UpkeepParts {
  /** The one that is open at the moment. */
  readonly database: () => Database;
  /** Does work on it; see `Revival.guard`. */
  readonly guard: <T>(work: () => Promise<T>) => Promise<T>;
  readonly facts: FreshFacts;
  readonly nowMs: () => number;
}

/** Of a work that took long; what came meanwhile is told from its rows until then, which takes longer the more there are. */
const longestRestMs = 60_000;

/** What is measured only now and then, for the counters. */
const oldFactsMs = 3_600_000;

const weekS = 7 * 86_400;
/** 1970 began on a Thursday. */
const weekOf = (atS: number): number => Math.floor((atS + 3 * 86_400) / weekS);

/** What a database needs from time to time: tiers, a generation for each week, sorting, archive, retention. */
export class Upkeep {
  readonly #options: UpkeepOptions;
  readonly #parts: UpkeepParts;
  #last: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isClosing = false;
  /** Of those that began by themselves. */
  failures = 0;
  /** Generations that were sorted. */
  sorted = 0;

  constructor(options: UpkeepOptions, parts: UpkeepParts) {
    this.#options = options;
    this.#parts = parts;
    if (options.upkeepMs > 0) this.#later(options.upkeepMs);
  }

  /** Brings the tiers up to date now, begins a new generation where the week is over, and sorts closed ones. */
  run(isWeekOver: boolean): Promise<void> {
    return this.alone(() => this.#keepUp(isWeekOver));
  }

  /** Work beside which nothing else changes what there is. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(() => this.#parts.guard(work));
    this.#last = done.then(
      () => {},
      () => {},
    );
    return done;
  }

  /** Begins nothing more by itself, and goes no further than the step it is at. */
  end(): void {
    this.#isClosing = true;
    clearTimeout(this.#timer);
  }

  /** Resolves when all of it that was begun has ended. */
  settled(): Promise<void> {
    return this.#last;
  }

  async #keepUp(isWeekOver: boolean): Promise<void> {
    const { upkeep, writer, shelves, archive, readers } = this.#parts.database();
    const { generations, tiers } = shelves;
    const { open } = generations;
    const isOver = isWeekOver || weekOf(this.#nowS) > weekOf(open.openedS);
    const isLarge = open.taken.gauge + open.taken.counter > storeLimits.generationRows;
    if ((isOver || isLarge) && open.fromS <= open.toS) {
      await writer.rotate();
      await archive.showAll(upkeep);
    }
    await tiers.build(upkeep, this.#nowS, () => this.#isClosing);
    await compactWatermarks(upkeep);
    if (!this.#isClosing) {
      const before = await firstWanted(upkeep);
      this.sorted += await sortGenerations(upkeep, generations, before);
    }
    if (!this.#isClosing) await sortTiers(upkeep, tiers, generations.oldestS);
    if (!this.#isClosing) await archive.lookAgain(upkeep);
    const reading = (): readonly Lane[] => readers;
    if (!this.#isClosing) await archive.moveNext(upkeep, reading, this.#nowS);
    const { zone, keeping = keepAll, onStep } = this.#options;
    const place = { lane: upkeep, readers: reading, generations, tiers, zone, onStep };
    if (!this.#isClosing) await applyRetention(place, keeping, this.#nowS);
  }

  /** Work of a while is followed by four times as long a rest, up to a minute: most of the machine is for what comes in. */
  #later(delayMs: number): void {
    this.#timer = setTimeout(async () => {
      const { facts, nowMs } = this.#parts;
      const startMs = performance.now();
      await this.run(false).catch(() => this.failures++);
      // For the counters; whoever asks for it has it measured anew.
      const isOld = nowMs() - (facts.last?.atMs ?? 0) > oldFactsMs;
      if (isOld && !this.#isClosing) await facts.measured().catch(() => {});
      const restMs = Math.min(4 * (performance.now() - startMs), longestRestMs);
      if (!this.#isClosing) this.#later(Math.max(this.#options.upkeepMs, restMs));
    }, delayMs);
  }

  get #nowS(): number {
    return Math.floor(this.#parts.nowMs() / 1000);
  }
}
