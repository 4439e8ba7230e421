import { Compile, type TSchema } from '../typebox.ts';
import { allowedAt, namesAt } from './schema-words.ts';

/** What is wrong with one field, in words for people. */
export interface Mistake {
  readonly field: string;
  readonly message: string;
}

/** What is wrong with settings, field by field. */
export class SettingsMistakes extends Error {
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(({ field, message }) => `${field}: ${message}`).join('; '));
    this.mistakes = mistakes;
  }
}

/** Of names that are not known as many are told, and of each as much. */
const unknownMost = 10;
const shownMost = 40;

/** What a kind says of its settings: all that their check needs. */
interface Kind {
  readonly settings: TSchema;
  // A method, so that a kind may name its own settings: they have been checked before it is called.
  mistakes?(settings: unknown): readonly Mistake[];
}

/** @throws SettingsMistakes where there is no such kind */
export function kindNamed<Known>(kinds: ReadonlyMap<string, Known>, id: string): Known {
  const kind = kinds.get(id);
  if (kind !== undefined) return kind;
  const known = [...kinds.keys()].join(', ');
  throw new SettingsMistakes([{ field: 'kind', message: `${id} given; one of ${known} is allowed` }]);
}

/** All that is wrong with settings of a kind: by its schema, and only where that holds, by what it cannot say. */
export function mistakesOf(kind: Kind, settings: unknown): readonly Mistake[] {
  const compiled = Compile(kind.settings);
  if (compiled.Check(settings)) return kind.mistakes?.(settings) ?? [];
  const mistakes = new Map<string, Mistake>();
  for (const { keyword, instancePath, message, params } of compiled.Errors(settings)) {
    // A name that is not known is told below, with those that are.
    if (keyword === 'boolean') continue;
    const path = instancePath.slice(1).replaceAll('/', '.');
    const field = path || 'settings';
    const inside = (name: string) => `${path === '' ? '' : `${path}.`}${name}`;
    if (keyword === 'required') {
      for (const name of params.requiredProperties)
        mistakes.set(inside(name), { field: inside(name), message: 'must be given' });
      continue;
    }
    if (keyword === 'additionalProperties') {
      const known = namesAt(kind.settings, settings, instancePath);
      const allowed = known.length === 0 ? 'none are allowed' : `allowed are ${known.join(', ')}`;
      for (const name of params.additionalProperties.slice(0, unknownMost)) {
        const shown = inside(name.slice(0, shownMost));
        mistakes.set(shown, { field: shown, message: `is not known; ${allowed}` });
      }
      continue;
    }
    const isForm = keyword === 'const' || keyword === 'anyOf' || keyword === 'pattern';
    const allowed = isForm ? allowedAt(kind.settings, settings, instancePath) : undefined;
    // A choice is told once, and not once for each of its constants.
    mistakes.set(`${field} ${allowed ?? message}`, { field, message: allowed ?? message });
  }
  return [...mistakes.values()];
}
