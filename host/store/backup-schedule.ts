import { messageOf } from '../message-of.ts';
import type { Backup } from './backup.ts';
import { listBackups } from './backup-files.ts';
import { answerRequests, type BackupAnswer, forgetRequests } from './backup-requests.ts';
import { placesOf } from './recovery-files.ts';

export interface BackupScheduleOptions {
  readonly dataDir: string;
  /** Hours from one backup to the next; 0: only those that are asked for. */
  readonly everyHours: number;
  /** Makes one. */
  readonly make: () => Promise<Pick<Backup, 'path' | 'bytes' | 'tookMs'>>;
  /** One was made, or could not be; to be shown until one is made. */
  readonly onResult: (answer: BackupAnswer) => void;
  readonly nowMs: () => number;
}

/** How many are kept where nothing else is said. */
export const keptBackups = 7;

const hourMs = 3_600_000;
const lookEveryMs = 2000;
/** After one that failed. */
const againMs = hourMs;
/** A host that just started has better things to do. */
const afterStartMs = 60_000;

/** Makes backups when they are due, counted from the newest there is, also across starts, and when they are asked for. */
export class BackupSchedule {
  readonly #options: BackupScheduleOptions;
  #dueMs = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #look: Promise<void> = Promise.resolve();
  #isLooking = false;
  #isAsked = false;
  #sinceMs: number | undefined;
  #unheardWhy = '';
  #failure: { readonly atMs: number; readonly why: string } | null = null;

  private constructor(options: BackupScheduleOptions) {
    this.#options = options;
  }

  static async start(options: BackupScheduleOptions): Promise<BackupSchedule> {
    const schedule = new BackupSchedule(options);
    const { dataDir, everyHours, nowMs } = options;
    await forgetRequests(dataDir);
    const [newest] = await listBackups(placesOf(dataDir).backups);
    if (everyHours > 0) {
      const earliestMs = nowMs() + afterStartMs;
      schedule.#dueMs = Math.max(earliestMs, (newest?.atMs ?? 0) + everyHours * hourMs);
    }
    schedule.#timer = setInterval(() => void schedule.look(), lookEveryMs);
    return schedule;
  }

  /** When the next one is made by itself; Infinity: never. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** Since when one is asked for or being made; undefined: none is. */
  get sinceMs(): number | undefined {
    return this.#sinceMs;
  }

  /** Why the last one could not be made; null where it could. */
  get failure(): { readonly atMs: number; readonly why: string } | null {
    return this.#failure;
  }

  /** Makes one, unless one is being made; whether it does. `sinceMs` tells when it has ended. */
  makeNow(): boolean {
    if (this.#sinceMs !== undefined) return false;
    this.#sinceMs = this.#options.nowMs();
    this.#isAsked = true;
    // A look that is under way may be past the question.
    void this.#look.then(() => this.look());
    return true;
  }

  /** Looks whether one is due or asked for, and makes it. Never rejects. */
  look(): Promise<void> {
    if (this.#isLooking) return this.#look;
    this.#isLooking = true;
    this.#look = this.#lookOnce()
      .catch(error => this.#options.onResult(failed(error)))
      .finally(() => {
        this.#isLooking = false;
      });
    return this.#look;
  }

  /** Makes no more; waits for the one under way. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#look;
  }

  async #lookOnce(): Promise<void> {
    const { dataDir, nowMs } = this.#options;
    const asked = await answerRequests(dataDir, () => this.#makeOne()).catch(error => this.#unheard(error));
    if (asked === 0 && (this.#isAsked || nowMs() >= this.#dueMs)) await this.#makeOne();
  }

  /** Requests that cannot be read or answered keep nobody else from a backup; told once, not at each look. */
  #unheard(error: unknown): number {
    const answer = failed(error);
    if (answer.why !== this.#unheardWhy) this.#options.onResult(answer);
    this.#unheardWhy = answer.why;
    return 0;
  }

  async #makeOne(): Promise<BackupAnswer> {
    const { everyHours, make, nowMs, onResult } = this.#options;
    const beganMs = nowMs();
    this.#sinceMs ??= beganMs;
    this.#isAsked = false;
    const answer = await make().then(
      ({ path, bytes, tookMs }): BackupAnswer => ({ isDone: true, path, bytes, tookMs }),
      failed,
    );
    // One that failed is tried again soon, but no backups are made of a host that wants none.
    const nextMs = beganMs + (answer.isDone ? everyHours * hourMs : Math.min(againMs, everyHours * hourMs));
    if (everyHours > 0) this.#dueMs = nextMs;
    this.#failure = answer.isDone ? null : { atMs: nowMs(), why: answer.why };
    this.#sinceMs = undefined;
    onResult(answer);
    return answer;
  }
}

const failed = (error: unknown): Extract<BackupAnswer, { isDone: false }> => ({
  isDone: false,
  why: messageOf(error),
});
