import { createHash } from 'node:crypto';
import { Backoff } from '#core/backoff.ts';
import type { RecordsMessage } from '#core/wire/records.ts';
import type { RandomPort, TimePort } from '#ports';
import { type Fault, fault, faultOf, type Why } from '../faults/fault.ts';
import type { Log } from '../logging/host-log.ts';
import { messageOf } from '../message-of.ts';
import { DeliveryError } from '../notify/delivery-error.ts';
import type { CommitPlace } from '../store/commit-place.ts';
import type { CommittedPiece, CommittedWindow } from '../store/commits.ts';
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
import type { ForwardCounts, Standing } from './place-table.ts';
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

/** One delivery, as it is shown. */
export interface ShownDelivery {
  readonly atMs: number;
  readonly state: 'taken' | 'failed';
  readonly windows: number;
  readonly values: number;
  readonly said: string;
  /** Of what was not taken. */
  readonly why: Why | null;
}

/**
 * Hands on what was committed, in the order of the commits. Its place is behind what the other side has acknowledged, and moves on
 * by that alone; it is on disk a moment later, so that after a crash the last delivery may be sent again and none is left out.
 */
export class Forward {
  readonly #options: ForwardOptions;
  readonly #backoff: Backoff;
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  #place: CommitPlace;
  #counts: ForwardCounts;
  /** Of a kind with records. */
  #journal: ForwardJournal | undefined;
  /** The other side has said up to where it has the journal, and nothing was sent since that it may have. */
  #isSettled = false;
  /** Read and not taken yet, in order, and the place behind all that was read. */
  #waiting: readonly CommittedWindow[] = [];
  #read: CommitPlace;
  /** The last reading. */
  #tookMs = 0;
  /** When the oldest that is known to wait arrived. */
  #oldestMs: number | undefined;
  #isEnd = false;
  #isSaved = true;
  #wake: () => void = () => {};
  #isWoken = false;
  #fault: Fault | undefined;
  #failingSinceMs: number | undefined;
  #takenMs: number | undefined;
  #missedMs: number | undefined;
  #missedWhy: string | undefined;
  /** Of one delivery: fewer where the other side was too slow for what it got, and more again as it takes them. */
  #windowsMost = Number.POSITIVE_INFINITY;
  readonly #deliveries: ShownDelivery[] = [];

  constructor(options: ForwardOptions) {
    this.#options = options;
    this.#place = options.standing.place;
    this.#counts = options.standing.counts;
    this.#journal = options.standing.journal ?? (options.kind.records && newJournal());
    this.#read = this.#place;
    const { firstRetryMs, mostRetryMs } = forwardLimits;
    this.#backoff = new Backoff(firstRetryMs, mostRetryMs, () => options.random.unit());
    this.#done = this.#run();
  }

