import { Backoff } from '#core/backoff.ts';
import type { Cancel, RandomPort, TimePort } from '#ports';
import { type Fault, fault, faultOf } from '../faults/fault.ts';
import type { Log } from '../logging/host-log.ts';
import { messageOf } from '../message-of.ts';
import { DeliveryError } from './delivery-error.ts';
import type { Delivery, DeliveryTable, Outcome } from './delivery-table.ts';
import { notifyLimits } from './limits.ts';
import type { Notice } from './notice.ts';
import { type QuietHours, quietEndMs } from './quiet-hours.ts';

/** What goes out at once: the same after a restart, so that a receiver can know it again. */
export interface Message {
  readonly id: string;
  readonly notices: readonly Notice[];
}

/** How much of a channel people want to hear. */
export interface Pace {
  readonly messagesPerHour: number;
  readonly quiet: QuietHours | undefined;
  readonly zone: string;
}

export interface QueueOptions {
  readonly channel: string;
  readonly table: Pick<DeliveryTable, 'mark' | 'prune'>;
  /** Brings it there, and gives what the server said. @throws DeliveryError */
  readonly send: (message: Message, signal: AbortSignal) => Promise<string>;
  readonly pace: () => Pace;
  readonly nowMs: () => number;
  readonly time: Pick<TimePort, 'after'>;
  readonly random: RandomPort;
  readonly log: Log;
  /** What became of notices that waited. */
  readonly counts?: DeliveryCounts;
}

/** Notices, since the start. `dropped`: given up since too many waited, or for longer than a day; `failed`: refused. */
export interface DeliveryCounts {
  sent: number;
  failed: number;
  dropped: number;
}

interface Going {
  readonly id: string;
  readonly deliveries: readonly Delivery[];
  tries: number;
}

/** From when the channel may say something: what is urgent, and all else. */
interface Free {
  readonly urgentMs: number;
  readonly otherMs: number;
}

const hourMs = 3_600_000;

/**
 * What waits for one channel. Notices of some seconds go in one message; a message that does not arrive is tried again with
 * growing pauses for a day, and those behind it wait: then they come in one. Where quiet hours have begun meanwhile it waits for
 * their end, and only what is urgent goes on. A message is marked before it goes and after
 * it arrived, so that a crash between the two repeats that one message, with the same id, and no other.
 */
export class ChannelQueue {
  readonly #options: QueueOptions;
  readonly #backoff: Backoff;
  readonly #stop = new AbortController();
  #waiting: Delivery[];
  /** On its way, until it has arrived or is given up. */
  #going: Going | undefined;
  /** To be tried again when it is not quiet any more, or when what is urgent has arrived. */
  #aside: Going | undefined;
  #sentMs: number[];
  #retryMs = 0;
  #isSending = false;
  #cancel: Cancel = () => {};
  #fault: Fault | undefined;
  #failingSinceMs: number | undefined;
  readonly #counts: DeliveryCounts;

