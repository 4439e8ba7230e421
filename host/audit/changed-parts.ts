/** Two values, each without what both have alike. */
export interface ChangedParts {
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * Of two objects the fields that differ, so that a change of one number is not lost in a whole table of settings. Lists of
 * things with ids are told by id. What is no object on both sides is told whole.
 */
export function changedParts(before: unknown, after: unknown): ChangedParts {
  const [one, other] = [fieldsOf(before), fieldsOf(after)];
  if (one === undefined || other === undefined) return { before, after };
  const changes = [...new Set([...one.keys(), ...other.keys()])]
    .filter(name => JSON.stringify(one.get(name)) !== JSON.stringify(other.get(name)))
    .map(name => [name, changedParts(one.get(name), other.get(name))] as const);
  const side = (which: keyof ChangedParts) =>
    Object.fromEntries(
      changes.flatMap(([name, change]) => (change[which] === undefined ? [] : [[name, change[which]]])),
    );
  return { before: side('before'), after: side('after') };
}

/** The fields of an object, or the items of a list by their ids. */
function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const items = value.map((item: unknown) => [idOf(item), item] as const);
  const ids = new Set(items.map(([id]) => id));
  if (ids.has(undefined) || ids.size < items.length) return undefined;
  return new Map(items.map(([id, item]) => [id ?? '', item]));
}

const idOf = (item: unknown): string | undefined =>
  typeof item === 'object' && item !== null && 'id' in item && typeof item.id === 'string'
    ? item.id
    : undefined;
