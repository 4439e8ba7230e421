import type { FastifyReply } from 'fastify';

const usualLimit = 500;

interface Asked {
  readonly before?: number;
  readonly limit?: number;
}

/** One page of a list, and the address of the next one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** The newest `limit` of a list below `before`, in the order of the list; without them the newest 500. */
export function pageOf<T extends { readonly id: number }>(
  list: readonly T[],
  { before = Number.POSITIVE_INFINITY, limit = usualLimit }: Asked,
  url: string,
): Page<T> {
  const older = list.filter(({ id }) => id < before);
  if (older.length <= limit) return { items: older, next: undefined };
  const ids = older.map(({ id }) => id).sort((a, b) => b - a);
  const last = ids[limit - 1] ?? 0;
  const next = new URL(url, 'http://host');
  next.searchParams.set('before', String(last));
  return { items: older.filter(({ id }) => id >= last), next: `${next.pathname}${next.search}` };
}

/** The items of a page; the header Link names the next one (RFC 8288). */
export function told<T>({ items, next }: Page<T>, reply: Pick<FastifyReply, 'header'>): T[] {
  if (next !== undefined) reply.header('link', `<${next}>; rel="next"`);
  return [...items];
}
