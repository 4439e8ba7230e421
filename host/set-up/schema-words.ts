import { nearWords } from '../near-words.ts';
import type { TSchema } from '../typebox.ts';

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;
/** More are not listed; the nearest are then. */
const listedMost = 12;
const shownMost = 40;

/** What a schema allows at this place, such as `/meters/0/unit`, and what was given there. */
function at(schema: TSchema, settings: unknown, path: string): { node: unknown; given: unknown } {
  let [node, given]: [unknown, unknown] = [schema, settings];
  for (const part of path.split('/').slice(1)) {
    const { properties, items } = isNode(node) ? node : {};
    node = items ?? (isNode(properties) ? properties[part] : undefined);
    given = isNode(given) && Object.hasOwn(given, part) ? given[part] : undefined;
  }
  return { node, given };
}

/** The constants of a choice; none where it is none. */
function choicesIn(node: unknown): string[] {
  const forms = isNode(node) && Array.isArray(node.anyOf) ? node.anyOf : [node];
  return forms.flatMap(form => (isNode(form) && 'const' in form ? [String(form.const)] : []));
}

const show = (given: unknown): string => {
  if (typeof given === 'object' && given !== null) return Array.isArray(given) ? 'a list' : 'an object';
  const text = String(given);
  return JSON.stringify(text.length > shownMost ? `${text.slice(0, shownMost)}…` : text);
};

/**
 * What is allowed at a place where the schema has a choice or describes its form, once and in words for people; undefined
 * elsewhere. What was given is repeated only where it is no secret: a choice, or what has a description and is not `writeOnly`.
 */
export function allowedAt(schema: TSchema, settings: unknown, path: string): string | undefined {
  const { node, given } = at(schema, settings, path);
  const choices = choicesIn(node);
  if (choices.length > 0) {
    const near = typeof given === 'string' ? nearWords(given.slice(0, shownMost), choices) : [];
    const listed = choices.length <= listedMost ? choices : near.length > 0 ? near : choices.slice(0, 3);
    const others = choices.length - listed.length;
    const allowed =
      others === 0 ? `one of ${listed.join(', ')}` : `${listed.join(', ')}, or one of ${others} others,`;
    return `${show(given)} given; ${allowed} is allowed`;
  }
  if (!isNode(node) || typeof node.description !== 'string') return undefined;
  return `${node.writeOnly === true ? 'something else was' : show(given)} given; ${node.description}`;
}

/** The names of the settings at a place; empty where it has none. */
export function namesAt(schema: TSchema, settings: unknown, path: string): string[] {
  const { node } = at(schema, settings, path);
  return isNode(node) && isNode(node.properties) ? Object.keys(node.properties) : [];
}
