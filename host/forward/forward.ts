import { Backoff } from '#core/backoff.ts';
import type { RecordsMessage } from '#core/wire/records.ts';
import type { RandomPort, TimePort } from '#ports';
import { fault, faultOf } from '../faults/fault.ts';
import type { Log } from '../logging/host-log.ts';
import { messageOf } from '../message-of.ts';
import { DeliveryError } from '../notify/delivery-error.ts';
import type { CommitPlace } from '../store/commit-place.ts';
import type { CommittedPiece, CommittedWindow } from '../store/commits.ts';
import { markOf } from './delivery-mark.ts';
import { DeliverySize } from './delivery-size.ts';
import { AllRefused, sendDivided } from './divide.ts';
import type { ForwardKind, Way } from './forward-kind.ts';
import {
  type ForwardJournal,
  fitting,
  newJournal,
  question,
  messageOf as recordsOf,
  type Sent,
  settled,
  withoutRecords,
} from './journal.ts';
import { forwardLimits } from './limits.ts';
import { Outcomes } from './outcomes.ts';
import { Pauses } from './pauses.ts';
import type { ForwardCounts, Standing } from './place-table.ts';
import { Waiting } from './waiting.ts';
import { countValues, type ForwardWindow, isWorth, worthOf } from './window.ts';

export interface ForwardOptions {
  readonly id: string;
  readonly kind: Pick<ForwardKind, 'most' | 'tellsMissing' | 'records'>;
  /** Undefined: it is off, and only drops what waits too long. */
  readonly way: Way | undefined;
  readonly keepMs: number;
  readonly standing: Standing;
  /** What was committed behind a place, as far as it is wanted. @throws Error of the store */
  readonly read: (place: CommitPlace, most: number) => Promise<CommittedPiece>;
  /** On disk when it resolves. @throws Error of the store */
  readonly save: (standing: Standing) => Promise<void>;
  readonly siteOf: (gateway: string) => string;
  readonly isOwn: (gateway: string) => boolean;
  readonly nowMs: () => number;
  readonly time: Pick<TimePort, 'after'>;
  readonly random: Pick<RandomPort, 'unit'>;
  readonly log: Log;
}

/**
 * Hands on what was committed, in the order of the commits. Its place is behind what the other side has acknowledged, and moves on
 * by that alone; it is on disk a moment later, so that after a crash the last delivery may be sent again and none is left out.
 */
export class Forward {
  readonly #options: ForwardOptions;
  /** What was made of each try. */
  readonly outcomes: Outcomes;
  readonly #size: DeliverySize;
  readonly #waiting: Waiting;
  readonly #backoff: Backoff;
  readonly #pauses: Pauses;
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  #place: CommitPlace;
  #counts: ForwardCounts;
  /** Of a kind with records. */
  #journal: ForwardJournal | undefined;
  /** The other side has said up to where it has the journal, and nothing was sent since that it may have. */
  #isSettled = false;
  /** The last reading. */
  #tookMs = 0;
  /** When the oldest that is known to wait arrived. */
  #oldestMs: number | undefined;
  #isEnd = false;
  #isSaved = true;
  #isWoken = false;

  constructor(options: ForwardOptions) {
    const { standing, kind, nowMs, time, random } = options;
    this.#options = options;
    this.#place = standing.place;
    this.#counts = standing.counts;
    this.#journal = standing.journal ?? (kind.records && newJournal());
    this.#waiting = new Waiting(this.#place);
    this.#size = new DeliverySize(kind.most);
    this.outcomes = new Outcomes(nowMs);
    this.#pauses = new Pauses(time, this.#stop.signal);
    const { firstRetryMs, mostRetryMs } = forwardLimits;
    this.#backoff = new Backoff(firstRetryMs, mostRetryMs, () => random.unit());
    this.#done = this.#run();
  }

