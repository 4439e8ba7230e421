import type { FormField } from './fields.ts';

/** What stands in a form: texts as they are typed, and rows of the same; of a secret that shall be there no more, `false`. */
export type DraftValue = string | boolean | readonly Draft[];
export interface Draft {
  readonly [name: string]: DraftValue;
}

type Fields = readonly FormField[];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const rowsOf = (value: DraftValue | undefined): readonly Draft[] =>
  typeof value === 'object' ? value : [];

/** The form of these settings; of none one that is empty, with the first of what has to be chosen, and a first row. */
export function draftOf(fields: Fields, settings: unknown): Draft {
  const given = isObject(settings) ? settings : {};
  return Object.fromEntries(fields.map(field => [field.name, formValueOf(field, given[field.name])]));
}

function formValueOf({ kind, columns, choices, isOptional }: FormField, given: unknown): DraftValue {
  if (kind === 'rows') {
    const rows: readonly unknown[] = Array.isArray(given) ? given : isOptional ? [] : [{}];
    return rows.map(row => draftOf(columns, row));
  }
  if (kind === 'switch') return given === true;
  if (typeof given === 'string' || typeof given === 'number') return String(given);
  return kind === 'choice' && !isOptional ? (choices[0]?.value ?? '') : '';
}

/** What the host gets of a form: what is left empty is left out, numbers are numbers where they can be. */
export const settingsOf = (fields: Fields, draft: Draft): Record<string, unknown> =>
  Object.fromEntries(
    fields.flatMap(field => {
      const value = sentOf(field, draft[field.name]);
      return value === undefined ? [] : [[field.name, value]];
    }),
  );

function sentOf({ kind, columns, isOptional }: FormField, value: DraftValue | undefined): unknown {
  if (kind === 'rows') return rowsOf(value).map(row => settingsOf(columns, row));
  // What is left out stays as it is at the host.
  if (kind === 'secret' && value === false) return null;
  if (kind === 'switch') return value === true ? true : isOptional ? undefined : false;
  if (typeof value !== 'string') return undefined;
  // A password may begin and end as it likes.
  const text = kind === 'secret' ? value : value.trim();
  if (text === '') return undefined;
  return kind === 'number' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** The draft with another value at a path such as `meters`, `0`, `unit`. */
export function withValue(draft: Draft, path: readonly string[], value: DraftValue): Draft {
  const [name = '', index, ...rest] = path;
  if (index === undefined) return { ...draft, [name]: value };
  const rows = rowsOf(draft[name]).map((row, at) =>
    String(at) === index ? withValue(row, rest, value) : row,
  );
  return { ...draft, [name]: rows };
}

/** A row whose name was changed; its id goes with it as long as nobody chose another. */
export function renamed(row: Draft, name: string): Draft {
  const { id, name: before } = row;
  const follows =
    typeof id === 'string' && typeof before === 'string' && (id === '' || id === idFrom(before));
  return { ...row, name, ...(follows && { id: idFrom(name) }) };
}

/** What was found, into what is filled in: its rows beside those that are there, all else in its place. */
export function withFound(fields: Fields, draft: Draft, settings: unknown): Draft {
  const given = isObject(settings) ? settings : {};
  const made: Record<string, DraftValue> = { ...draft };
  for (const field of fields) {
    const found = given[field.name];
    if (found === undefined) continue;
    const value = formValueOf(field, found);
    made[field.name] =
      field.kind === 'rows' ? besides(field.columns, rowsOf(draft[field.name]), rowsOf(value)) : value;
  }
  return made;
}

/** Rows that nobody filled in make room; one that is there already is not there twice, and no id is. */
function besides(columns: Fields, there: readonly Draft[], found: readonly Draft[]): readonly Draft[] {
  const empty = JSON.stringify(draftOf(columns, {}));
  const kept = there.filter(row => JSON.stringify(row) !== empty);
  const alike = ({ id: _id, name: _name, ...rest }: Draft) => JSON.stringify(rest);
  const known = new Set(kept.map(alike));
  // Rows of one id that come together are one meter's, and stay so.
  const taken = new Set(kept.map(({ id }) => id));
  const fresh = found.filter(row => !known.has(alike(row)));
  return [
    ...kept,
    ...fresh.map(row => (typeof row.id === 'string' ? { ...row, id: freeId(row.id, taken) } : row)),
  ];
}

function freeId(id: string, taken: ReadonlySet<unknown>): string {
  if (!taken.has(id)) return id;
  let number = 2;
  while (taken.has(`${id.slice(0, 60)}-${number}`)) number++;
  return `${id.slice(0, 60)}-${number}`;
}

/** An id made of a name that no other has; `otherwise` where nothing of the name is left. */
export const freeIdFrom = (name: string, taken: readonly string[], otherwise: string): string =>
  freeId(idFrom(name) || otherwise, new Set(taken));

/** An id as gateways and meters have it, made of any name; empty where nothing of it is left. */
export const idFrom = (name: string): string =>
  name
    .replace(/ß/g, 'ss')
    .replace(/[äöü]/gi, letter => `${letter}e`)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '')
    .slice(0, 64);

/** Every place of a form where a mistake can stand: `meters`, `meters.0`, `meters.0.unit`. */
export const placesOf = (fields: Fields, draft: Draft, prefix = ''): string[] =>
  fields.flatMap(({ name, columns }) => [
    `${prefix}${name}`,
    ...rowsOf(draft[name]).flatMap((row, index) => [
      `${prefix}${name}.${index}`,
      ...placesOf(columns, row, `${prefix}${name}.${index}.`),
    ]),
  ]);
