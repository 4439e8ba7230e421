import type { TSchema } from 'typebox';
import { Settings } from 'typebox/system';
import { Errors } from 'typebox/value';
import { nearestIds } from '#profiles/nearest.ts';
import { type Path, pathOf, shown } from './places.ts';

/** A mistake whose place is not looked up yet. `isName`: it is the name itself that is wrong, not what is behind it. */
export interface PathMistake {
  readonly path: Path;
  readonly message: string;
  readonly isName?: true;
}

/** All mistakes of a value against a schema whose parts say by `description` what is allowed; none: it conforms. */
export function schemaMistakes(schema: TSchema, value: unknown): PathMistake[] {
  const found: PathMistake[] = [];
  const told = new Set<string>();
  for (const error of errorsOf(schema, value)) {
    const path = pathOf(error.instancePath);
    const part = partOf(schema, error.schemaPath);
    if (error.keyword === 'required') {
      for (const name of error.params.requiredProperties) {
        const wanted = propertiesOf(part)[name]?.description;
        found.push({
          path: [...path, name],
          message: `is missing${wanted === undefined ? '' : `; ${wanted} is expected`}`,
        });
      }
    } else if (error.keyword === 'additionalProperties') {
      const known = Object.keys(propertiesOf(part));
      for (const name of error.params.additionalProperties) {
        found.push({ path: [...path, name], message: unknownName(name, known), isName: true });
      }
    } else if (error.keyword !== 'boolean' && !told.has(error.instancePath)) {
      told.add(error.instancePath);
      found.push({
        path,
        message: `${shown(valueAt(value, path))} given; ${part.description ?? error.message} is allowed`,
      });
    }
  }
  return found;
}

/** Of a name that is not known there are two. */
const mostErrors = 1000;

/** TypeBox stops after eight; all mistakes are to be told at once. */
function errorsOf(schema: TSchema, value: unknown): ReturnType<typeof Errors> {
  const { maxErrors } = Settings.Get();
  Settings.Set({ maxErrors: mostErrors });
  try {
    return Errors(schema, value);
  } finally {
    Settings.Set({ maxErrors });
  }
}

/** That a name is none of those that are known, with the nearest and, where they are few, all. */
export function unknownName(name: string, known: readonly string[]): string {
  if (known.length === 0) return 'is not known; there is none';
  const [nearest = '', ...others] = nearestIds(name, known);
  if (known.length > fewNames) return `is not known; the nearest are ${[nearest, ...others].join(', ')}`;
  const hint = isLike(name, nearest) ? ` did you mean ${nearest}?` : '';
  return `is not known;${hint} allowed are ${known.join(', ')}`;
}

const fewNames = 24;

/** Half of the pairs of letters in common: a slip, no other word. */
function isLike(name: string, known: string): boolean {
  const letters = known.toLowerCase();
  const written = name.slice(0, 64).toLowerCase();
  if (written.length < 2) return false;
  let common = 0;
  for (let at = 0; at + 2 <= written.length; at++) if (letters.includes(written.slice(at, at + 2))) common++;
  return common * 2 >= Math.max(written.length, letters.length) - 1;
}

interface Part {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Part>>;
}

const propertiesOf = (part: Part): Readonly<Record<string, Part>> => part.properties ?? {};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The part of a schema that a path such as `#/properties/meters/items` leads to. */
function partOf(schema: TSchema, schemaPath: string): Part {
  let part: unknown = schema;
  for (const step of schemaPath.split('/').slice(1)) part = isObject(part) ? part[step] : undefined;
  return isObject(part) ? part : {};
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  return at;
}