  get standing(): Standing {
    return { place: this.#place, counts: this.#counts, journal: this.#journal };
  }

  /** Why the last try failed; undefined where it went well, or there was none. */
  get fault(): Fault | undefined {
    return this.#fault;
  }

  /** For how long nothing was taken though it was tried. */
  get failingSinceMs(): number | undefined {
    return this.#failingSinceMs;
  }

  get takenMs(): number | undefined {
    return this.#takenMs;
  }

  /** When something was dropped or refused last, and why. */
  get missed(): { readonly atMs: number; readonly why: string } | undefined {
    const [atMs, why] = [this.#missedMs, this.#missedWhy];
    return atMs === undefined || why === undefined ? undefined : { atMs, why };
  }

  /** How long the oldest that waits has been here, ms; 0 where nothing waits. */
  get lagMs(): number {
    return this.#oldestMs === undefined ? 0 : Math.max(this.#options.nowMs() - this.#oldestMs, 0);
  }

  /** Newest first. */
  get deliveries(): readonly ShownDelivery[] {
    return [...this.#deliveries].reverse();
  }

  /** Something was committed. */
  wake(): void {
    // While it waits to try again, what is new waits, too.
    if (this.#isEnd) this.#wake();
    this.#isWoken = true;
  }

  /** Ends it; a delivery under way is given up. Resolves when its place is on disk, as far as that goes. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake();
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
          await this.#pause(forwardLimits.pausedLookMs);
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
      if (this.#waiting.some(({ gateway }) => !isOwn(gateway))) this.#readAgain();
      this.#oldestMs = this.#waiting[0]?.arrivedMs ?? this.#oldestMs;
      if (this.#waiting.length > 0) return this.#part();
      if (this.#stop.signal.aborted) return undefined;
      // Reading is followed by as long a rest: the store is there for what comes in.
      await this.#pause(Math.min(this.#tookMs, forwardLimits.mostRestMs));
      this.#isWoken = false;
      const fromMs = performance.now();
      const { windows, next, isEnd, lost } = await read(this.#read, forwardLimits.readWindows);
      this.#tookMs = performance.now() - fromMs;
      if (lost > 0) this.#missed(lost, 'dropped', 'what waited lies in the store in another order by now');
      this.#read = next;
      this.#waiting = windows.filter(isWorth[worthOf(kind)]);
      if (this.#waiting.length > 0) continue;
      this.#goTo(next);
      if (isEnd) {
        this.#oldestMs = undefined;
        return undefined;
      }
    }
  }

  #part(): readonly CommittedWindow[] {
    const { deliveryWindows, deliveryValues } = forwardLimits;
    const most = this.#options.kind.most ?? { windows: deliveryWindows, values: deliveryValues };
    let [windows, values] = [0, 0];
    for (const window of this.#waiting) {
      values += Object.keys(window.values).length;
      if (windows >= Math.min(most.windows, this.#windowsMost) || (windows > 0 && values > most.values))
        break;
      windows++;
    }
    return this.#waiting.slice(0, windows);
  }

  async #deliver(way: Way, part: readonly CommittedWindow[]): Promise<void> {
    const { id, nowMs, random } = this.#options;
    const { signal } = this.#stop;
    const windows = this.#handedOn(part);
    const { generation, span } = this.#place;
    const send = (own: readonly ForwardWindow[]) =>
      way.send(own, { id: `forward-${id}-${generation}-${span}-${markOf(own)}`, atMs: nowMs(), signal });
    const { said, refused, why } = await sendDivided(windows, send, () => random.unit());
    const place = this.#behind(part);
    this.#waiting = this.#waiting.slice(part.length);
    this.#goTo(place);
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
      place: this.#behind(windows),
      windows: count,
      values: countValues(windows),
    };
    this.#journal = { ...this.#journal, sent };
    this.#isSaved = false;
    await this.#save();
    this.#isSettled = false;
    if (await this.#tellJournal(way, message)) this.#waiting = this.#waiting.slice(count);
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
    if (now.isAnew) this.#tell(`the other side has records up to ${upTo} of another past: begun anew`);
    return now.taken !== undefined;
  }

  #handedOn(part: readonly CommittedWindow[]): ForwardWindow[] {
    const { siteOf } = this.#options;
    return part.map(({ next: _, ...window }) => ({ ...window, site: siteOf(window.gateway) }));
  }

  /** The place behind the first windows that wait. */
  #behind(part: readonly CommittedWindow[]): CommitPlace {
    return part.length === this.#waiting.length ? this.#read : (part.at(-1)?.next ?? this.#place);
  }

  #taken({ windows, values }: Pick<Sent, 'windows' | 'values'>, said: string): void {
    const { nowMs } = this.#options;
    this.#takenMs = nowMs();
    this.#fault = undefined;
    this.#failingSinceMs = undefined;
    this.#backoff.reset();
    this.#windowsMost = Math.ceil(this.#windowsMost * forwardLimits.moreWindows);
    this.#add({ windows, values, deliveries: 1 });
    this.#show({ atMs: nowMs(), state: 'taken', windows, values, said, why: null });
  }

  async #failed(error: unknown): Promise<void> {
    const { nowMs } = this.#options;
    const { message, ...why } = faultOf(error);
    const said = message.slice(0, 500);
    if (this.#fault?.message !== said) this.#tell(`does not go on: ${said}`);
    this.#fault = { ...why, message: said };
    this.#failingSinceMs ??= nowMs();
    this.#add({ failures: 1 });
    const windows = this.#waiting.length;
    this.#show({ atMs: nowMs(), state: 'failed', windows, values: countValues(this.#waiting), said, why });
    // A day's backlog, of which no part is taken in time as it is too large, would be said again for ever.
    if (slow.has(why.code)) this.#windowsMost = Math.max(this.#part().length >> 1, 1);
    // With what came meanwhile there may be something that is taken.
    if (error instanceof AllRefused) this.#readAgain();
    await this.#save().catch(() => {});
    const asked = error instanceof DeliveryError ? (error.retryAfterMs ?? 0) : 0;
    await this.#pause(Math.max(this.#backoff.next(), Math.min(asked, forwardLimits.mostRetryMs)));
  }

  /** What waits too long is given up: nobody knows whether the other side ever comes back. */
  #dropOld(): void {
    const { keepMs, nowMs } = this.#options;
    const fromMs = nowMs() - keepMs;
    let old = 0;
    while (old < this.#waiting.length && (this.#waiting[old]?.arrivedMs ?? fromMs) < fromMs) old++;
    if (old === 0) return;
    const last = this.#waiting[old - 1];
    this.#waiting = this.#waiting.slice(old);
    this.#goTo(this.#waiting.length === 0 ? this.#read : (last?.next ?? this.#place));
    this.#missed(old, 'dropped', `waited for more than ${Math.round(keepMs / 86_400_000)} days`);
  }

  #goTo(place: CommitPlace): void {
    const is = (name: keyof CommitPlace) => this.#place[name] === place[name];
    if (is('generation') && is('span')) return;
    this.#place = place;
    this.#isSaved = false;
  }

  #readAgain(): void {
    this.#waiting = [];
    this.#read = this.#place;
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
    if (!this.#isWoken) await this.#pause(forwardLimits.mostRetryMs);
    this.#isEnd = false;
    await this.#pause(forwardLimits.collectMs);
  }

  #pause(ms: number): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.resolve();
    return new Promise(resolve => {
      const cancel = this.#options.time.after(ms, () => resolve());
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
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
    this.#missedMs = this.#options.nowMs();
    this.#missedWhy = `${windows} windows were ${as}: ${why}`;
    this.#tell(this.#missedWhy);
  }

  #show(delivery: ShownDelivery): void {
    this.#deliveries.push({ ...delivery, said: delivery.said.slice(0, 300) });
    if (this.#deliveries.length > forwardLimits.deliveriesShown) this.#deliveries.shift();
  }

  #tell(text: string): void {
    const { id, log } = this.#options;
    log('warn', `the forward ${id}: ${text}`, 'forward.told');
  }
}

/** Faults of another side that was reached and did not say in time that it has it. */
const slow: ReadonlySet<Fault['code']> = new Set(['answer.timeout', 'http.504', 'mqtt.notAcknowledged']);

/** Of what is sent: whoever has something by this name has all of it. */
function markOf(windows: readonly ForwardWindow[]): string {
  const hash = createHash('sha256');
  for (const { gateway, meter, startMs, windowS, values } of windows)
    hash.update(`${gateway}.${meter} ${startMs} ${windowS} ${Object.keys(values).join(' ')}\n`);
  return hash.digest('hex').slice(0, 24);
}
