/**
 * Shapes of JSON as data: what a message or setting may hold, with the type computed from it and every
 * mistake named with its field. Small enough for a device; the host's HTTP bodies have JSON Schema instead.
 * A pattern is text, no RegExp: one that lies in flash leaks memory whenever it is used, and can crash XS (SDK 8.2.3,
 * `fxAllocateRegExpData`).
 */
export type Rule =
  | { readonly is: 'integer' | 'number'; readonly min: number; readonly max: number }
  | { readonly is: 'boolean' }
  | { readonly is: 'text'; readonly max: number; readonly pattern?: string; readonly hint?: string }
  | { readonly is: 'choice'; readonly of: readonly string[] }
  | { readonly is: 'list'; readonly of: Rule; readonly max: number }
  | { readonly is: 'map'; readonly of: Rule; readonly max: number }
  | { readonly is: 'object'; readonly fields: Fields; readonly optional?: Fields }
  | { readonly is: 'nullable'; readonly of: Rule }
  | { readonly is: 'anything' };

type Fields = { readonly [name: string]: Rule };

/**
 * The TypeScript type of what a rule lets through. `R` is not held to be a `Rule` at each step: comparing with that
 * recursive type over and over is more than the compiler has patience for.
 */
export type Ruled<R> = R extends { is: 'integer' | 'number' }
  ? number
  : R extends { is: 'boolean' }
    ? boolean
    : R extends { is: 'text' }
      ? string
      : R extends { is: 'choice'; of: readonly (infer C)[] }
        ? C
        : R extends { is: 'list'; of: infer I }
          ? readonly Ruled<I>[]
          : R extends { is: 'map'; of: infer I }
            ? { readonly [key: string]: Ruled<I> }
            : R extends { is: 'nullable'; of: infer I }
              ? Ruled<I> | null
              : R extends { is: 'object'; fields: infer F; optional: infer O }
                ? { readonly [K in keyof F]: Ruled<F[K]> } & { readonly [K in keyof O]?: Ruled<O[K]> }
                : R extends { is: 'object'; fields: infer F }
                  ? { readonly [K in keyof F]: Ruled<F[K]> }
                  : unknown;

/** One mistake: the field's path (`meters[2].windowS`), what was wrong and what is allowed. */
export interface Mistake {
  readonly field: string;
  readonly message: string;
}

const mostMistakes = 20;

/** All mistakes of a value against a rule, at most 20; none means that the value is a `Ruled<typeof rule>`. */
export function mistakesOf(rule: Rule, value: unknown, field = ''): Mistake[] {
  const found: Mistake[] = [];
  visit(rule, value, field, found);
  return found;
}

export const conforms = <R extends Rule>(rule: R, value: unknown): value is Ruled<R> =>
  mistakesOf(rule, value).length === 0;

function visit(rule: Rule, value: unknown, field: string, found: Mistake[]): void {
  if (found.length >= mostMistakes) return;
  const refuse = (allowed: string) => {
    found.push({ field: field === '' ? '(all)' : field, message: `${show(value)} given; ${allowed}` });
  };
  switch (rule.is) {
    case 'anything':
      return;
    case 'nullable':
      if (value !== null) visit(rule.of, value, field, found);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') refuse('true or false is allowed');
      return;
    case 'integer':
    case 'number':
      if (
        typeof value !== 'number' ||
        !(value >= rule.min && value <= rule.max) ||
        (rule.is === 'integer' && !Number.isInteger(value))
      ) {
        refuse(
          `${rule.is === 'integer' ? 'a whole number' : 'a number'} from ${rule.min} to ${rule.max} is allowed`,
        );
      }
      return;
    case 'text':
      if (
        typeof value !== 'string' ||
        value.length > rule.max ||
        (rule.pattern !== undefined && !new RegExp(rule.pattern).test(value))
      ) {
        refuse(rule.hint ?? `text of at most ${rule.max} characters is allowed`);
      }
      return;
    case 'choice':
      if (typeof value !== 'string' || !rule.of.includes(value))
        refuse(`one of ${rule.of.join(', ')} is allowed`);
      return;
    case 'list':
      if (!Array.isArray(value) || value.length > rule.max)
        refuse(`a list of at most ${rule.max} is allowed`);
      else for (const [index, item] of value.entries()) visit(rule.of, item, `${field}[${index}]`, found);
      return;
    case 'map':
      if (!isObject(value) || Object.keys(value).length > rule.max) {
        refuse(`an object of at most ${rule.max} entries is allowed`);
      } else for (const key of Object.keys(value)) visit(rule.of, value[key], join(field, key), found);
      return;
    case 'object':
      if (!isObject(value)) refuse(`an object with ${Object.keys(rule.fields).join(', ')} is allowed`);
      else visitFields(rule.fields, rule.optional ?? {}, value, field, found);
  }
}

function visitFields(
  fields: Fields,
  optional: Fields,
  value: Record<string, unknown>,
  field: string,
  found: Mistake[],
): void {
  for (const [name, rule] of Object.entries(fields)) {
    if (found.length >= mostMistakes) return;
    if (value[name] === undefined) found.push({ field: join(field, name), message: 'is missing' });
    else visit(rule, value[name], join(field, name), found);
  }
  // Thousands of names fit a message: a text for each would be more than a device has memory.
  for (const name of Object.keys(value)) {
    if (found.length >= mostMistakes) return;
    if (Object.hasOwn(fields, name)) continue;
    const rule = Object.hasOwn(optional, name) ? optional[name] : undefined;
    if (rule !== undefined) {
      if (value[name] !== undefined) visit(rule, value[name], join(field, name), found);
      continue;
    }
    const known = [...Object.keys(fields), ...Object.keys(optional)].join(', ');
    found.push({ field: join(field, name), message: `is not known; allowed are ${known}` });
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names come from outside: one of 16 kB must not make a report that is larger than what it reports on. */
function join(field: string, name: string): string {
  const shown = name.length > 64 ? `${name.slice(0, 64)}…` : name;
  return field === '' ? shown : `${field}.${shown}`;
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
