/** One option of a kind of load, as data: what it takes, what it is without it, and a line of help. `unless: null`: it has to be given. */
export type LoadOption = { readonly help: string } & (
  | { readonly takes: 'number'; readonly min: number; readonly max: number; readonly unless: number | null }
  | { readonly takes: 'choice'; readonly of: readonly string[]; readonly unless: string | null }
  | { readonly takes: 'choices'; readonly of: readonly string[]; readonly unless: readonly string[] | null }
  /** The id of a circuit, or `supply`. */
  | { readonly takes: 'circuit'; readonly unless: string | null }
);

export type LoadOptions = { readonly [name: string]: LoadOption };

type ValueOf<O extends LoadOption> = O extends { takes: 'number' }
  ? number
  : O extends { takes: 'choice'; of: readonly (infer C)[] }
    ? C
    : O extends { takes: 'choices'; of: readonly (infer C)[] }
      ? readonly C[]
      : string;

export type LoadValues<O extends LoadOptions> = { readonly [N in keyof O]: ValueOf<O[N]> };

/** What is wrong with a value, in words, or undefined. `circuits`: the ids there are. */
export function optionProblem(
  option: LoadOption,
  value: unknown,
  circuits: readonly string[],
): string | undefined {
  const allowed = allowedOf(option, circuits);
  const isRight =
    option.takes === 'number'
      ? typeof value === 'number' && value >= option.min && value <= option.max
      : option.takes === 'choices'
        ? Array.isArray(value) && value.length > 0 && value.every(one => option.of.includes(one))
        : typeof value === 'string' && (option.takes === 'circuit' ? circuits : option.of).includes(value);
  return isRight ? undefined : `is ${JSON.stringify(value)}; ${allowed} (${option.help})`;
}

function allowedOf(option: LoadOption, circuits: readonly string[]): string {
  switch (option.takes) {
    case 'number':
      return `a number from ${option.min} to ${option.max} is allowed`;
    case 'choice':
      return `allowed is one of ${option.of.join(', ')}`;
    case 'choices':
      return `allowed is a list of ${option.of.join(', ')}`;
    case 'circuit':
      return `allowed is the id of a circuit: ${circuits.join(', ')}`;
  }
}
