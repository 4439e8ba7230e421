import { type Option, type Options, optionMeaning, UsageError, type Values } from '../arguments.ts';

/** A value as it comes from a file or a page, if it is one that the option takes. */
function isRight(option: Option, value: unknown): boolean {
  const isNumber = (number: unknown, { min, max }: { min: number; max: number }, isWhole: boolean): boolean =>
    typeof number === 'number' &&
    number >= min &&
    number <= max &&
    (isWhole ? Number.isInteger(number) : Number.isFinite(number));
  switch (option.takes) {
    case 'nothing':
      return typeof value === 'boolean';
    case 'text':
      return typeof value === 'string' && value.length <= 256 && (option.oneOf?.includes(value) ?? true);
    case 'integers':
      return Array.isArray(value) && value.length <= 247 && value.every(one => isNumber(one, option, true));
    default:
      return isNumber(value, option, option.takes === 'integer');
  }
}

const without = (option: Option): unknown =>
  option.takes === 'nothing' ? false : option.takes === 'integers' ? [] : option.unless;

/**
 * The values that something happens with, as `readValues` has them.
 * @throws UsageError that names what was wrong and what is allowed; also where nothing would go wrong by them.
 */
export function readHappening<O extends Options>(
  what: string,
  { options, amounts = [] }: { readonly options: O; readonly amounts?: readonly string[] },
  given: Readonly<Record<string, unknown>>,
): Values<O> {
  const values = readValues(what, options, given);
  if (amounts.length === 0 || amounts.some(name => values[name] !== 0)) return values;
  const zeros = amounts.map(name => `${name} 0`).join(' and ');
  const allowed = amounts.length === 1 ? 'another is allowed' : 'one of them other than 0 is allowed';
  throw new UsageError(`${what}: ${zeros}: nothing would be wrong; ${allowed}`);
}

/**
 * The options' values: those that are given, and of the others what they are without.
 * @throws UsageError that names the option, what was wrong and what is allowed.
 */
export function readValues<O extends Options>(
  what: string,
  options: O,
  given: Readonly<Record<string, unknown>>,
): Values<O> {
  const allowed = Object.keys(options);
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(options, name)) continue;
    const takes = allowed.length === 0 ? 'takes no options' : `takes ${allowed.join(', ')}`;
    throw new UsageError(`${what}: ${JSON.stringify(name)} is no option of it; it ${takes}`);
  }
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(options)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined || value === null) values[name] = without(option);
    else if (isRight(option, value)) values[name] = value;
    else {
      throw new UsageError(`${what}: ${name} ${JSON.stringify(value)}: ${optionMeaning(option)} is allowed`);
    }
  }
  return values as Values<O>;
}
