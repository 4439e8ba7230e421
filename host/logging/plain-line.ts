/** A line longer than this says no more. */
export const lineMost = 2000;

/**
 * Signs that would end a line, move a terminal's cursor or turn the order of reading: control signs of both sets, the
 * separators of lines and paragraphs, what changes direction, and what joins without being seen.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const unseen = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** One line of at most `most` signs, in which nothing acts on who reads it: such signs stand as `\n` or `\u001b`. */
export function plainLine(text: string, most = lineMost): string {
  const cut = text.length > most ? `${text.slice(0, most)}… (${text.length - most} signs more)` : text;
  return cut.replace(unseen, sign => {
    if (sign === '\n') return '\\n';
    if (sign === '\r') return '\\r';
    if (sign === '\t') return '\\t';
    return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
