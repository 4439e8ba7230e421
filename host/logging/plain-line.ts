/** A line longer than this says no more. */
export const lineMost = 2000;

/**
 * Signs that would end a line, move a terminal's cursor or turn the order of reading: control and format signs, and the
 * separators of lines and paragraphs.
 */
export const unseenSigns = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One line of at most `most` signs, in which nothing acts on who reads it: such signs stand as `\n` or `\u001b`. */
export function plainLine(text: string, most = lineMost): string {
  const cut = text.length > most ? `${text.slice(0, most)}… (${text.length - most} signs more)` : text;
  return cut.replace(unseenSigns, sign => {
    if (sign === '\n') return '\\n';
    if (sign === '\r') return '\\r';
    if (sign === '\t') return '\\t';
    return `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}
