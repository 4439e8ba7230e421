import type { FastifySchemaCompiler } from 'fastify';
import type { Mistake } from '#core/rules.ts';
import { hostLimits } from '../limits.ts';
import { Compile, type TSchema } from '../typebox.ts';
import { ApiFailure, mistaken } from './errors.ts';

/** The part of JSON Schema that the contract uses. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  /** Of a record: what each of its values is held to. */
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly description?: string;
  readonly writeOnly?: boolean;
}

/**
 * Checks bodies, queries and paths by their schemas. A query's numbers are texts and are read as decimal numbers
 * where the schema wants one; nothing else is ever changed to fit. A mistake becomes an `ApiFailure` that names
 * each field, what was given and what is allowed.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const shape: Schema = schema;
  // When it is first asked for: no host is asked for all, and to compile them takes some 50 ms of its start.
  let compiled: ReturnType<typeof Compile<TSchema>> | undefined;
  const numbers = Object.entries(shape.properties ?? {})
    .filter(([, { type }]) => type === 'integer' || type === 'number')
    .map(([name]) => name);
  return given => {
    if (httpPart === 'body' && (given === undefined || given === null)) {
      return { error: new ApiFailure('body.missing', { help: `Send ${allowed(shape)} as JSON.` }) };
    }
    const flaw = httpPart === 'body' ? flawIn(given) : undefined;
    if (flaw !== undefined) {
      const message = `${flaw} given; ${allowed(shape)} is allowed`;
      return { error: mistaken('request.invalid', [{ field: '(all)', message }]) };
    }
    const value: unknown = httpPart === 'querystring' ? readNumbers(numbers, given) : given;
    compiled ??= Compile(schema);
    if (compiled.Check(value)) return { value };
    const meant = meantBy(schema, value);
    const errors = meant === schema ? compiled.Errors(value) : Compile(meant).Errors(value);
    return { error: mistaken('request.invalid', mistakesIn(meant, value, errors)) };
  };
};

/**
 * The schema with those choices alone that a value names by their constants, such as a `kind`, or by a field that no other choice has:
 * what other choices want of it are no mistakes, and would hide its own.
 */
function meantBy<S extends Schema>(schema: S, value: unknown): S {
  if (typeof value !== 'object' || value === null) return schema;
  const { anyOf, properties } = schema;
  for (const isMeant of [isNamed, hasFieldOf]) {
    const [choice, other] = anyOf?.filter(each => isMeant(each, value)) ?? [];
    if (choice !== undefined && other === undefined) return meantBy(choice as S, value);
  }
  const meant = Object.entries(properties ?? {}).map(([name, own]) => [
    name,
    meantBy(own, Reflect.get(value, name)),
  ]);
  const isSame = meant.every(([name, own]) => own === properties?.[String(name)]);
  return isSame ? schema : { ...schema, properties: Object.fromEntries(meant) };
}

/** Whether a choice has constants, and a value has all of them. */
function isNamed({ properties = {} }: Schema, value: object): boolean {
  const constants = Object.entries(properties).filter(([, own]) => own.const !== undefined);
  return constants.length > 0 && constants.every(([name, own]) => Reflect.get(value, name) === own.const);
}

const hasFieldOf = ({ properties = {} }: Schema, value: object): boolean =>
  Object.keys(properties).some(name => Object.hasOwn(value, name));

/**
 * What no body may hold, whatever its schema: more levels of lists and objects than any has, and halves of characters,
 * which are not the same any more once they were stored. Without a stack of its own, which would end there.
 */
function flawIn(body: unknown): string | undefined {
  const { most } = hostLimits.bodyDepth;
  let level: unknown[] = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return `something nested deeper than ${most} levels`;
    if (level.some(one => typeof one === 'string' && halfCharacter.test(one)))
      return 'text with half of a character (a lone surrogate)';
    level = level.flatMap(one =>
      typeof one !== 'object' || one === null ? [] : Array.isArray(one) ? one : Object.entries(one).flat(),
    );
  }
  return undefined;
}

const halfCharacter = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** So many are told: what is wrong in ten thousand places is mended after the first. */
const mistakesMost = 50;

/** One of TypeBox's errors, as far as it is used here. */
interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
}

