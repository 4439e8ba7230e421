import { type Static, Type } from '../typebox.ts';
import { Id } from './contract-parts.ts';

/** The site as people know it: names, what each meter measures, which is below which, what energy costs. */
const open = { additionalProperties: false } as const;
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Name = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[^\\u0000-\\u001f\\u007f]+$',
  description: 'no control characters',
});
const MeterKey = Type.String({
  pattern: '^[a-z0-9_-]{1,64}\\.[a-z0-9_-]{1,64}$',
  description: 'gateway.meter',
});

/**
 * grid: where the site meets the grid. whole: another meter of the same power as the grid's. solar, battery: what its
 * power says. load: something that uses. aside: stands outside of the balance, as direct current does.
 */
export const MeterRole = Type.Union([
  Type.Literal('grid'),
  Type.Literal('whole'),
  Type.Literal('solar'),
  Type.Literal('battery'),
  Type.Literal('load'),
  Type.Literal('aside'),
]);

/** What a person said of a meter. Without `name` it has the one its gateway gives, without `role` the page guesses. */
export const SiteMeter = Type.Object(
  {
    name: Type.Optional(Name),
    role: Type.Optional(MeterRole),
    /** The meter whose measured energy holds this one's too. */
    below: Type.Optional(MeterKey),
  },
  open,
);

/** Prices from a civil day of the site's zone on, until the next; of a currency's whole unit. */
export const Price = Type.Object(
  {
    from: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'a day, such as 2026-01-01' }),
    importPerKwh: Type.Number({ minimum: -100, maximum: 1_000_000 }),
    exportPerKwh: Type.Number({ minimum: -100, maximum: 1_000_000 }),
    perDay: Type.Number({ minimum: 0, maximum: 1_000_000 }),
  },
  open,
);

export const Tariff = Type.Object(
  {
    currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'three letters by ISO 4217, such as EUR' }),
    /** Each day once, the oldest first. */
    prices: Type.Array(Price, { minItems: 1, maxItems: 200 }),
  },
  open,
);

const site = {
  /** null: it has no name. */
  name: Nullable(Name),
  /** By key; also of meters that are no longer there. */
  meters: Type.Record(Type.String(), SiteMeter),
  tariff: Nullable(Tariff),
};

/** `version` of what was read: somebody else's change in between is refused, not undone. */
export const NewSite = Type.Object({ version: Type.Integer({ minimum: 0 }), ...site }, open);

export const SiteSettings = Type.Object(
  { version: Type.Integer({ minimum: 0 }), zone: Type.String(), ...site },
  { ...open, $id: 'SiteSettings' },
);

/** `event: site` of `/api/v1/events`: somebody changed it. */
export const SiteEvent = Type.Object(
  { site: Id, version: Type.Integer({ minimum: 0 }) },
  { ...open, $id: 'SiteEvent' },
);

export type MeterRole = Static<typeof MeterRole>;
export type SiteMeter = Static<typeof SiteMeter>;
export type Price = Static<typeof Price>;
export type Tariff = Static<typeof Tariff>;
export type SiteEvent = Static<typeof SiteEvent>;
export type NewSite = Static<typeof NewSite>;
export type SiteSettings = Static<typeof SiteSettings>;
