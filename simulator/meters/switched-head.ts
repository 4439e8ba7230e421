import type { QuantityId } from '#core/quantities.ts';
import { UsageError } from '../arguments.ts';
import { headFor, headMistake, type P1Texts, type TelegramHead } from './telegram-head.ts';

/** A head whose quirks come and go while it sends, besides those that it always has. */
export class SwitchedHead implements TelegramHead {
  /** What it always speaks, such as `sml` or `d0+history`. */
  readonly speaks: string;
  readonly #read: (quantity: QuantityId) => number | undefined;
  readonly #texts: P1Texts | undefined;
  #head: TelegramHead;

  /** @throws UsageError where there is no such head. */
  constructor(speaks: string, read: (quantity: QuantityId) => number | undefined, texts?: P1Texts) {
    this.speaks = speaks;
    this.#read = read;
    this.#texts = texts;
    this.#head = headFor(speaks)(read, texts);
  }

  telegram(uptimeS: number): Uint8Array {
    return this.#head.telegram(uptimeS);
  }

  /** From the next telegram on, and no others. @throws UsageError where these cannot be together. */
  setQuirks(quirks: readonly string[]): void {
    const always = this.speaks.split('+');
    const name = [...always, ...quirks.filter(quirk => !always.includes(quirk))].join('+');
    const mistake = headMistake(name);
    if (mistake !== undefined) throw new UsageError(`${name}: ${mistake}`);
    this.#head = headFor(name)(this.#read, this.#texts);
  }
}