/** The mistakes of a value in our words, each field once, in the order found. */
function mistakesIn(root: Schema, value: unknown, errors: readonly SchemaError[]): Mistake[] {
  const found = new Map<string, string>();
  const note = (path: readonly string[], message: string) => {
    const field = fieldOf(path);
    if (!found.has(field) && found.size < mistakesMost) found.set(field, message);
  };
  for (const { keyword, instancePath, params } of errors) {
    if (found.size >= mistakesMost) break;
    const path = pathOf(instancePath);
    const schema = schemaAt(root, path);
    if (keyword === 'required' && 'requiredProperties' in params) {
      for (const name of textsOf(params.requiredProperties)) {
        note([...path, name], `is missing; ${allowed(schemaAt(schema, [name]))} is needed`);
      }
    } else if (keyword === 'additionalProperties' && 'additionalProperties' in params) {
      const choices = [schema, ...(schema.anyOf ?? [])];
      const known = choices.flatMap(({ properties = {} }) => Object.keys(properties));
      const names = known.length === 0 ? 'none are allowed' : `allowed are ${known.join(', ')}`;
      for (const name of textsOf(params.additionalProperties).slice(0, mistakesMost))
        note([...path, name], `is not known; ${names}`);
    } else if (keyword !== 'boolean') {
      const given = valueAt(value, path);
      note(
        path,
        `${isSecret(schema) ? 'something else was' : show(given)} given; ${allowed(schema)} is allowed`,
      );
    }
  }
  return [...found].map(([field, message]) => ({ field, message }));
}

/** What a schema lets through, in words. */
function allowed(schema: Schema): string {
  const { anyOf } = schema;
  if (anyOf?.every(choice => choice.const !== undefined))
    return `one of ${anyOf.map(choice => String(choice.const)).join(', ')}`;
  if (anyOf) return anyOf.map(choice => (choice.type === 'null' ? 'null' : allowed(choice))).join(' or ');
  const meaning = schema.description === undefined ? '' : ` (${schema.description})`;
  switch (schema.type) {
    case 'integer':
    case 'number': {
      const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = schema;
      return `a ${schema.type === 'integer' ? 'whole ' : ''}number from ${minimum} to ${maximum}${meaning}`;
    }
    case 'string':
      if (schema.maxLength === undefined) return `text${meaning}`;
      return `text of ${schema.minLength ?? 0} to ${schema.maxLength} characters${meaning}`;
    case 'array':
      return `a list${countIn(schema)}${schema.uniqueItems === true ? ' that are different' : ''}${meaning}`;
    case 'object':
      return `an object with ${Object.keys(schema.properties ?? {}).join(', ')}`;
    default:
      return schema.description ?? (schema.enum === undefined ? 'another value' : oneOf(schema.enum));
  }
}

/** How much a list may hold. */
function countIn({ minItems = 0, maxItems }: Schema): string {
  if (maxItems !== undefined) return ` of ${minItems} to ${maxItems}`;
  return minItems === 0 ? '' : ` of ${minItems} or more`;
}

/** So many of a list are named. */
const namedMost = 12;

function oneOf(values: readonly unknown[]): string {
  const named = values.slice(0, namedMost).map(String).join(', ');
  return `one of ${named}${values.length > namedMost ? ` and ${values.length - namedMost} more` : ''}`;
}

/** Whether what was given in its place may hold something that is not to be shown. */
const isSecret = ({ writeOnly, properties = {}, anyOf = [] }: Schema): boolean =>
  writeOnly === true || Object.values(properties).some(isSecret) || anyOf.some(isSecret);

/** Decimal numbers of a query's texts, where numbers are wanted; what is none stays text and is refused. */
function readNumbers(names: readonly string[], given: unknown): unknown {
  if (typeof given !== 'object' || given === null) return given;
  const read: Record<string, unknown> = { ...given };
  for (const name of names) {
    const value = read[name];
    if (typeof value === 'string' && /^-?\d{1,17}(\.\d{1,17})?$/.test(value)) read[name] = Number(value);
  }
  return read;
}

function schemaAt(root: Schema, path: readonly string[]): Schema {
  let schema = root;
  for (const name of path) {
    schema = childOf(schema, name) ?? {};
  }
  return schema;
}

/** What a field or item of a value is held to: one named, any of a record, an item, or that of a choice which has it. */
function childOf({ properties, patternProperties, items, anyOf }: Schema, name: string): Schema | undefined {
  if (properties && Object.hasOwn(properties, name)) return properties[name];
  const [ofRecord] = Object.values(patternProperties ?? {});
  const own = ofRecord ?? items;
  return own ?? anyOf?.map(choice => childOf(choice, name)).find(child => child !== undefined);
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === name)?.[1];
  }
  return value;
}

/** `/meters/2/windowS` as its names. */
const pathOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map(name => name.replace(/~1/g, '/').replace(/~0/g, '~'));

/** `meters[2].windowS`; the whole is `(all)`. */
const fieldOf = (path: readonly string[]): string =>
  path.reduce(
    (field, name) => (/^\d+$/.test(name) ? `${field}[${name}]` : field === '' ? name : `${field}.${name}`),
    '',
  ) || '(all)';

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
