import { conforms, mistakesOf, type Rule, type Ruled } from '#core/rules.ts';
import { UsageError } from '../arguments.ts';

const name = { is: 'text', max: 64 } as const satisfies Rule;

const beginRule = {
  is: 'object',
  fields: { what: name },
  optional: {
    part: name,
    /** A week: who wants it longer ends it himself. */
    forS: { is: 'number', min: 0.1, max: 604_800 },
    values: { is: 'map', of: { is: 'anything' }, max: 32 },
  },
} as const satisfies Rule;

const endRule = {
  is: 'object',
  fields: {},
  optional: {
    id: { is: 'integer', min: 1, max: Number.MAX_SAFE_INTEGER },
    what: name,
    part: name,
  },
} as const satisfies Rule;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError('the body is no JSON');
  }
}

const refusal = (rule: Rule, value: unknown): UsageError =>
  new UsageError(
    mistakesOf(rule, value)
      .map(({ field, message }) => `${field}: ${message}`)
      .join('; '),
  );

/** @throws UsageError that names each field with a mistake, and what is allowed. */
export function readBegin(text: string): Ruled<typeof beginRule> {
  const value = parsed(text);
  if (conforms(beginRule, value)) return value;
  throw refusal(beginRule, value);
}

/** @throws UsageError that names each field with a mistake, and what is allowed. */
export function readEnd(text: string): Ruled<typeof endRule> {
  const value = parsed(text);
  if (conforms(endRule, value)) return value;
  throw refusal(endRule, value);
}
