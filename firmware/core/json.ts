/**
 * JSON of a value that may hold frozen tables. On a device these lie in flash, and XS's `JSON.stringify` throws
 * "read only value" on any object that does: it marks each one while it is inside it. So it gets a copy.
 */
export const jsonText = (value: unknown): string => JSON.stringify(copyOf(value));

function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copyOf(inner)]));
}