  get standing(): Standing {
    return { place: this.#place, counts: this.#counts, journal: this.#journal };
  }

  /** How long the oldest that waits has been here, ms; 0 where nothing waits. */
  get lagMs(): number {
    return this.#oldestMs === undefined ? 0 : Math.max(this.#options.nowMs() - this.#oldestMs, 0);
  }

  /** Something was committed. */
  wake(): void {
    // While it waits to try again, what is new waits, too.
    if (this.#isEnd) this.#pauses.end();
    this.#isWoken = true;
  }

  /** Ends it; a delivery under way is given up. Resolves when its place is on disk, as far as that goes. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#pauses.end();
    await this.#done;
    this.#options.way?.close();
    await this.#save().catch(error => this.#tell(`could not note where it stands: ${messageOf(error)}`));
  }

  async #run(): Promise<void> {
    const { way } = this.#options;
    while (!this.#stop.signal.aborted) {
      try {
        const part = await this.#next();
        if (part === undefined) {
          await this.#save();
          await this.#atEnd();
        } else if (way === undefined) {
          await this.#save();
          await this.#pauses.pause(forwardLimits.pausedLookMs);
          this.#readAgain();
        } else if (this.#options.kind.records === undefined) await this.#deliver(way, part);
        else await this.#deliverRecords(way, part, this.#options.kind.records);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        await this.#failed(error);
      }
    }
  }

  /** What is to go next; undefined where nothing waits. */
  async #next(): Promise<readonly CommittedWindow[] | undefined> {
    const { read, kind, isOwn } = this.#options;
    for (;;) {
      this.#dropOld();
      if (this.#waiting.windows.some(({ gateway }) => !isOwn(gateway))) this.#readAgain();
      const waiting = this.#waiting.windows;
      this.#oldestMs = waiting[0]?.arrivedMs ?? this.#oldestMs;
      if (waiting.length > 0) return this.#size.partOf(waiting);
      if (this.#stop.signal.aborted) return undefined;
      // Reading is followed by as long a rest: the store is there for what comes in.
      await this.#pauses.pause(Math.min(this.#tookMs, forwardLimits.mostRestMs));
      this.#isWoken = false;
      const fromMs = performance.now();
      const { windows, next, isEnd, lost } = await read(this.#waiting.read, forwardLimits.readWindows);
      this.#tookMs = performance.now() - fromMs;
      if (lost > 0) this.#missed(lost, 'dropped', 'what waited lies in the store in another order by now');
      this.#waiting.set(windows.filter(isWorth[worthOf(kind)]), next);
      if (this.#waiting.windows.length > 0) continue;
      this.#goTo(next);
      if (isEnd) {
        this.#oldestMs = undefined;
        return undefined;
      }
    }
  }

  async #deliver(way: Way, part: readonly CommittedWindow[]): Promise<void> {
    const { id, nowMs, random } = this.#options;
    const { signal } = this.#stop;
    const windows = this.#handedOn(part);
    const { generation, span } = this.#place;
    const send = (own: readonly ForwardWindow[]) =>
      way.send(own, { id: `forward-${id}-${generation}-${span}-${markOf(own)}`, atMs: nowMs(), signal });
    const { said, refused, why } = await sendDivided(windows, send, () => random.unit());
    this.#goTo(this.#waiting.takeOff(part.length));
    const values = countValues(windows) - countValues(refused);
    this.#taken({ windows: windows.length - refused.length, values }, said);
    if (refused.length > 0) this.#missed(refused.length, 'refused', why?.message ?? said);
    await this.#save();
  }

  /** As a journal: what goes has its sequences on disk before, and is there once the other side has that of the last. */
  async #deliverRecords(
    way: Way,
    part: readonly CommittedWindow[],
    recordsOfWindow: NonNullable<ForwardKind['records']>,
  ): Promise<void> {
    if (this.#journal === undefined) return;
    if (!this.#isSettled) {
      await this.#tellJournal(way, question(this.#journal));
      this.#readAgain();
      return;
    }
    const records = this.#handedOn(part).map(recordsOfWindow);
    const count = fitting(records);
    const windows = part.slice(0, count);
    const message = recordsOf(this.#journal, records.slice(0, count).flat());
    const sent: Sent = {
      upTo: message.first + message.records.length - 1,
      place: this.#waiting.behind(count),
      windows: count,
      values: countValues(windows),
    };
    this.#journal = { ...this.#journal, sent };
    this.#isSaved = false;
    await this.#save();
    this.#isSettled = false;
    if (await this.#tellJournal(way, message)) this.#waiting.takeOff(count);
    else this.#readAgain();
  }

  /** Sends a message of the journal, and goes where the other side says that it is. Gives whether it has what was on its way. */
  async #tellJournal(way: Way, message: RecordsMessage): Promise<boolean> {
    const { id, nowMs } = this.#options;
    const journal = this.#journal as ForwardJournal;
    const { said, upTo } = await way.send([], {
      id: `forward-${id}-${message.epoch}-${message.first}`,
      atMs: nowMs(),
      signal: this.#stop.signal,
      message,
    });
    if (upTo === undefined) {
      const message = `it does not say what it has: ${said}`;
      throw new DeliveryError(fault('forward.noAnswer', { said }, message));
    }
    const now = settled(journal, this.#place, upTo);
    this.#isSettled = !now.isAnew;
    this.#journal = now.journal;
    this.#isSaved = false;
    this.#goTo(now.place);
    if (now.taken !== undefined) this.#taken(now.taken, said);
    if (now.isAnew) {
      const other = fault('forward.otherPast', { upTo });
      this.#tell(other.message);
      this.outcomes.failed({ windows: 0, values: 0 }, other);
      // Who says so of whatever is begun would be asked without end.
      await this.#pauses.pause(this.#backoff.next());
    }
    return now.taken !== undefined;
  }

  #handedOn(part: readonly CommittedWindow[]): ForwardWindow[] {
    const { siteOf } = this.#options;
    return part.map(({ next: _, ...window }) => ({ ...window, site: siteOf(window.gateway) }));
  }

  #taken(sent: Pick<Sent, 'windows' | 'values'>, said: string): void {
    const { windows, values } = sent;
    this.#backoff.reset();
    this.#size.taken();
    this.#add({ windows, values, deliveries: 1 });
    this.outcomes.taken({ windows, values }, said);
  }

  async #failed(error: unknown): Promise<void> {
    const { message, ...why } = faultOf(error);
    const said = message.slice(0, 500);
    if (this.outcomes.fault?.message !== said) this.#tell(`does not go on: ${said}`);
    this.#add({ failures: 1 });
    const waiting = this.#waiting.windows;
    const size = { windows: waiting.length, values: countValues(waiting) };
    this.outcomes.failed(size, { ...why, message: said });
    this.#size.failed(why.code, waiting);
    // With what came meanwhile there may be something that is taken.
    if (error instanceof AllRefused) this.#readAgain();
    await this.#save().catch(() => {});
    const asked = error instanceof DeliveryError ? (error.retryAfterMs ?? 0) : 0;
    await this.#pauses.pause(Math.max(this.#backoff.next(), Math.min(asked, forwardLimits.mostRetryMs)));
  }

  /** What waits too long is given up: nobody knows whether the other side ever comes back. */
  #dropOld(): void {
    const { keepMs, nowMs } = this.#options;
    const old = this.#waiting.olderThan(nowMs() - keepMs);
    if (old === 0) return;
    this.#goTo(this.#waiting.takeOff(old));
    this.#missed(old, 'dropped', `waited for more than ${Math.round(keepMs / 86_400_000)} days`);
  }

  #goTo(place: CommitPlace): void {
    const is = (name: keyof CommitPlace) => this.#place[name] === place[name];
    if (is('generation') && is('span')) return;
    this.#place = place;
    this.#isSaved = false;
  }

  #readAgain(): void {
    this.#waiting.set([], this.#place);
  }

