import type { Field } from './fields.ts';
import { type Mistake, SettingsMistakes } from './settings-mistakes.ts';

type Fields = readonly Field[];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** Forms send both. */
const isEmpty = (value: unknown): boolean => value === undefined || value === '';

/** A secret in settings as they are given, and what is known of it and of the place that it is for. */
interface SecretField {
  readonly field: Field;
  /** Such as `meters.0.key`. */
  readonly path: string;
  readonly given: unknown;
  readonly was: unknown;
  /** Fields of the place that are other than before; those of what a row stands in are among them. */
  readonly moved: readonly string[];
  /** Whether any field of the place is filled in. */
  readonly hasPlace: boolean;
}

/**
 * Settings as they may be shown: without secrets, also those in rows; none of a kind that is not known any more (no fields), as
 * nobody can tell which of them are secret.
 */
export const withoutSecrets = (fields: Fields | undefined, settings: unknown): unknown =>
  fields === undefined ? {} : changed(fields, settings, undefined, () => undefined);

/**
 * Settings with the secrets of before where they were left out; those of rows, by the row's id, or where it has none by its
 * position. Null takes a secret away. One is sent to nobody but whom it was given for: where a field that `isPlace` is another,
 * secrets that were left out are asked for again. An optional one goes where no place is named any more: there is nobody to
 * send it to.
 * @throws SettingsMistakes with each secret that has to be given again
 */
export function withSecretsOf(fields: Fields | undefined, settings: unknown, before: unknown): unknown {
  const mistakes: Mistake[] = [];
  const made = changed(fields ?? [], settings, before, ({ field, path, given, was, moved, hasPlace }) => {
    if (given === null) return undefined;
    if (!isEmpty(given)) return given;
    if (isEmpty(was) || moved.length === 0) return was;
    const isOptional = field.isOptional === true;
    if (isOptional && !hasPlace) return undefined;
    const orNone = isOptional ? ', or null where none is needed' : '';
    mistakes.push({
      field: path,
      message: `it was given for another ${moved.join(' and ')}, and is not sent elsewhere; give it again${orNone}`,
    });
    return undefined;
  });
  if (mistakes.length > 0) throw new SettingsMistakes(mistakes);
  return made;
}

function changed(
  fields: Fields,
  settings: unknown,
  before: unknown,
  secret: (secret: SecretField) => unknown,
  around: Pick<SecretField, 'path' | 'moved' | 'hasPlace'> = { path: '', moved: [], hasPlace: false },
): unknown {
  if (!isObject(settings)) return settings;
  const old = isObject(before) ? before : {};
  const place = fields.filter(({ isPlace }) => isPlace === true).map(({ name }) => name);
  const moved = [...around.moved, ...place.filter(name => !isSame(settings[name], old[name]))];
  const hasPlace = around.hasPlace || place.some(name => !isEmpty(settings[name]));
  const made: Record<string, unknown> = { ...settings };
  for (const field of fields) {
    const { name, kind, columns } = field;
    const path = `${around.path}${name}`;
    const given = settings[name];
    const was = old[name];
    if (kind === 'secret') {
      const value = secret({ field, path, given, was, moved, hasPlace });
      if (value === undefined) delete made[name];
      else made[name] = value;
    } else if (kind === 'rows' && columns !== undefined && Array.isArray(given)) {
      const rows = Array.isArray(was) ? was : [];
      made[name] = given.map((row, index) =>
        changed(columns, row, rowLike(row, rows, index), secret, {
          path: `${path}.${index}.`,
          moved,
          hasPlace,
        }),
      );
    }
  }
  return made;
}

const isSame = (one: unknown, other: unknown): boolean =>
  (isEmpty(one) && isEmpty(other)) || JSON.stringify(one) === JSON.stringify(other);

function rowLike(row: unknown, before: readonly unknown[], index: number): unknown {
  if (!isObject(row) || row.id === undefined) return before[index];
  return before.find(each => isObject(each) && each.id === row.id);
}