  /** `waiting`: as an earlier run left it. `sentMs`: of the messages of the last hour. */
  constructor(options: QueueOptions, waiting: readonly Delivery[], sentMs: readonly number[]) {
    this.#options = options;
    this.#counts = options.counts ?? { sent: 0, failed: 0, dropped: 0 };
    this.#backoff = new Backoff(notifyLimits.firstRetryMs, notifyLimits.mostRetryMs, () =>
      options.random.unit(),
    );
    this.#sentMs = [...sentMs];
    const [first, second] = goingOf(waiting);
    const isSecondUrgent = second !== undefined && isUrgentMessage(second);
    [this.#going, this.#aside] = isSecondUrgent ? [second, first] : [first, second];
    this.#waiting = waiting.filter(
      ({ message }) => message === null || ![first?.id, second?.id].includes(message),
    );
    this.#plan();
  }

  /** How many notices wait, with those on their way. */
  get length(): number {
    const going = [this.#going, this.#aside].flatMap(each => each?.deliveries ?? []);
    return this.#waiting.length + going.length;
  }

  /** Why the last try failed; undefined where it went well, or there was none. */
  get fault(): Fault | undefined {
    return this.#fault;
  }

  /** Since when nothing arrives, by the first try that failed; undefined where the last went well, or there was none. */
  get failingSinceMs(): number | undefined {
    return this.#failingSinceMs;
  }

  /** Takes those that are in the table. */
  add(deliveries: readonly Delivery[]): void {
    this.#waiting.push(...deliveries);
    const most = notifyLimits.waiting;
    if (this.#waiting.length > most) {
      // A storm of what is not urgent pushes nothing urgent out.
      const [urgent, others] = [true, false].map(is =>
        this.#waiting.filter(({ notice }) => isUrgentNotice(notice) === is),
      ) as [Delivery[], Delivery[]];
      const over = new Set([...others, ...urgent].slice(0, this.#waiting.length - most));
      this.#waiting = this.#waiting.filter(delivery => !over.has(delivery));
      void this.#drop([...over], fault('queue.tooMany', { most }));
    }
    this.#plan();
  }

  /** The settings were changed: what waits is tried at once. */
  hurry(): void {
    this.#retryMs = 0;
    this.#backoff.reset();
    if (this.length === 0) {
      this.#fault = undefined;
      this.#failingSinceMs = undefined;
    }
    this.#plan();
  }

  /** What is on its way is given up, and tried again after the next start. */
  close(): void {
    this.#cancel();
    this.#stop.abort();
  }

  #plan(): void {
    this.#cancel();
    if (this.#isSending || this.#stop.signal.aborted || this.length === 0) return;
    const { time, nowMs } = this.#options;
    const now = nowMs();
    // The clock was put back: nobody waits for what it showed before.
    if (this.#retryMs > now + notifyLimits.mostRetryMs) this.#retryMs = now;
    const free = this.#free(now);
    const dueMs =
      this.#going === undefined || this.#isHeld(this.#going, now)
        ? Math.min(
            ...(this.#going === undefined && this.#aside === undefined
              ? []
              : [Math.max(this.#retryMs, this.#quietMs(now))]),
            ...this.#waiting.map(delivery => this.#dueMs(delivery, now, free)),
          )
        : this.#retryMs;
    this.#cancel = time.after(Math.max(dueMs - now, 0), () => void this.#run());
  }

  #dueMs({ notice, queuedMs }: Delivery, now: number, free: Free): number {
    const isUrgent = isUrgentNotice(notice);
    const collectMs = notifyLimits.collectMs[isUrgent ? 'critical' : notice.severity];
    const collected = queuedMs > now ? now : queuedMs + collectMs;
    return Math.max(collected, this.#retryMs, isUrgent ? free.urgentMs : free.otherMs);
  }

  #free(now: number): Free {
    return { urgentMs: this.#freeMs(now, true), otherMs: this.#freeMs(now, false) };
  }

  /** Whether a message is not to be tried now: quiet hours are not for it. */
  #isHeld(message: Going, now: number): boolean {
    return !isUrgentMessage(message) && this.#quietMs(now) > now;
  }

  /** When quiet hours end; now, where it is not quiet. */
  #quietMs(now: number): number {
    const { quiet, zone } = this.#options.pace();
    return quietEndMs(now, quiet, zone);
  }

  /** From when the channel may say something. */
  #freeMs(now: number, isUrgent: boolean): number {
    const { messagesPerHour } = this.#options.pace();
    const most = isUrgent ? messagesPerHour * 2 : messagesPerHour;
    const sent = this.#sentMs.filter(atMs => atMs > now - hourMs && atMs <= now);
    this.#sentMs = sent;
    const rateMs = sent.length < most ? now : (sent[sent.length - most] ?? now) + hourMs;
    return isUrgent ? rateMs : Math.max(rateMs, this.#quietMs(now));
  }

  async #run(): Promise<void> {
    const { table, send, nowMs, random, log, channel } = this.#options;
    const now = nowMs();
    if (this.#going !== undefined && this.#isHeld(this.#going, now))
      [this.#going, this.#aside] = [undefined, this.#going];
    else if (this.#going === undefined && this.#aside !== undefined && !this.#isHeld(this.#aside, now))
      [this.#going, this.#aside] = [this.#aside, undefined];
    const isOld = ({ queuedMs }: Delivery) => now - queuedMs >= notifyLimits.giveUpMs;
    const old = this.#waiting.filter(isOld);
    if (this.#going === undefined && old.length > 0) {
      this.#waiting = this.#waiting.filter(delivery => !isOld(delivery));
      void this.#drop(old, fault('queue.tooOld', {}));
    }
    this.#going ??= this.#form(now, random);
    const going = this.#going;
    if (going === undefined) {
      this.#plan();
      return;
    }
    this.#isSending = true;
    going.tries++;
    const { id, deliveries } = going;
    const mark = (state: Outcome['state'], endedMs: number | null, said: Fault | string | null) =>
      table.mark(channel, deliveries, {
        state,
        message: id,
        tries: going.tries,
        endedMs,
        ...shownOf(said),
      });
    const end = async (state: 'sent' | 'failed', said: Fault | string) => {
      this.#going = undefined;
      await mark(state, nowMs(), said);
      await table.prune(channel);
    };
    try {
      await mark('waiting', null, this.#fault ?? null);
      // It may have been switched off meanwhile.
      this.#stop.signal.throwIfAborted();
      const said = await send({ id, notices: deliveries.map(({ notice }) => notice) }, this.#stop.signal);
      this.#fault = undefined;
      this.#failingSinceMs = undefined;
      this.#counts.sent += deliveries.length;
      this.#backoff.reset();
      this.#retryMs = 0;
      this.#sentMs.push(nowMs());
      await end('sent', said);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      const why = faultOf(error);
      const { message } = why;
      log('warn', `the channel ${channel} does not take messages: ${message}`, 'notify.failed');
      if (this.#going !== undefined) {
        this.#fault = { ...why, message: shortened(message) };
        this.#failingSinceMs ??= nowMs();
        const { isFinal, retryAfterMs = 0 } = error instanceof DeliveryError ? error : { isFinal: false };
        const isOld =
          nowMs() - Math.min(...deliveries.map(({ queuedMs }) => queuedMs)) >= notifyLimits.giveUpMs;
        this.#retryMs =
          nowMs() + Math.max(this.#backoff.next(), Math.min(retryAfterMs, notifyLimits.mostRetryMs));
        if (isFinal || isOld) this.#counts[isOld ? 'dropped' : 'failed'] += deliveries.length;
        if (isFinal || isOld) await end('failed', isOld ? tooOld(message) : why).catch(() => {});
      }
    } finally {
      this.#isSending = false;
      this.#plan();
    }
  }

  /** What may go now, as one message. */
  #form(now: number, random: RandomPort): Going | undefined {
    const free = this.#free(now);
    if (!this.#waiting.some(delivery => this.#dueMs(delivery, now, free) <= now)) return undefined;
    const mayAll = free.otherMs <= now;
    const deliveries = this.#waiting.filter(({ notice }) => mayAll || isUrgentNotice(notice));
    this.#waiting = this.#waiting.filter(delivery => !deliveries.includes(delivery));
    return { id: `msg_${Buffer.from(random.bytes(12)).toString('hex')}`, deliveries, tries: 0 };
  }

  async #drop(deliveries: readonly Delivery[], why: Fault): Promise<void> {
    const { table, nowMs, log, channel } = this.#options;
    const outcome: Outcome = { state: 'failed', message: null, tries: 0, endedMs: nowMs(), ...shownOf(why) };
    this.#counts.dropped += deliveries.length;
    const noted = table.mark(channel, deliveries, outcome).then(() => table.prune(channel));
    await noted.catch(error => {
      log(
        'warn',
        `the channel ${channel} could not note what it gave up: ${messageOf(error)}`,
        'notify.dropped',
      );
    });
  }
}

/** The messages that were on their way, the oldest first: one, and one that was put aside. */
function goingOf(waiting: readonly Delivery[]): Going[] {
  const ids = [...new Set(waiting.flatMap(({ message }) => message ?? []))].slice(0, 2);
  return ids.map(id => {
    const deliveries = waiting.filter(({ message }) => message === id);
    return { id, deliveries, tries: Math.max(...deliveries.map(({ tries }) => tries)) };
  });
}

const isUrgentMessage = ({ deliveries }: Going): boolean =>
  deliveries.some(({ notice }) => isUrgentNotice(notice));

/** Quiet hours and most of the rate are not for it. */
const isUrgentNotice = ({ severity, kind }: Notice): boolean => severity === 'critical' || kind === 'test';

const tooOld = (said: string): Fault => fault('queue.tooOld', { said }, `given up after a day: ${said}`);

/** What a server said, or why nothing arrived, as it is noted. */
function shownOf(said: Fault | string | null): Pick<Outcome, 'said' | 'why'> {
  if (said === null || typeof said === 'string') return { said: said && shortened(said), why: null };
  const { message, code, facts } = said;
  return { said: shortened(message), why: { code, facts } };
}

const shortened = (text: string): string =>
  text.length > notifyLimits.saidChars ? `${text.slice(0, notifyLimits.saidChars - 1)}…` : text;
