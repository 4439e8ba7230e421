/** A mistake in a scenario file: where it stands (counted from 1), in which field, what was wrong and what is allowed. */
export interface ScenarioMistake {
  readonly line: number;
  readonly column: number;
  /** `meters[2].profile`; empty where it is the whole file. */
  readonly field: string;
  readonly message: string;
}

/** Steps from the whole file to a value in it: names and indexes. */
export type Path = readonly (string | number)[];

/** Where a value begins, and the name before it, as offsets in the text. */
export interface Place {
  readonly at: number;
  readonly keyAt: number;
}

const longestName = 64;

/** JSON Pointer (RFC 6901): the key by which places are kept, and what schema errors name a value by. */
export const pointerOf = (path: Path): string =>
  path.map(step => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

export const pathOf = (pointer: string): string[] =>
  pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'));

/** `meters[2].profile`, as people write it. Names come from outside: long ones are cut. */
export function fieldOf(path: Path): string {
  let field = '';
  for (const step of path) {
    if (typeof step === 'number' || /^\d+$/.test(step)) field += `[${step}]`;
    else {
      const name = step.length > longestName ? `${step.slice(0, longestName)}…` : step;
      field += field === '' ? name : `.${name}`;
    }
  }
  return field;
}

/** A value of the file as a message shows it: short, in one line. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
