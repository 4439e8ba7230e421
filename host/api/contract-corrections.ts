import { correctionLimits } from '../corrections/limits.ts';
import { type Static, Type } from '../typebox.ts';
import { Count, MeterKey, Nullable, open, pageFields, RangeMs, TimeMs } from './contract-parts.ts';

const Why = Type.String({
  minLength: 1,
  maxLength: correctionLimits.why,
  pattern: '^[^\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]*$',
  description: 'the reason, without control characters',
});

const CorrectionKind = Type.Union([
  Type.Literal('exclude'),
  Type.Literal('scale'),
  Type.Literal('offset'),
  Type.Literal('reading'),
  Type.Literal('swap'),
]);

/** What of these a kind needs is told where one is missing. */
const correctionAmounts = {
  factor: Type.Optional(Type.Number()),
  offset: Type.Optional(Type.Number()),
  reading: Type.Optional(Type.Number()),
  oldReading: Type.Optional(Type.Number()),
  newReading: Type.Optional(Type.Number()),
};

const correctionFields = {
  /** Either a meter or one of its series. */
  meter: Type.Optional(MeterKey),
  series: Type.Optional(Type.String({ minLength: 5, maxLength: 256, description: 'gateway.meter.quantity' })),
  kind: CorrectionKind,
  /** Of a range; without an end it goes on. */
  fromMs: Type.Optional(RangeMs),
  toMs: Type.Optional(RangeMs),
  /** Of a reading and a swap. */
  atMs: Type.Optional(RangeMs),
  ...correctionAmounts,
};

/**
 * exclude: windows that start in the range are as if they had not come. scale: they, or what a counter grew in the range,
 * times a factor; of a whole meter all that is proportional to the current. offset: something is added to a gauge.
 * reading: what a counter's display showed at an instant. swap: another meter took the place of the old one.
 */
export const NewCorrection = Type.Object({ ...correctionFields, why: Why }, open);

export const PreviewedCorrection = Type.Object({ ...correctionFields, why: Type.Optional(Why) }, open);

export const CorrectionsQuery = Type.Object(
  { meter: MeterKey, from: Type.Optional(RangeMs), to: Type.Optional(RangeMs), ...pageFields },
  open,
);

export const CorrectionPath = Type.Object(
  { id: Type.String({ pattern: '^[1-9][0-9]{0,8}$', description: 'the number of a correction' }) },
  open,
);

export const Reason = Type.Object({ why: Why }, open);

const signature = { who: Type.String(), atMs: TimeMs, why: Type.String() };

export const Correction = Type.Object(
  {
    id: Count,
    kind: CorrectionKind,
    meter: MeterKey,
    /** Null: all of the meter. */
    series: Nullable(Type.String()),
    fromMs: TimeMs,
    /** Null: it goes on. Of an instant the same as `fromMs`. */
    toMs: Nullable(TimeMs),
    ...correctionAmounts,
    ...signature,
    undone: Nullable(Type.Object(signature, open)),
    /** False while long ranges are made anew; answers are right also then, and take longer. */
    isBuilt: Type.Boolean(),
  },
  { ...open, $id: 'Correction' },
);

const CorrectedDay = Type.Object(
  {
    importWh: Nullable(Type.Number()),
    exportWh: Nullable(Type.Number()),
    /** Of the series, where the correction is about one. */
    mean: Nullable(Type.Number()),
    min: Nullable(Type.Number()),
    max: Nullable(Type.Number()),
    growth: Nullable(Type.Number()),
    coverage: Type.Number(),
  },
  open,
);

/** Civil days of the site. `windows` are left out or changed; 0 where only a counter's growth is. */
export const CorrectionPreview = Type.Object(
  {
    windows: Count,
    /** Whether the days are all that it changes; else they are the newest of them. */
    isWhole: Type.Boolean(),
    days: Type.Array(
      Type.Object({ startMs: TimeMs, endMs: TimeMs, before: CorrectedDay, after: CorrectedDay }, open),
    ),
  },
  open,
);

export type Correction = Static<typeof Correction>;
export type NewCorrection = Static<typeof NewCorrection>;
export type PreviewedCorrection = Static<typeof PreviewedCorrection>;
export type CorrectionPreview = Static<typeof CorrectionPreview>;
