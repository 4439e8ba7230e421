import { isSerial } from '../core/wire/records.ts';
import type { MeterIdentity } from './source.ts';

/** The serial number is told again so often: the record that told it may be one that a full journal dropped. */
const tellAgainMs = 3_600_000;

/** What is known of who a meter is, and when it has to be told among its windows. */
export class KnownIdentity {
  #known: MeterIdentity = {};
  /** When its serial number was told, by the ticks. */
  #toldMs = Number.NEGATIVE_INFINITY;

  get parts(): MeterIdentity {
    return this.#known;
  }

  /**
   * Takes what the meter says: `other` where it is another one than before, `news` where more is known than before. What
   * is no serial number by the wire's rule is not heard.
   */
  learn({ serial: given, ...more }: MeterIdentity): 'same' | 'news' | 'other' {
    const { serial: before, model, firmware } = this.#known;
    const serial = given !== undefined && isSerial(given) ? given : before;
    const isOther = serial !== before;
    const isNews = (more.model ?? model) !== model || (more.firmware ?? firmware) !== firmware;
    if (!isOther && !isNews) return 'same';
    this.#known = { ...(isOther ? {} : this.#known), ...more, ...(serial === undefined ? {} : { serial }) };
    if (!isOther) return 'news';
    this.#toldMs = Number.NEGATIVE_INFINITY;
    return before === undefined ? 'news' : 'other';
  }

  /** The serial number, as part of a record, where it is time to tell it. */
  toTell(ticksMs: number): { readonly serial?: string } {
    const { serial } = this.#known;
    if (serial === undefined || ticksMs - this.#toldMs < tellAgainMs) return {};
    this.#toldMs = ticksMs;
    return { serial };
  }
}
