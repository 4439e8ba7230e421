import { importLimits } from './limits.ts';

/** Lines of series that an order does not ask for: they are left out, all counted, and the first of their names told. */
export class OtherLines {
  lines = 0;
  readonly #names = new Map<string, number>();

  add(name: string): void {
    this.lines++;
    const { otherNames, shownCharacters } = importLimits;
    const shown = name.slice(0, shownCharacters);
    const before = this.#names.get(shown);
    if (before !== undefined || this.#names.size < otherNames) this.#names.set(shown, (before ?? 0) + 1);
  }

  get first(): { readonly name: string; readonly lines: number }[] {
    return [...this.#names].map(([name, lines]) => ({ name, lines }));
  }
}
