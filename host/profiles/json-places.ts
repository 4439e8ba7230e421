import { limits } from '#core/limits.ts';

/** Where something stands in a text: the index of its first character. `keyAt` is where the name before it stands. */
export interface Place {
  readonly at: number;
  readonly keyAt: number;
}

/** What keeps a text from being JSON, or from meaning what it seems to. */
export interface Slip {
  readonly at: number;
  readonly field: string;
  readonly message: string;
}

export interface JsonPlaces {
  /** By field, as mistakes name them: `registers[3].quantity`; the whole text is the empty one. */
  readonly places: ReadonlyMap<string, Place>;
  /** None: the text is JSON, and no name stands twice in one object. */
  readonly slips: readonly Slip[];
}

/**
 * Where every value of a JSON text stands. `JSON.parse` gives the values and this their places, so that a mistake in
 * one can be shown where it was written. RFC 8259; nested at most as deep as messages may be.
 */
export const placesIn = (text: string): JsonPlaces => new Walk(text).all();

const space = /[ \t\n\r]*/y;
const string = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const word = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)(?!\w)/y;

class Walk {
  readonly #text: string;
  readonly #places = new Map<string, Place>();
  readonly #slips: Slip[] = [];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  all(): JsonPlaces {
    if (this.#value('', 0) && this.#at < this.#text.length) {
      this.#stop('', 'nothing more is allowed after the last bracket');
    }
    return { places: this.#places, slips: this.#slips };
  }

  /** Walks over a value; false where the text is no JSON from here on. */
  #value(field: string, keyAt: number): boolean {
    this.#skip();
    this.#places.set(field, { at: this.#at, keyAt: field === '' ? this.#at : keyAt });
    const first = this.#text[this.#at];
    if (first === '{' || first === '[') {
      if (++this.#depth > limits.jsonNesting) {
        return this.#stop(
          field,
          `at most ${limits.jsonNesting} lists and objects inside each other are allowed`,
        );
      }
      const isWhole = first === '{' ? this.#object(field) : this.#list(field);
      this.#depth--;
      return isWhole;
    }
    if (this.#take(string) === undefined && this.#take(word) === undefined) {
      return this.#stop(
        field,
        hintFor(first) ?? 'a number, a text in double quotes, true, false, [ or { is expected',
      );
    }
    this.#skip();
    return true;
  }

  #object(field: string): boolean {
    const names = new Set<string>();
    return this.#items('}', field, () => {
      const keyAt = this.#at;
      const quoted = this.#take(string);
      if (quoted === undefined) {
        return this.#stop(
          field,
          hintFor(this.#text[keyAt]) ?? 'the name of a field in double quotes is expected',
        );
      }
      const name: string = JSON.parse(quoted);
      const own = join(field, name);
      if (names.has(name)) {
        this.#slips.push({ at: keyAt, field: own, message: 'stands twice; take one of them out' });
      }
      names.add(name);
      this.#skip();
      return (
        this.#expect(':', own, 'a colon is expected after the name of a field') && this.#value(own, keyAt)
      );
    });
  }

  #list(field: string): boolean {
    let index = 0;
    return this.#items(']', field, () => this.#value(`${field}[${index++}]`, this.#at));
  }

  /** What stands between two brackets, with commas between. */
  #items(close: ']' | '}', field: string, item: () => boolean): boolean {
    this.#at++;
    this.#skip();
    for (let isFirst = true; this.#text[this.#at] !== close; isFirst = false) {
      if (!isFirst) {
        const comma = this.#at;
        if (!this.#expect(',', field, `a comma or ${close} is expected`)) return false;
        this.#skip();
        if (this.#text[this.#at] === close) {
          this.#at = comma;
          return this.#stop(field, `no comma is allowed before ${close}; take it away`);
        }
      }
      if (!item()) return false;
    }
    this.#at++;
    this.#skip();
    return true;
  }

  #expect(character: string, field: string, expected: string): boolean {
    const given = this.#text[this.#at];
    if (given !== character) {
      return this.#stop(field, (given === '"' ? undefined : hintFor(given)) ?? expected);
    }
    this.#at++;
    return true;
  }

  #skip(): void {
    this.#take(space);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #stop(field: string, expected: string): false {
    const found = this.#text[this.#at];
    const given = found === undefined ? 'the text ends' : `${JSON.stringify(found)} given`;
    this.#slips.push({ at: this.#at, field, message: `${given}; ${expected}` });
    return false;
  }
}

/** What people write who know other notations. */
function hintFor(character: string | undefined): string | undefined {
  if (character === "'") return 'text stands in double quotes in JSON: "';
  if (character === '/' || character === '#') return 'JSON has no comments; note is a field for words';
  if (character === '+') return 'a positive number is written without +';
  if (character === '"')
    return 'a text ends with " in the same line, and \\ stands before another " or \\ in it';
  return undefined;
}

const join = (field: string, name: string): string => (field === '' ? name : `${field}.${name}`);
