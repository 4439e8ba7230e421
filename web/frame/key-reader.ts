import { type KeyCommand, keyTable } from './keys.ts';

/** A key that begins two, such as `g`, waits this long for the second. */
const togetherMs = 1500;

const commands: ReadonlyMap<string, KeyCommand> = new Map(keyTable.map(({ keys, does }) => [keys, does]));
const firsts: ReadonlySet<string> = new Set(
  keyTable.filter(({ keys }) => keys.includes(' ')).map(({ keys }) => keys.slice(0, keys.indexOf(' '))),
);

/** Makes commands of keys, alone or two after each other. */
export class KeyReader {
  #first = '';
  #firstMs = Number.NEGATIVE_INFINITY;

  /** What `key` (of a `KeyboardEvent`) asks for at this moment, or null. */
  read(key: string, atMs: number): KeyCommand | null {
    const name = key.length === 1 ? key.toLowerCase() : key;
    const isSecond = this.#first !== '' && atMs - this.#firstMs <= togetherMs;
    const both = isSecond ? commands.get(`${this.#first} ${name}`) : undefined;
    this.#first = both === undefined && firsts.has(name) ? name : '';
    this.#firstMs = atMs;
    return both ?? commands.get(name) ?? null;
  }
}
