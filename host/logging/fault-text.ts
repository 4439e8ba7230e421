/** At most so much of a message. */
const messageMost = 300;
const framesMost = 12;

/** What looks like a key, a token or a hash: too long and too mixed for a word. */
const token = /(?=[\w+=-]*\d)(?=[\w+=-]*[A-Za-z])[\w+=-]{16,}/g;
/** What is quoted comes from outside, since parsers and databases repeat what they were given; and may hold quotation marks itself. */
const quoted = /["'`“].*/;
const sealed = '…';

/**
 * What may be told of an error that nobody foresaw: its name, where in the program it was, and its message without
 * anything that could be somebody's. Objects that are thrown are told by their kind alone.
 */
export function faultText(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${error === null ? 'null' : typeof error}`;
  const frames = (error.stack ?? '').split('\n').filter(line => /^\s+at /.test(line));
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code.slice(0, 40)}` : '';
  const head = `${error.name.slice(0, 40)}${code}: ${harmless(error.message)}`;
  return [head, ...frames.slice(0, framesMost)].join('\n');
}

/** A message without quotations, addresses' queries and whatever looks like a key. */
export function harmless(message: string): string {
  const [first = ''] = message.split('\n');
  const plain = first
    .replace(quoted, sealed)
    .replaceAll(/([?#]|:\/\/[^\s/@]+@)\S*/g, sealed)
    .replaceAll(token, sealed);
  return plain.length > messageMost ? `${plain.slice(0, messageMost)}${sealed}` : plain;
}
