import type { Rule } from './rules.ts';

/** The rule of so many bytes as lower-case hex digits. */
export const hexRule = (bytes: number) =>
  ({
    is: 'text',
    max: 2 * bytes,
    pattern: `^[0-9a-f]{${2 * bytes}}$`,
    hint: `${2 * bytes} hex digits are allowed`,
  }) as const satisfies Rule;
