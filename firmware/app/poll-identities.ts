import type { ReadRequest } from '../core/modbus/frame.ts';
import { registerText } from '../core/modbus/register-text.ts';
import type { IdentityField, ModbusIdentity } from '../profiles/profile.ts';
import type { Bus } from './bus.ts';
import type { Outcome } from './bus-transaction.ts';
import type { PolledMeter } from './poll-job.ts';

type Part = keyof ModbusIdentity;

/** A part of who a meter is, and when it is read next. */
interface Question {
  readonly meter: PolledMeter;
  readonly part: Part;
  readonly field: IdentityField;
  readonly request: ReadRequest;
  dueTicks: number;
  /** When it was last read. */
  askedTicks: number;
  /** What was told last, what was read last, and how many reads in a row gave nothing. */
  told?: string;
  heard?: string;
  misses: number;
}

const parts: readonly Part[] = Object.freeze(['serial', 'model', 'firmware']);

/** Nobody replaces a meter more often. */
const everyMs = 600_000;
/** Where a counter is odd it is asked at once, but no more often than this. */
const oddEveryMs = 5000;
/** A read that was lost or damaged is repeated after that time, but so often at most: some meters never answer it. */
const mostRepeats = 2;

/**
 * Who the meters of a line are, read between polls as their profiles have it: once they answer, each ten minutes, after
 * a silence, and where a counter shows what another meter would explain. Only slaves that answer are asked, and once:
 * a meter that does not say who it is costs nothing else.
 */
export class PollIdentities {
  readonly #bus: Bus;
  #questions: readonly Question[] = [];

  constructor(bus: Bus, meters: readonly PolledMeter[]) {
    this.#bus = bus;
    for (const meter of meters) this.add(meter);
  }

  /** Asks this meter too, once it answers; as it was found now, where it was found before. */
  add(meter: PolledMeter): void {
    this.#questions = this.#questions.filter(known => known.meter.settings !== meter.settings);
    for (const part of parts) {
      const field = meter.profile.identity?.[part];
      if (field === undefined || meter.sink.identified === undefined) continue;
      const { fc, address: start, words: count } = field;
      const request = { address: meter.slave.address, fc, start, count };
      const question = { meter, part, field, request, dueTicks: -Infinity, askedTicks: -Infinity, misses: 0 };
      this.#questions = [...this.#questions, question];
    }
  }

  /** Begins the read that is due, if there is one; `then` is called when it is over. */
  begin(now: number, then: () => void): boolean {
    let first: Question | undefined;
    for (const question of this.#questions) {
      const { slave } = question.meter;
      if (slave.isSilent) question.dueTicks = now;
      const isOdd = question.part === 'serial' && question.meter.sink.isIdentityWanted === true;
      if (isOdd) question.dueTicks = Math.min(question.dueTicks, question.askedTicks + oddEveryMs);
      const readyTicks = this.readyTicks(question);
      if (readyTicks <= now) first ??= question;
      else if (question.dueTicks <= now && readyTicks < Number.POSITIVE_INFINITY) {
        this.#bus.hold(question.request);
      }
    }
    if (first === undefined) return false;
    const { request, meter } = first;
    first.askedTicks = now;
    first.dueTicks = now + everyMs;
    const asked = first;
    this.#bus.ask(request, meter.slave, 1, (outcome, ticksMs) => {
      this.answered(asked, outcome, ticksMs);
      then();
    });
    return true;
  }

  /** When the next one is due. */
  get wakeTicks(): number {
    return this.#questions.reduce(
      (soonest, question) => Math.min(soonest, this.readyTicks(question)),
      Number.POSITIVE_INFINITY,
    );
  }

  private readyTicks({ meter, request, dueTicks }: Question): number {
    if (!meter.slave.isAnswering || this.#bus.link.closedReason !== undefined)
      return Number.POSITIVE_INFINITY;
    return Math.max(dueTicks, this.#bus.freeAtTicks(request, meter.slave));
  }

  private answered(question: Question, outcome: Outcome, ticksMs: number): void {
    const { meter, part, field, told, heard } = question;
    const text = outcome.ok ? registerText(outcome.value, field) : undefined;
    if (text === undefined) {
      const isLost = !outcome.ok && outcome.error !== 'exception';
      if (isLost && question.misses++ < mostRepeats) question.dueTicks = ticksMs + oddEveryMs;
      return;
    }
    question.misses = 0;
    question.heard = text;
    // A register may flicker, and who seems to be another costs the counters their continuity: two readings decide.
    if (part === 'serial' && text !== told && text !== heard) {
      if (heard === told) question.dueTicks = ticksMs;
      return;
    }
    question.told = text;
    meter.sink.identified?.(ticksMs, { [part]: text });
  }
}
