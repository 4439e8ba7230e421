import type { BusRequest } from '../core/modbus/frame.ts';
import { answerBytes, isWrite } from '../core/modbus/frame.ts';
import type { Slave } from './slave.ts';

interface Owed {
  readonly request: BusRequest;
  readonly slave: Slave;
  readonly untilTicks: number;
}

/** How long after its time-out an answer may still come: adapters behind TCP hold bytes back that long. */
export const lateAnswerMs = 1000;

const exceptionBytes = 5;

/**
 * The answers that slaves may still give. An RTU answer does not say which question it belongs to: the late answer
 * to one block of registers can pass for the answer to another of the same slave. So a slave that owes an answer is
 * asked nothing but the same question until the answer has come or can come no more. Each time the same is asked again
 * there is one more answer of which nobody knows; so while another question waits, the same is not asked either.
 */
export class OwedAnswers {
  #owed: Owed[] = [];
  /** Of slaves for which a question waits. */
  readonly #heldAddresses = new Set<number>();

  /** A request goes out that is given up at `deadlineTicks` at the latest. */
  sent(request: BusRequest, slave: Slave, nowTicks: number, deadlineTicks: number): void {
    this.#owed = this.#owed.filter(({ untilTicks }) => untilTicks > nowTicks);
    const isOwing = this.#owed.some(owed => owed.request.address === request.address);
    if (!isOwing) this.#heldAddresses.delete(request.address);
    this.#owed.push({ request, slave, untilTicks: deadlineTicks + lateAnswerMs });
  }

  /**
   * A slave gave an answer, whole as it was on the wire: the oldest of its questions that it fits is settled, and
   * given; undefined where it fits none.
   */
  settle(answer: Uint8Array): Owed | undefined {
    const index = this.#owed.findIndex(({ request }) => isFit(request, answer));
    return index < 0 ? undefined : this.#owed.splice(index, 1)[0];
  }

  /** From when on this may be asked without taking a late answer to another question for its own. */
  freeAtTicks(request: BusRequest): number {
    return this.owedUntilTicks(request, this.#heldAddresses.has(request.address));
  }

  /** Until when answers to other questions may come; where `isHeld` also to the same. */
  owedUntilTicks(request: BusRequest, isHeld = false): number {
    let freeAt = -Infinity;
    for (const owed of this.#owed) {
      if (owed.request.address !== request.address) continue;
      if (isHeld || !isSameQuestion(owed.request, request)) freeAt = Math.max(freeAt, owed.untilTicks);
    }
    return freeAt;
  }

  /** This is due: where it waits for what its slave owes, it is asked before that owes more. */
  hold(request: BusRequest): void {
    const { address } = request;
    const isKeptBack = this.#owed.some(
      owed => owed.request.address === address && !isSameQuestion(owed.request, request),
    );
    if (isKeptBack) this.#heldAddresses.add(address);
  }
}

function isFit(request: BusRequest, answer: Uint8Array): boolean {
  if (answer[0] !== request.address) return false;
  if (answer[1] === (request.fc | 0x80)) return answer.length === exceptionBytes;
  return answer[1] === request.fc && answer.length === answerBytes(request);
}

/** Whether the answer to one is an answer to the other too. Each write is one of its own: it was done or was not. */
export const isSameQuestion = (a: BusRequest, b: BusRequest): boolean =>
  a.address === b.address && a.fc === b.fc && a.start === b.start && a.count === b.count && !isWrite(a);
