/** What stands where something was erased. */
export const erasedMark = '(erased)';

/**
 * JSON without what is to go: keys and elements of lists that `isErased` knows are left out, other texts of it become
 * `mark`; or, where `keeps` is set, all become the mark.
 */
export function scrubbed(
  json: unknown,
  isErased: (text: string) => boolean,
  { mark = erasedMark, keeps = false }: { readonly mark?: string; readonly keeps?: boolean } = {},
): unknown {
  const inner = (value: unknown): unknown => scrubbed(value, isErased, { mark, keeps });
  const goes = (value: unknown): boolean => !keeps && typeof value === 'string' && isErased(value);
  if (typeof json === 'string') return isErased(json) ? mark : json;
  if (Array.isArray(json)) return json.filter(value => !goes(value)).map(inner);
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json)
    .filter(([key]) => !goes(key))
    .map(([key, value]): [string, unknown] => [isErased(key) ? mark : key, inner(value)]);
  return Object.fromEntries(entries);
}

/** The same of a text of JSON; one that is none is erased whole. */
export function scrubbedText(
  text: string,
  isErased: (text: string) => boolean,
  options: { readonly mark?: string; readonly keeps?: boolean } = {},
): string {
  try {
    return JSON.stringify(scrubbed(JSON.parse(text), isErased, options));
  } catch {
    return 'null';
  }
}
