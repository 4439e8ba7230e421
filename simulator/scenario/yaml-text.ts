import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  parseAllDocuments,
  type YAMLError,
} from 'yaml';
import { fieldOf, type Path, type Place, pointerOf, type ScenarioMistake } from './places.ts';

/** Of a scenario file; the largest of ours has 10 kB. */
export const textLimits = Object.freeze({ bytes: 256 * 1024, nesting: 16, values: 20_000 });

export interface YamlText {
  readonly value: unknown;
  /** By JSON pointer. */
  readonly places: ReadonlyMap<string, Place>;
  readonly mistakes: readonly ScenarioMistake[];
  /** Line and column of an offset, from 1. */
  readonly lineAndColumn: (at: number) => { readonly line: number; readonly column: number };
}

/**
 * The value in a text of YAML 1.2 or JSON, and where each part of it stands. Never throws: what is no YAML, nested too
 * deep or too large is a mistake with its place.
 */
export function readYaml(text: string): YamlText {
  const lineAndColumn = placesByLine(text);
  const refused = (message: string, at = 0): YamlText => ({
    value: undefined,
    places: new Map(),
    mistakes: [{ ...lineAndColumn(at), field: '', message }],
    lineAndColumn,
  });
  if (text.length > textLimits.bytes) {
    return refused(
      `the file has ${text.length} characters; at most ${textLimits.bytes} are allowed, so take something out`,
    );
  }
  const deepAt = tooDeepAt(text);
  if (deepAt !== undefined) return refused(nestedTooDeep, deepAt);
  let documents: readonly Document.Parsed[];
  try {
    const parsed = parseAllDocuments(text, {
      prettyErrors: false,
      uniqueKeys: true,
      logLevel: 'silent',
    });
    documents = Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    // The parser is recursive; what is nested thousands deep is more than its stack.
    return refused(
      error instanceof RangeError
        ? nestedTooDeep
        : `is no YAML (${error instanceof Error ? error.name : ''})`,
    );
  }
  const [document, second] = documents;
  if (second !== undefined) {
    return refused('a second document begins here (---); one file is one scenario', second.range[0]);
  }
  if (document === undefined || document.contents === null) {
    return refused('the file is empty; docs/extending.md has a scenario to begin with');
  }
  const walk = new Walk(document);
  const slips = [...document.errors, ...document.warnings].map(error => ({
    at: error.pos[0],
    path: [],
    message: wordsFor(error),
  }));
  const value = slips.length === 0 ? walk.all() : undefined;
  return {
    value,
    places: walk.places,
    mistakes: [...slips, ...walk.slips].map(({ at, path, message }) => ({
      ...lineAndColumn(at),
      field: fieldOf(path),
      message,
    })),
    lineAndColumn,
  };
}

/** The parser's own count of lines ends where it gives up, inside of a text that is not closed. */
function placesByLine(text: string): YamlText['lineAndColumn'] {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return at => {
    const within = Math.max(0, Math.min(at, text.length));
    let line = starts.findLastIndex(start => start <= within);
    // Of what is missing at the very end: the last line that has something.
    while (line > 0 && starts[line] === text.length) line--;
    const start = starts[line] ?? 0;
    const end = (starts[line + 1] ?? text.length + 1) - 1;
    return { line: line + 1, column: Math.min(within, end) - start + 1 };
  };
}

/** What the lexer gives besides pieces of the text. */
const marks: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001f']);

/**
 * Where a text is nested deeper than is allowed, as far as its tokens tell: brackets, and indicators in one line. The
 * parser takes minutes for thousands of them.
 */
function tooDeepAt(text: string): number | undefined {
  let at = 0;
  let brackets = 0;
  let indicators = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') brackets++;
    else if (token === ']' || token === '}') brackets--;
    else if (token === '-' || token === '?') indicators++;
    else if (token.includes('\n')) indicators = 0;
    if (brackets > textLimits.nesting || indicators > textLimits.nesting) return at;
    if (!marks.has(token)) at += token.length;
  }
  return undefined;
}

const nestedTooDeep = `at most ${textLimits.nesting} lists and objects inside each other are allowed`;

interface Slip {
  readonly at: number;
  readonly path: Path;
  readonly message: string;
}

/** What the parser's codes mean to a person who writes a scenario. */
function wordsFor({ code, message }: YAMLError): string {
  switch (code) {
    case 'DUPLICATE_KEY':
      return 'this name stands twice in the same place; take one of them out';
    case 'TAB_AS_INDENT':
      return 'a tab is given; YAML is indented by spaces';
    case 'TAG_RESOLVE_FAILED':
      return `${firstLine(message)}; tags (!) are not allowed`;
    default:
      return `${firstLine(message)}; YAML is expected (indentation by spaces, text with : or # in quotes)`;
  }
}

const firstLine = (text: string): string => (text.split('\n')[0] ?? '').slice(0, 160);

/** Goes once through the nodes, so that what is refused is not built first. */
class Walk {
  readonly places = new Map<string, Place>();
  readonly slips: Slip[] = [];
  readonly #document: Document.Parsed;
  readonly #targets = new Map<Alias, Node>();
  #values = 0;
  #isFull = false;

  constructor(document: Document.Parsed) {
    this.#document = document;
  }

  all(): unknown {
    return this.#value(this.#document.contents, [], 0);
  }

  #value(node: unknown, path: Path, keyAt: number): unknown {
    if (this.#isFull) return undefined;
    // A name with nothing behind it.
    if (!isNode(node)) {
      this.places.set(pointerOf(path), { at: keyAt, keyAt });
      return null;
    }
    const at = startOf(node) ?? keyAt;
    this.places.set(pointerOf(path), { at, keyAt });
    if (++this.#values > textLimits.values || path.length > textLimits.nesting) {
      this.#isFull = true;
      const message =
        this.#values > textLimits.values
          ? `more than ${textLimits.values} values (aliases count where they stand); take something out`
          : nestedTooDeep;
      this.slips.push({ at, path, message });
      return undefined;
    }
    if (isAlias(node)) {
      const target = this.#targetOf(node);
      // An anchor inside of itself ends at the limit of nesting.
      return target === undefined ? undefined : this.#inner(target, path, at);
    }
    return this.#inner(node, path, at);
  }

  /** Looked up once for each: the parser's way goes through the whole document. */
  #targetOf(alias: Alias): Node | undefined {
    const known = this.#targets.get(alias) ?? alias.resolve(this.#document);
    if (known !== undefined) this.#targets.set(alias, known);
    return known;
  }

  #inner(node: Node, path: Path, at: number): unknown {
    if (isScalar(node)) return this.#scalar(node.value, path, at);
    if (isSeq(node)) return node.items.map((item, index) => this.#value(item, [...path, index], at));
    if (!isMap(node)) return undefined;
    const entries: [string, unknown][] = [];
    for (const { key, value } of node.items) {
      const keyAt = (isNode(key) ? startOf(key) : undefined) ?? at;
      if (!isScalar(key) || (typeof key.value !== 'string' && typeof key.value !== 'number')) {
        this.slips.push({ at: keyAt, path, message: 'a name is expected here; put it in quotes' });
        continue;
      }
      const name = String(key.value);
      entries.push([name, this.#value(value, [...path, name], keyAt)]);
    }
    return Object.fromEntries(entries);
  }

  #scalar(value: unknown, path: Path, at: number): unknown {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    this.slips.push({ at, path, message: 'a text, a finite number, true or false is allowed' });
    return undefined;
  }
}

const startOf = (node: Node): number | undefined => node.range?.[0];
