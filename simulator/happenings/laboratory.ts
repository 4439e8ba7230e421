import type { Cancel, TimePort } from '#ports';
import { nearestIds } from '#profiles/nearest.ts';
import { UsageError } from '../arguments.ts';
import { isHappeningId } from './catalogue.ts';
import type { Happening, HappeningValues, ScheduledHappening, Undo } from './happening.ts';
import { type LabEvent, LabLog } from './lab-log.ts';
import type { LabPart } from './part.ts';
import { readHappening } from './values.ts';

/** What somebody asks to happen. */
export interface Wish {
  readonly what: string;
  /** The part that it happens to; absent: the one that can, where there is one alone. */
  readonly part?: string;
  /** Until it is ended by itself; absent: until somebody ends it. */
  readonly forS?: number;
  /** As they come from outside; they are checked. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Something that happens now, or waits for its end. */
export interface Running {
  readonly id: number;
  readonly what: string;
  readonly part: string;
  readonly values: HappeningValues;
  readonly sinceMs: number;
  /** When it ends by itself; null: when somebody ends it. */
  readonly untilMs: number | null;
}

interface Held extends Running {
  readonly undo: Undo;
  readonly cancelEnd: Cancel;
}

/** A line of a schedule, and when it happens next, UTC ms; null: not any more. */
export interface Planned extends ScheduledHappening {
  readonly nextMs: number | null;
}

export interface LaboratoryOptions {
  readonly parts: readonly LabPart[];
  /** The scenario's clock, by which things end by themselves and schedules go. */
  readonly time: TimePort;
  /** Of the log; default: the machine's. */
  readonly nowMs?: () => number;
}

/** All that can go wrong with the parts that run, what is wrong now, what is planned, and what has been. */
export class Laboratory {
  readonly parts: readonly LabPart[];
  readonly log: LabLog;
  readonly #time: TimePort;
  readonly #nowMs: () => number;
  readonly #running = new Map<number, Held>();
  #plans: { plan: ScheduledHappening; nextMs: number | null }[] = [];
  readonly #cancels = new Set<Cancel>();
  #lastId = 0;
  /** One after the other: what begins or ends waits for what began before it. */
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor({ parts, time, nowMs = Date.now }: LaboratoryOptions) {
    this.parts = parts;
    this.#time = time;
    this.#nowMs = nowMs;
    this.log = new LabLog(nowMs);
  }

  /** What is wrong now, oldest first. */
  get running(): readonly Running[] {
    return [...this.#running.values()].map(({ undo: _undo, cancelEnd: _cancel, ...running }) => running);
  }

  get planned(): readonly Planned[] {
    return this.#plans.map(({ plan, nextMs }) => ({ ...plan, nextMs }));
  }

  /**
   * Lets it happen; one that happens to this part already is ended before. Gives what runs, or null where it is over
   * at once.
   * @throws UsageError where there is no such happening, part or value, Error where it cannot happen now; what happens
   * already then goes on.
   */
  begin(wish: Wish, by: LabEvent['by'] = 'person'): Promise<Running | null> {
    const { part, happening } = this.#find(wish);
    if (wish.forS !== undefined && !happening.lasts) {
      throw new UsageError(`${wish.what} is over at once; it takes no time to end`);
    }
    if (wish.forS !== undefined && !(wish.forS > 0)) {
      throw new UsageError(`${wish.what} for ${wish.forS} s; longer than nothing is allowed`);
    }
    // A wrong value is told before what happens already is ended.
    const values: HappeningValues = readHappening(wish.what, happening, wish.values);
    return this.#inTurn(() => this.#begin({ ...wish, values }, part, happening, by));
  }

  /** @throws UsageError where nothing of this number happens. */
  end(id: number, by: LabEvent['by'] = 'person'): Promise<void> {
    return this.#inTurn(async () => {
      const held = this.#running.get(id);
      if (held === undefined) throw new UsageError(`nothing that happens has the number ${id}; it has ended`);
      await this.#end(held, by);
    });
  }

