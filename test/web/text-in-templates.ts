/** A text that a template would show without asking the words for it. */
export interface LooseText {
  readonly line: number;
  readonly text: string;
}

const hasLetters = /\p{L}{2,}/u;
/** Attributes that people see or hear. */
const spokenAttributes =
  /\b(?:aria-label|aria-description|title|placeholder|alt|label)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
/** What stands for an expression, so that it joins nothing. */
const gap = '\uE000';

/** Texts with letters in the `html` and `svg` templates of a TypeScript source: between tags, and in spoken attributes. */
export function looseTexts(source: string): LooseText[] {
  const found: LooseText[] = [];
  const begin = /\b(?:html|svg)`/g;
  for (let match = begin.exec(source); match !== null; match = begin.exec(source)) {
    const { text } = templateAt(source, match.index + match[0].length);
    const line = source.slice(0, match.index).split('\n').length;
    for (const loose of textsOf(text)) found.push({ line, text: loose });
    // Templates within expressions are found by themselves, as the search goes on behind the beginning.
  }
  return found;
}

/** The fixed text of the template literal that begins at `from`, with a gap for each expression. */
function templateAt(source: string, from: number): { readonly text: string; readonly end: number } {
  let text = '';
  let at = from;
  while (at < source.length) {
    const char = source[at];
    if (char === '\\') {
      text += source.slice(at, at + 2);
      at += 2;
    } else if (char === '`') return { text, end: at + 1 };
    else if (char === '$' && source[at + 1] === '{') {
      text += gap;
      at = expressionEnd(source, at + 2);
    } else {
      text += char;
      at++;
    }
  }
  throw new Error('a template has no end');
}

/** Behind the `}` of an expression that begins at `from`, over strings, comments and templates in it. */
function expressionEnd(source: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < source.length) {
    const char = source[at];
    if (char === '`') at = templateAt(source, at + 1).end;
    else if (char === "'" || char === '"') at = stringEnd(source, at + 1, char);
    else if (char === '/' && source[at + 1] === '/') at = source.indexOf('\n', at);
    else if (char === '{') {
      depth++;
      at++;
    } else if (char === '}') {
      at++;
      if (depth === 0) return at;
      depth--;
    } else at++;
  }
  throw new Error('an expression has no end');
}

function stringEnd(source: string, from: number, quote: string): number {
  let at = from;
  while (at < source.length && source[at] !== quote) at += source[at] === '\\' ? 2 : 1;
  return at + 1;
}

function textsOf(template: string): string[] {
  const spoken = [...template.matchAll(spokenAttributes)].map(([, double, single]) => double ?? single ?? '');
  const withoutStyles = template.replace(/<style[\s\S]*?<\/style>/g, '').replace(/<!--[\s\S]*?-->/g, '');
  const between = withoutStyles.replace(/<\/?[a-zA-Z\uE000][^>]*>/g, gap).split(gap);
  return [...spoken.flatMap(text => text.split(gap)), ...between]
    .map(text => text.replace(/&[a-z]+;/g, ' ').trim())
    .filter(text => hasLetters.test(text));
}
