import { Type } from '../typebox.ts';

/** What the schemas of the API are made of. Not re-exported: each resource says what of it is told. */

export const open = { additionalProperties: false } as const;

export const Id = Type.String({
  pattern: '^[a-z0-9][a-z0-9_-]{0,63}$',
  description: 'an id: 1 to 64 lower-case letters, digits, - and _',
});

export const MeterKey = Type.String({
  pattern: '^[a-z0-9_-]{1,64}\\.[a-z0-9_-]{1,64}$',
  description: 'gateway.meter',
});

export const TimeMs = Type.Integer({
  minimum: 0,
  maximum: 8.64e15,
  description: 'UTC milliseconds since 1970',
});

/** As far as the store counts, which is in seconds of 32 bits: to the year 2106. */
export const RangeMs = Type.Integer({
  minimum: 0,
  maximum: 4_294_967_295_000,
  description: 'UTC milliseconds since 1970',
});

export const Count = Type.Integer({ minimum: 0 });

export const UserName = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[^\\u0000-\\u001f\\u007f]+$',
  description: 'no control characters',
});

/** Never shown again, not even in an error about it: `writeOnly`. */
export const Secret = (minLength: number, maxLength: number) =>
  Type.String({ minLength, maxLength, writeOnly: true });
export const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const Counts = Type.Record(Type.String(), Count);
export const ImageId = Type.String({ pattern: '^[0-9a-f]{16}$', description: 'an image: 16 hex digits' });

/** Of lists that grow for ever: what part of it is wanted; the header Link names the next one. */
export const pageFields = {
  before: Type.Optional(Type.Integer({ minimum: 1, description: 'only those with a smaller id' })),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1000, description: 'the newest so many; 500 without it' }),
  ),
};
