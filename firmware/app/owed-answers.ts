import type { ReadRequest } from '../core/modbus/frame.ts';

interface Owed {
  readonly request: ReadRequest;
  readonly untilTicks: number;
}

/** How long after its time-out an answer may still come: adapters behind TCP hold bytes back that long. */
export const lateAnswerMs = 1000;

/**
 * The answers that slaves may still give. An RTU answer does not say which question it belongs to: the late answer
 * to one block of registers can pass for the answer to another of the same slave. So a slave that owes an answer is
 * asked nothing but the same question until the answer has come or can come no more.
 */
export class OwedAnswers {
  #owed: Owed[] = [];

  /** A request goes out whose time-out is at `deadlineTicks`. */
  sent(request: ReadRequest, nowTicks: number, deadlineTicks: number): void {
    this.#owed = this.#owed.filter(({ untilTicks }) => untilTicks > nowTicks);
    this.#owed.push({ request, untilTicks: deadlineTicks + lateAnswerMs });
  }

  /** A slave answered: its oldest question is settled, as slaves answer in order. False where it owed nothing. */
  settle(address: number): boolean {
    const index = this.#owed.findIndex(({ request }) => request.address === address);
    if (index < 0) return false;
    this.#owed.splice(index, 1);
    return true;
  }

  /** From when on this may be asked without taking a late answer to another question for its own. */
  freeAtTicks(request: ReadRequest): number {
    let freeAt = -Infinity;
    for (const owed of this.#owed) {
      if (owed.request.address === request.address && !isSameQuestion(owed.request, request)) {
        freeAt = Math.max(freeAt, owed.untilTicks);
      }
    }
    return freeAt;
  }
}

const isSameQuestion = (a: ReadRequest, b: ReadRequest): boolean =>
  a.fc === b.fc && a.start === b.start && a.count === b.count;
