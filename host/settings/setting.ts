import type { Kind } from './kinds.ts';

/** One setting. Its names outside follow from its name: `httpPort` is `--http-port` and `JOULEGATE_HTTP_PORT`. */
export interface Setting {
  readonly kind: Kind<unknown>;
  /** Without it the setting is left out where nobody gives it. A function where it depends on the machine. */
  readonly default?: string | number | (() => string);
  /** Every host has it; what builds settings without loading them may leave the others out. */
  readonly isNeeded?: true;
  /** Neither on the command line, which every user of the machine can read, nor shown where it is wrong. */
  readonly isSecret?: true;
  /** Somebody may have put a secret into it: it is not shown where it is wrong. */
  readonly mayHoldSecret?: true;
  readonly help: string;
}

/** `httpPort` is `JOULEGATE_HTTP_PORT`. */
export const environmentOf = (name: string): string => `JOULEGATE_${withBreaks(name, '_').toUpperCase()}`;

/** `httpPort` is `http-port`; null: not on the command line. */
export const argumentOf = (name: string, { isSecret }: Setting): string | null =>
  isSecret ? null : withBreaks(name, '-').toLowerCase();

const withBreaks = (name: string, sign: string): string =>
  name.replaceAll(/[A-Z]/g, letter => `${sign}${letter}`);
