import { type Options, parseOptions, type Values } from './arguments.ts';
import type { Terminal } from './terminal.ts';

/** One command of `joulegate-sim`: each is made in a module of its own and has one line in `commands.ts`. */
export interface Command {
  readonly name: string;
  /** What its help says before the options. */
  readonly about: string;
  readonly options: Options;
  /** @throws UsageError where an argument is wrong, Error where it could not be done. */
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<void>;
}

/**
 * Makes a command of its options as data and of what it does with their values, which are of the options' types:
 * `export const fleet = command({ name: 'fleet', about: …, options: {…}, run: async (values, terminal) => … })`.
 */
export const command = <const O extends Options>({
  run,
  ...rest
}: {
  readonly name: string;
  readonly about: string;
  readonly options: O;
  readonly run: (values: Values<O>, terminal: Terminal) => Promise<void>;
}): Command => ({
  ...rest,
  run: (args, terminal) => run(parseOptions(rest.name, rest.options, args), terminal),
});
