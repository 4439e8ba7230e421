import { type Static, Type } from '../typebox.ts';
import { MeterKey, open, RangeMs, TimeMs } from './contract-parts.ts';

export const CounterEventsQuery = Type.Object({ meter: MeterKey, from: RangeMs, to: RangeMs }, open);

/**
 * What happened to a meter's counters. `before` is what one showed at `fromMs`, `after` at `toMs` (of a glitch the first
 * reading left out), `amount` what was counted for it; in `unit`. `serials` are the serial numbers of both meters, of a
 * swap that is known by them. The kinds are told in docs/architecture.md, "Counters".
 */
export const CounterEvents = Type.Array(
  Type.Object(
    {
      quantity: Type.String(),
      unit: Type.String(),
      kind: Type.Union([
        Type.Literal('reset'),
        Type.Literal('rollover'),
        Type.Literal('swap'),
        Type.Literal('glitch'),
        Type.Literal('slip'),
        Type.Literal('gap'),
      ]),
      fromMs: TimeMs,
      toMs: TimeMs,
      before: Type.Number(),
      after: Type.Number(),
      amount: Type.Number(),
      serials: Type.Optional(Type.Object({ before: Type.String(), after: Type.String() }, open)),
    },
    open,
  ),
);

export type CounterEvents = Static<typeof CounterEvents>;
