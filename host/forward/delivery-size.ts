import type { Fault } from '../faults/fault.ts';
import type { CommittedWindow } from '../store/commits.ts';
import type { ForwardKind } from './forward-kind.ts';
import { forwardLimits } from './limits.ts';

/** Faults of another side that was reached and did not say in time that it has it. */
const slow: ReadonlySet<Fault['code']> = new Set(['answer.timeout', 'http.504', 'mqtt.notAcknowledged']);

/**
 * How many windows go together: fewer where the other side was too slow for what it got, and more again as it takes them. A day's
 * backlog, of which no part is taken in time as it is too large, would else be said again for ever.
 */
export class DeliverySize {
  readonly #most: NonNullable<ForwardKind['most']>;
  #windowsMost = Number.POSITIVE_INFINITY;

  constructor(most: ForwardKind['most']) {
    const { deliveryWindows, deliveryValues } = forwardLimits;
    this.#most = most ?? { windows: deliveryWindows, values: deliveryValues };
  }

  /** The first of what waits that go now; one at least, whatever it holds. */
  partOf(waiting: readonly CommittedWindow[]): readonly CommittedWindow[] {
    const windowsMost = Math.min(this.#most.windows, this.#windowsMost);
    let [windows, values] = [0, 0];
    for (const window of waiting) {
      values += Object.keys(window.values).length;
      if (windows >= windowsMost || (windows > 0 && values > this.#most.values)) break;
      windows++;
    }
    return waiting.slice(0, windows);
  }

  taken(): void {
    this.#windowsMost = Math.ceil(this.#windowsMost * forwardLimits.moreWindows);
  }

  /** Why the first of what waits were not taken. */
  failed(code: Fault['code'], waiting: readonly CommittedWindow[]): void {
    if (slow.has(code)) this.#windowsMost = Math.max(this.partOf(waiting).length >> 1, 1);
  }
}
