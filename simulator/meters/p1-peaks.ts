import { decimal } from './text-telegram.ts';

/** What a meter's quarters of an hour come to, W: the one that runs so far, over all of it, and the last whole one. */
export interface QuarterDemand {
  readonly nowW: number;
  readonly lastW: number;
}

interface Peak {
  /** The end of its quarter. */
  readonly at: string;
  readonly w: number;
}

const quarterS = 900;
/** As many months as there are in `0-0:98.1.0`. */
const monthsKept = 13;
/** A month without a quarter: the time that such meters tell then. */
const noPeak: Peak = Object.freeze({ at: '632525252525W', w: 0 });

const kilowatt = (w: number): string => decimal(w / 1000, 2, 3, 'kW');

/**
 * What Belgian meters are billed by (e-MUCS). `1.4.0` is what was taken since the quarter of an hour began, spread over all of
 * it: it climbs from 0 and falls back to it (community.home-assistant.io/t/765042). `1.6.0` is the highest whole quarter of
 * this month, with the time of its end, and `98.1.0` those of up to 13 months before, oldest first, each with the moment that
 * its month ended, as meters of Fluvius send them. Quarters are those of the clock, of all phases netted, import alone. It
 * knows the quarters that it was asked after.
 */
export class P1Peaks {
  readonly #clock: (second: number) => string;
  #quarter = Number.NaN;
  #month: string | undefined;
  #peak = noPeak;
  readonly #months: (Peak & { readonly ended: string })[] = [];

  /** `clock`: what the meter's clock says at a second since 1970, `YYMMDDhhmmss` and S or W. */
  constructor(clock: (second: number) => string) {
    this.#clock = clock;
  }

  /** The lines of a telegram at this second, which is not before the last one's. */
  lines(second: number, { nowW, lastW }: QuarterDemand): readonly string[] {
    const quarter = Math.floor(second / quarterS);
    if (quarter > this.#quarter) {
      // It is of the month that it began in.
      this.#turnTo(quarter - 1);
      if (this.#peak === noPeak || lastW > this.#peak.w) this.#peak = { at: this.#at(quarter), w: lastW };
    }
    this.#turnTo(quarter);
    this.#quarter = quarter;
    const months = this.#months.map(({ ended, at, w }) => `(${ended})(${at})(${kilowatt(w)})`);
    return [
      `1-0:1.4.0(${kilowatt(nowW)})`,
      `1-0:1.6.0(${this.#peak.at})(${kilowatt(this.#peak.w)})`,
      `0-0:98.1.0(${months.length})(1-0:1.6.0)(1-0:1.6.0)${months.join('') || '()'}`,
    ];
  }

  #at(quarter: number): string {
    return this.#clock(quarter * quarterS);
  }

  #turnTo(quarter: number): void {
    const now = this.#at(quarter);
    const month = now.slice(0, 4);
    if (month === this.#month) return;
    if (this.#month !== undefined)
      this.#months.push({ ended: `${month}01000000${now.slice(-1)}`, ...this.#peak });
    if (this.#months.length > monthsKept) this.#months.shift();
    this.#month = month;
    this.#peak = noPeak;
  }
}
