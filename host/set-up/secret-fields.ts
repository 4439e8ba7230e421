import type { Field } from './fields.ts';

type Fields = readonly Field[];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Settings as they may be shown: without secrets, also those in rows. */
export const withoutSecrets = (fields: Fields, settings: unknown): unknown =>
  changed(fields, settings, undefined, () => undefined);

/** Secrets that were left out stay what they were; those of rows, by the row's id, or where it has none by its place. */
export const withSecretsOf = (fields: Fields, settings: unknown, before: unknown): unknown =>
  changed(fields, settings, before, (given, was) => (given === undefined || given === '' ? was : given));

function changed(
  fields: Fields,
  settings: unknown,
  before: unknown,
  secret: (given: unknown, was: unknown) => unknown,
): unknown {
  if (!isObject(settings)) return settings;
  const old = isObject(before) ? before : {};
  const made: Record<string, unknown> = { ...settings };
  for (const { name, kind, columns } of fields) {
    const given = settings[name];
    const was = old[name];
    if (kind === 'secret') {
      const value = secret(given, was);
      if (value === undefined) delete made[name];
      else made[name] = value;
    } else if (kind === 'rows' && columns !== undefined && Array.isArray(given)) {
      const rows = Array.isArray(was) ? was : [];
      made[name] = given.map((row, index) => changed(columns, row, rowLike(row, rows, index), secret));
    }
  }
  return made;
}

function rowLike(row: unknown, before: readonly unknown[], index: number): unknown {
  if (!isObject(row) || row.id === undefined) return before[index];
  return before.find(each => isObject(each) && each.id === row.id);
}