  /**
   * Ends all of this name, on this part or on any; gives how many. @throws Error of the first that cannot be ended, once
   * the others are.
   */
  endAll(what?: string, part?: string, by: LabEvent['by'] = 'person'): Promise<number> {
    return this.#inTurn(async () => {
      const meant = [...this.#running.values()].filter(
        held => (what === undefined || held.what === what) && (part === undefined || held.part === part),
      );
      const failed: unknown[] = [];
      for (const held of meant.reverse()) await this.#end(held, by).catch(error => failed.push(error));
      if (failed.length > 0) throw failed[0];
      return meant.length;
    });
  }

  /** Begins a schedule, whose times count from now. @throws UsageError where a line of it cannot happen here. */
  follow(plans: readonly ScheduledHappening[]): void {
    this.check(plans);
    for (const plan of plans) {
      const entry = { plan, nextMs: null };
      this.#plans.push(entry);
      this.#plan(entry, plan.atS * 1000);
    }
  }

  /** @throws UsageError where a line of this schedule cannot happen here. */
  check(plans: readonly ScheduledHappening[]): void {
    for (const plan of plans) {
      const { happening } = this.#find(wishOf(plan));
      readHappening(plan.what, happening, wishOf(plan).values);
    }
  }

  /** Ends all that happens, as far as it can be ended, and forgets what is planned. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const cancel of this.#cancels) cancel();
    this.#plans = [];
    // What could not be stands in the log.
    await this.endAll(undefined, undefined, 'end').catch(() => {});
  }

  #plan(entry: { plan: ScheduledHappening; nextMs: number | null }, delayMs: number): void {
    const { plan } = entry;
    entry.nextMs = this.#nowMs() + delayMs;
    this.#after(delayMs, () => {
      entry.nextMs = null;
      // What fails stands in the log.
      this.begin(wishOf(plan), 'schedule').catch(() => {});
      if (plan.everyS !== undefined) this.#plan(entry, ((plan.forS ?? 0) + plan.everyS) * 1000);
    });
  }

  #after(delayMs: number, callback: () => void): Cancel {
    const cancel = this.#time.after(delayMs, () => {
      this.#cancels.delete(cancel);
      if (!this.#isClosed) callback();
    });
    this.#cancels.add(cancel);
    return () => {
      this.#cancels.delete(cancel);
      cancel();
    };
  }

  async #begin(
    wish: Wish & { readonly values: HappeningValues },
    part: LabPart,
    { begin, check, lasts }: Happening,
    by: LabEvent['by'],
  ) {
    const { what, values, forS } = wish;
    if (this.#isClosed) throw new Error('the laboratory is closed');
    const event = { by, what, part: part.id, values };
    const failed = (error: unknown): never => {
      this.log.add({ kind: 'failed', ...event, text: wordsOf(error) });
      throw error;
    };
    // What is refused ends nothing.
    await Promise.resolve(values).then(check).catch(failed);
    for (const held of [...this.#running.values()]) {
      if (held.what === what && held.part === part.id) await this.#end(held, by);
    }
    const undo = await Promise.resolve(values).then(begin).catch(failed);
    this.log.add({ kind: lasts ? 'began' : 'was', ...event });
    if (!lasts) return null;
    const id = ++this.#lastId;
    const sinceMs = this.#nowMs();
    const endByItself = () => void this.end(id, 'itself').catch(() => {});
    const held: Held = {
      id,
      what,
      part: part.id,
      values,
      sinceMs,
      untilMs: forS === undefined ? null : sinceMs + forS * 1000,
      undo,
      cancelEnd: forS === undefined ? () => {} : this.#after(forS * 1000, endByItself),
    };
    this.#running.set(id, held);
    const { undo: _undo, cancelEnd: _cancel, ...running } = held;
    return running;
  }

  /** What cannot be ended is wrong still, and somebody may try again. */
  async #end(held: Held, by: LabEvent['by']): Promise<void> {
    const { id, what, part, values } = held;
    this.#running.delete(id);
    held.cancelEnd();
    try {
      await held.undo();
      this.log.add({ kind: 'ended', by, what, part, values });
    } catch (error) {
      this.#running.set(id, { ...held, untilMs: null });
      this.log.add({ kind: 'failed', by, what, part, values, text: wordsOf(error) });
      throw error;
    }
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => {});
    return done;
  }

  #find({ what, part: wanted }: Wish): { part: LabPart; happening: Happening } {
    const offers = this.parts.flatMap(part =>
      part.happenings.filter(({ id }) => id === what).map(happening => ({ part, happening })),
    );
    if (offers.length === 0) {
      if (isHappeningId(what)) throw new UsageError(`${what} cannot happen here: nothing that runs has it`);
      const all = [...new Set(this.parts.flatMap(({ happenings }) => happenings.map(({ id }) => id)))];
      throw new UsageError(
        `${JSON.stringify(what)} is not known; the nearest are ${nearestIds(what, all).join(', ')}`,
      );
    }
    const ids = offers.map(({ part }) => part.id).join(', ');
    const [first] = offers;
    if (wanted === undefined && first !== undefined && offers.length === 1) return first;
    const found = offers.find(({ part }) => part.id === wanted);
    if (found !== undefined) return found;
    throw new UsageError(
      wanted === undefined
        ? `${what} can happen to ${ids}; say to which, with part`
        : `${what} cannot happen to ${JSON.stringify(wanted)}; part ${ids} is allowed`,
    );
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** In a schedule the part is one of the values. */
function wishOf({ what, forS, values }: ScheduledHappening): Wish {
  const { part, ...rest } = values;
  return {
    what,
    values: rest,
    ...(typeof part === 'string' ? { part } : {}),
    ...(forS === undefined ? {} : { forS }),
  };
}
