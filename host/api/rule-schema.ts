import type { Rule, Ruled } from '#core/rules.ts';
import { Type } from '../typebox.ts';

/**
 * The JSON Schema of a rule of the wire, so that what a gateway takes is checked and told in the API's documents as the
 * gateway itself does it.
 */
export const schemaOf = <const R>(rule: R & Rule): Type.TUnsafe<Ruled<R>> =>
  Type.Unsafe<Ruled<R>>(shapeOf(rule));

type Fields = { readonly [name: string]: Rule };

function shapeOf(rule: Rule): Type.TSchema {
  switch (rule.is) {
    case 'integer':
      return Type.Integer({ minimum: rule.min, maximum: rule.max });
    case 'number':
      return Type.Number({ minimum: rule.min, maximum: rule.max });
    case 'boolean':
      return Type.Boolean();
    case 'text':
      return Type.String({
        maxLength: rule.max,
        ...(rule.pattern !== undefined && { pattern: rule.pattern }),
        ...(rule.hint !== undefined && { description: rule.hint }),
      });
    case 'choice':
      return Type.Union(rule.of.map(choice => Type.Literal(choice)));
    case 'list':
      return Type.Array(shapeOf(rule.of), { maxItems: rule.max });
    case 'map':
      return Type.Record(Type.String(), shapeOf(rule.of), { maxProperties: rule.max });
    case 'nullable':
      return Type.Union([shapeOf(rule.of), Type.Null()]);
    case 'object':
      return Type.Object(
        { ...shapesOf(rule.fields), ...optionalsOf(rule.optional ?? {}) },
        { additionalProperties: false },
      );
    case 'anything':
      return Type.Unknown();
  }
}

const shapesOf = (fields: Fields) =>
  Object.fromEntries(Object.entries(fields).map(([name, rule]) => [name, fieldOf(name, rule)]));

const optionalsOf = (fields: Fields) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, rule]) => [name, Type.Optional(fieldOf(name, rule))]),
  );

/** A password is not shown, not even where it is wrong. */
const fieldOf = (name: string, rule: Rule): Type.TSchema =>
  /password$/i.test(name) ? { ...shapeOf(rule), writeOnly: true } : shapeOf(rule);