  async #save(): Promise<void> {
    if (this.#isSaved) return;
    const { standing } = this;
    this.#isSaved = true;
    try {
      await this.#options.save(standing);
    } catch (error) {
      this.#isSaved = false;
      throw error;
    }
  }

  /** Until something is committed, and a moment more, so that what comes together goes together. */
  async #atEnd(): Promise<void> {
    this.#isEnd = true;
    // In a while without commits what waits on disk may still be something that no commit told.
    if (!this.#isWoken) await this.#pauses.pause(forwardLimits.mostRetryMs);
    this.#isEnd = false;
    await this.#pauses.pause(forwardLimits.collectMs);
  }

  #add(more: Partial<ForwardCounts>): void {
    const counts: { -readonly [Name in keyof ForwardCounts]: number } = { ...this.#counts };
    for (const [name, count] of Object.entries(more) as [keyof ForwardCounts, number][])
      counts[name] += count;
    this.#counts = counts;
    this.#isSaved = false;
  }

  #missed(windows: number, as: 'dropped' | 'refused', why: string): void {
    this.#add({ [as]: windows });
    if (this.#journal !== undefined) this.#journal = withoutRecords(this.#journal, windows);
    const told = `${windows} windows were ${as}: ${why}`;
    this.outcomes.missing(told);
    this.#tell(told);
  }

  #tell(text: string): void {
    const { id, log } = this.#options;
    log('warn', `the forward ${id}: ${text}`, 'forward.told');
  }
}
