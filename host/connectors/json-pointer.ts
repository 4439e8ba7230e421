/** A JSON pointer (RFC 6901) as its parts; empty is the whole document. */
export type JsonPointer = readonly string[];

/** Undefined where the text is none: it is empty, or each part begins with `/`, and `~` only stands before 0 and 1. */
export function parsePointer(text: string): JsonPointer | undefined {
  if (text === '') return [];
  if (!text.startsWith('/') || /~(?![01])/.test(text)) return undefined;
  return text
    .slice(1)
    .split('/')
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What it points at; undefined where there is nothing. */
export function pointedAt(document: unknown, pointer: JsonPointer): unknown {
  let value = document;
  for (const part of pointer) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) value = /^(0|[1-9]\d{0,8})$/.test(part) ? value[Number(part)] : undefined;
    else value = Object.getOwnPropertyDescriptor(value, part)?.value;
  }
  return value;
}
