import { UsageError } from '../arguments.ts';
import type { ScenarioMistake } from './places.ts';

/** A scenario file with mistakes: all of them, a line each, as compilers write them. */
export class ScenarioError extends UsageError {
  readonly file: string;
  readonly mistakes: readonly ScenarioMistake[];

  constructor(file: string, mistakes: readonly ScenarioMistake[]) {
    super(scenarioErrorText(file, mistakes));
    this.file = file;
    this.mistakes = mistakes;
  }
}

/** More would scroll away; those that are left come up again. */
const mostTold = 40;

export function scenarioErrorText(file: string, mistakes: readonly ScenarioMistake[]): string {
  const lines = mistakes
    .slice(0, mostTold)
    .map(
      ({ line, column, field, message }) =>
        `${file}:${line}:${column}  ${field === '' ? '' : `${field}: `}${message}`,
    );
  const more = mistakes.length - lines.length;
  const count = `${mistakes.length} mistake${mistakes.length === 1 ? '' : 's'} in the scenario ${file}`;
  return [count, ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}
