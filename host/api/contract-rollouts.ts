import { limits } from '#core/limits.ts';
import { type Static, Type } from '../typebox.ts';
import { DesiredSettings } from './contract-gateway-settings.ts';
import { Count, Id, ImageId, Nullable, open, TimeMs } from './contract-parts.ts';

export const RolloutPath = Type.Object(
  { id: Type.String({ pattern: '^[0-9a-f-]{36}$', description: 'a roll-out' }) },
  open,
);

const MeterField = (minimum: number, maximum: number) =>
  Type.Optional(Nullable(Type.Integer({ minimum, maximum })));

/**
 * What changes in the settings that each gateway has: of its meters with this profile, or of all of them. Null takes a field
 * away, so that the usual value holds.
 */
export const SettingsChange = Type.Object(
  {
    profile: Type.Optional(Id),
    windowS: MeterField(limits.windowMinS, limits.windowMaxS),
    sampleMs: MeterField(100, 900_000),
    timeoutMs: MeterField(20, 10_000),
  },
  { ...open, $id: 'SettingsChange' },
);

/**
 * The same for many gateways, in stages: one first, then up to each of `shares` percent of them. The next stage begins
 * when all of the one before have it and were well for `healthyMinutes`. One of `image`,
 * `settings` (the same for all) and `change` (of what each has).
 */
export const NewRollout = Type.Object(
  {
    gateways: Type.Array(Id, { minItems: 1, maxItems: 5000 }),
    image: Type.Optional(ImageId),
    isAgain: Type.Optional(Type.Boolean()),
    settings: Type.Optional(DesiredSettings),
    change: Type.Optional(SettingsChange),
    shares: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 100 }), { maxItems: 10 })),
    healthyMinutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_080 })),
  },
  open,
);

/** Each gateway's stage, and how it goes: waiting, asked, confirmed or failed. */
export const Rollout = Type.Object(
  {
    id: Type.String(),
    by: Type.String(),
    createdMs: TimeMs,
    kind: Type.Union([Type.Literal('firmware'), Type.Literal('settings')]),
    image: Nullable(Type.Object({ id: Type.String(), version: Type.String(), chip: Type.String() }, open)),
    /** Of settings; null where they are the same for all. */
    change: Nullable(SettingsChange),
    healthyMinutes: Type.Number(),
    state: Type.Union([
      Type.Literal('running'),
      Type.Literal('paused'),
      Type.Literal('stopped'),
      Type.Literal('done'),
      Type.Literal('cancelled'),
    ]),
    /** Why it stopped by itself. */
    why: Nullable(Type.String()),
    /** From 0. */
    stage: Count,
    stages: Count,
    gateways: Type.Array(
      Type.Object(
        {
          gateway: Id,
          stage: Count,
          state: Type.Union([
            Type.Literal('waiting'),
            Type.Literal('asked'),
            Type.Literal('confirmed'),
            Type.Literal('failed'),
          ]),
          sinceMs: Nullable(TimeMs),
          message: Nullable(Type.String()),
        },
        open,
      ),
    ),
  },
  { ...open, $id: 'Rollout' },
);

export type NewRollout = Static<typeof NewRollout>;
export type Rollout = Static<typeof Rollout>;
export type SettingsChange = Static<typeof SettingsChange>;
