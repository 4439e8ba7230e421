/** What of a thing was another before: a place in it, and both values as they are written. */
export interface AuditDifference {
  /** Such as `roles.home`; empty: the thing itself. */
  readonly path: string;
  /** null: there was, or is, none. */
  readonly before: unknown;
  readonly after: unknown;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Deeper than this a value is told as a whole. */
const deepest = 4;

/** Things in a list that have an id are told by it, wherever they stand. */
function byId(value: unknown): unknown {
  if (!Array.isArray(value) || value.length === 0) return value;
  const ids = value.map(one => (isObject(one) && typeof one.id === 'string' ? one.id : undefined));
  if (ids.includes(undefined) || new Set(ids).size < ids.length) return value;
  return Object.fromEntries(
    value.map((one: Readonly<Record<string, unknown>>) => {
      const { id, ...rest } = one;
      return [id, rest];
    }),
  );
}

/** Every place where two values differ, in the order of their fields; lists are told as wholes. */
export function auditDifferences(before: unknown, after: unknown): AuditDifference[] {
  return differencesAt(before ?? null, after ?? null, []);
}

function differencesAt(was: unknown, is: unknown, path: readonly string[]): AuditDifference[] {
  const [before, after] = [byId(was), byId(is)];
  const isSplit = (isObject(before) || isObject(after)) && path.length < deepest;
  if (isSplit && (isObject(before) || before === null) && (isObject(after) || after === null)) {
    const [old, fresh] = [before ?? {}, after ?? {}];
    const names = new Set([...Object.keys(old), ...Object.keys(fresh)]);
    return [...names].flatMap(name =>
      differencesAt(fieldOf(old, name), fieldOf(fresh, name), [...path, name]),
    );
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path: path.join('.'), before, after }];
}

const fieldOf = (holder: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(holder, name) ? (holder[name] ?? null) : null;
