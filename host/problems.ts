import type { Problem } from './api/contract.ts';

const kept = 20;

/** The last things that were refused, newest first. The same one again only counts up. */
export class Problems {
  #list: Problem[] = [];

  /** `code` is stable (`wire.trailing`), `detail` is one line for people. */
  add(atMs: number, code: string, detail: string): void {
    const text = detail.length > 300 ? `${detail.slice(0, 300)}…` : detail;
    const same = this.#list.find(problem => problem.code === code && problem.detail === text);
    const others = this.#list.filter(problem => problem !== same);
    this.#list = [{ atMs, code, detail: text, count: (same?.count ?? 0) + 1 }, ...others].slice(0, kept);
  }

  list(): readonly Problem[] {
    return this.#list;
  }
}
