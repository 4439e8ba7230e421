import type { ReadFunction } from '../../core/modbus/register.ts';
import type { ModbusProfile } from '../../profiles/profile.ts';
import type { Answer, KnownAnswers, Span } from './known-answers.ts';
import { isDirectCurrent, judge, markBlocks, type Score } from './marks.ts';

// Of each profile what its next mark asks (function 0: it has no more, or is out), how many of its marks were asked, and
// what they said.
const fc = 0;
const start = 1;
const count = 2;
const asked = 3;
const hits = 4;
const zeros = 5;
const wrong = 6;
const cellCount = 7;

/**
 * The profiles that a meter may have, by what their marks were answered. Numbers, and marks are planned anew when they
 * are judged: the blocks of all profiles would take 20 kB while a scan runs.
 */
export class Candidates {
  readonly #profiles: readonly ModbusProfile[];
  readonly #cells: Uint16Array;
  /** Whose mark is asked now. */
  #asking = 0;

  constructor(profiles: readonly ModbusProfile[]) {
    this.#profiles = profiles;
    this.#cells = new Uint16Array(profiles.length * cellCount);
    for (const [place, profile] of profiles.entries()) this.setNext(place, markBlocks(profile)[0]);
  }

  /** The mark that most of those who are still in want to know next; undefined where nobody wants any. */
  next(): Span | undefined {
    const cells = this.#cells;
    let best = -1;
    let most = 0;
    for (let at = 0; at < cells.length; at += cellCount) {
      if (cells[at + fc] === 0) continue;
      let wanted = 0;
      for (let other = 0; other < cells.length; other += cellCount) {
        const isInside =
          cells[other + fc] === cells[at + fc] &&
          cells[other + start] === cells[at + start] &&
          (cells[other + count] as number) <= (cells[at + count] as number);
        if (isInside) wanted++;
      }
      if (wanted <= most) continue;
      best = at;
      most = wanted;
    }
    this.#asking = best / cellCount;
    return best < 0 ? undefined : this.spanOf(this.#asking);
  }

  /** What was asked came to this: whoever it tells something takes it. */
  heard(answer: Answer, known: KnownAnswers): void {
    for (const [place, profile] of this.#profiles.entries()) {
      if (this.cell(place, fc) === 0) continue;
      const found = place === this.#asking ? answer : known.find(this.spanOf(place));
      if (found) this.take(place, profile, found);
    }
  }

  /** Those that got a value that they are known by and nothing that cannot be: the best first, at most so many. */
  best(most: number): { readonly profile: ModbusProfile; readonly markHits: number }[] {
    const worth = (place: number) => this.cell(place, hits) - this.cell(place, zeros) * 0.5;
    return this.#profiles
      .map((_, place) => place)
      .filter(place => this.cell(place, wrong) === 0 && this.cell(place, hits) > 0)
      .sort((a, b) => worth(b) - worth(a))
      .slice(0, most)
      .map(place => ({
        profile: this.#profiles[place] as ModbusProfile,
        markHits: this.cell(place, hits),
      }));
  }

  private take(place: number, profile: ModbusProfile, answer: Answer): void {
    const blocks = markBlocks(profile);
    const before = this.cell(place, asked);
    const block = blocks[before];
    if (block === undefined) return;
    const score: Score = { hits: 0, zeros: 0, wrong: 0 };
    if (answer.data === undefined) score.wrong = block.registers.length;
    else judge(block, answer.start, answer.data, isDirectCurrent(profile), score);
    this.#cells.set(
      [
        before + 1,
        this.cell(place, hits) + score.hits,
        this.cell(place, zeros) + score.zeros,
        this.cell(place, wrong) + score.wrong,
      ],
      place * cellCount + asked,
    );
    this.setNext(place, score.wrong > 0 ? undefined : blocks[before + 1]);
  }

  private setNext(place: number, span: Span | undefined): void {
    this.#cells.set(span === undefined ? [0] : [span.fc, span.start, span.count], place * cellCount);
  }

  private spanOf(place: number): Span {
    return {
      fc: this.cell(place, fc) as ReadFunction,
      start: this.cell(place, start),
      count: this.cell(place, count),
    };
  }

  private cell(place: number, cell: number): number {
    return this.#cells[place * cellCount + cell] as number;
  }
}
