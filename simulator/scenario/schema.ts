import { Type } from 'typebox';
import { limits } from '#core/limits.ts';
import { durationHint, durationPattern } from './duration.ts';
import type { LoadPlan } from './scenario.ts';

/**
 * A scenario file's shape, as data: JSON Schema, from which its type, its errors and editors' help come. `description`
 * says what is allowed, in the words of an error.
 */

const open = { additionalProperties: false } as const;

export const scenarioLimits = Object.freeze({
  circuits: 256,
  lines: 32,
  meters: 256,
  happenings: 200,
  happeningValues: 16,
});

const Id = Type.String({
  pattern: '^[a-z0-9][a-z0-9_-]{0,63}$',
  description: '1 to 64 lower-case letters, digits, - and _',
});

const Point = Type.String({
  pattern: '^[a-z0-9][a-z0-9_-]{0,63}(\\.L[123])?$',
  description: 'the id of a circuit, supply, or one phase of either such as supply.L1',
});

const Name = Type.String({
  minLength: 1,
  maxLength: limits.nameCharacters,
  pattern: '^[^\\u0000-\\u001f\\u007f]+$',
  description: `a name of at most ${limits.nameCharacters} characters`,
});

const Words = Type.String({ maxLength: 2000, description: 'a text of at most 2000 characters' });

const number = (minimum: number, maximum: number) =>
  Type.Number({ minimum, maximum, description: `a number from ${minimum} to ${maximum}` });

const integer = (minimum: number, maximum: number) =>
  Type.Integer({ minimum, maximum, description: `a whole number from ${minimum} to ${maximum}` });

const choice = <const T extends (string | number)[]>(of: readonly [...T]) =>
  Type.Enum<T>(of, { description: `one of ${of.join(', ')}` });

const list = <T extends Type.TSchema>(items: T, maxItems: number, minItems = 0) =>
  Type.Array(items, {
    maxItems,
    minItems,
    description: `a list of ${minItems} to ${maxItems}, each line beginning with -`,
  });

const Duration = Type.String({ pattern: durationPattern, maxLength: 64, description: durationHint });

const Place = Type.Object(
  {
    zone: Type.Optional(Type.String({ maxLength: 64, description: 'a time zone such as Europe/Berlin' })),
    latitudeDeg: Type.Optional(number(-66, 66)),
    longitudeDeg: Type.Optional(number(-180, 180)),
    coldestC: Type.Optional(number(-40, 40)),
    warmestC: Type.Optional(number(-20, 50)),
    cloudiness: Type.Optional(number(0, 1)),
  },
  { ...open, description: 'where it stands' },
);

const Supply = Type.Object(
  {
    kind: choice(['single-phase', 'three-phase', 'dc']),
    nominalV: Type.Optional(number(5, 1000)),
    frequencyHz: Type.Optional(number(0, 65)),
    feedOhm: Type.Optional(number(0, 10)),
  },
  { ...open, description: 'the supply: its kind, and what differs from what is usual' },
);

/** What a load takes besides its kind is the plant's to know and to check. */
const Load = Type.Unsafe<LoadPlan>(
  Type.Object(
    { kind: Type.String({ maxLength: 64, description: 'the kind of a load' }) },
    { additionalProperties: true, description: 'a load: its kind and what this kind takes' },
  ),
);

const Circuit = Type.Object(
  {
    id: Id,
    name: Type.Optional(Name),
    under: Type.Optional(Id),
    phases: Type.Optional(list(choice(['L1', 'L2', 'L3']), 3, 1)),
    load: Type.Optional(Load),
  },
  { ...open, description: 'a circuit' },
);

const Line = Type.Object(
  {
    id: Id,
    kind: choice(['rs485', 'ir', 'i2c']),
    baud: Type.Optional(integer(1200, 115_200)),
    parity: Type.Optional(choice(['none', 'even', 'odd'])),
    stopBits: Type.Optional(choice([1, 2])),
  },
  { ...open, description: 'a line' },
);

const Meter = Type.Object(
  {
    id: Id,
    name: Type.Optional(Name),
    profile: Type.String({
      maxLength: 64,
      description: 'the id of a profile, as joulegate-sim list shows them',
    }),
    at: Point,
    line: Id,
    address: Type.Optional(integer(1, 247)),
    head: Type.Optional(Type.String({ maxLength: 64, description: 'a kind of head' })),
    shuntOhm: Type.Optional(number(0.000_01, 10)),
    maxCurrentA: Type.Optional(number(0.01, 1000)),
  },
  { ...open, description: 'a meter' },
);

const Happening = Type.Object(
  {
    what: Type.String({ maxLength: 64, description: 'the id of a happening, such as line.noise' }),
    at: Duration,
    for: Type.Optional(Duration),
    every: Type.Optional(Duration),
    with: Type.Optional(
      Type.Unsafe<Readonly<Record<string, unknown>>>(
        Type.Object({}, { additionalProperties: true, description: 'options of the happening by name' }),
      ),
    ),
  },
  { ...open, description: 'a happening: what and when' },
);

export const ScenarioFile = Type.Object(
  {
    $schema: Type.Optional(Type.String({ maxLength: 1000, description: 'where this schema is' })),
    name: Name,
    about: Type.Optional(Words),
    place: Type.Optional(Place),
    supply: Supply,
    circuits: list(Circuit, scenarioLimits.circuits, 1),
    lines: list(Line, scenarioLimits.lines, 1),
    meters: list(Meter, scenarioLimits.meters, 1),
    happenings: Type.Optional(list(Happening, scenarioLimits.happenings)),
  },
  { ...open, description: 'a scenario' },
);

export type ScenarioForm = Type.Static<typeof ScenarioFile>;
