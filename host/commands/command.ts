import type { Readable } from 'node:stream';
import type { SettingSources } from '../settings.ts';

/** The process around a command. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(isRaw: boolean): unknown };
  readonly stdout: NodeJS.WritableStream;
  /** A line of the answer. */
  print(line: string): void;
  /** A line for people beside the answer: mistakes, questions, warnings. */
  complain(line: string): void;
}

/** What was given to a command, its settings not looked at yet. */
export interface Given {
  /** What stands where the command has its operands, as many as it has. */
  readonly words: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly sources: SettingSources;
}

export interface Option {
  /** What stands for its value in the help; an option without is a flag. */
  readonly value?: string;
  readonly help: string;
}

/** A command of `joulegate`: data, and where its code is. */
export interface Command {
  /** One or two words. */
  readonly name: string;
  /** Such as `NAME`; `[FILE]` may be left out. */
  readonly operands?: readonly string[];
  readonly options?: Readonly<Record<string, Option>>;
  /** `all`: every setting is an option of it; else these alone, beside `--config`. */
  readonly settings: 'all' | readonly string[];
  /** One line. */
  readonly help: string;
  /** More lines. */
  readonly more?: readonly string[];
  /** Gives the exit code; of a host that goes on, when it has begun. @throws Error, SettingsError, HostRefusal */
  readonly run: (given: Given, world: World) => Promise<number>;
}

/** A mistake of whoever called, told with what is allowed; the exit code is 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
