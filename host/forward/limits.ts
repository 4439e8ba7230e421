import { deepFreeze } from '#core/freeze.ts';

/** Bounds of what is handed on to others. */
export const forwardLimits = deepFreeze({
  forwards: 16,
  /** Windows that a forward holds in memory: what is read of the store at once. */
  readWindows: 2000,
  /** A rest after reading is as long as the reading took, and this at the most. */
  mostRestMs: 500,
  /** Of one delivery, where its kind does not want fewer. */
  deliveryWindows: 1000,
  deliveryValues: 5000,
  /** Fewer go to another side that is slow: so many times as many after each that it took. */
  moreWindows: 1.1,
  /** What is committed within this time goes together. */
  collectMs: 1000,
  firstRetryMs: 1000,
  mostRetryMs: 300_000,
  /** What waits longer is dropped, counted and told; where its settings say nothing else. */
  keepDays: 7,
  keepDaysMost: 60,
  /** Tries to find what is taken of a delivery that was refused whole, before all of it waits. */
  divisions: 40,
  /** How often one that is off looks for what waited too long. */
  pausedLookMs: 600_000,
  /** Rows of the store that are looked at to say how much waits: more is told as more than that. */
  countedRows: 100_000,
  /** Deliveries that are remembered to be shown. */
  deliveriesShown: 50,
  /** Nothing taken for so long is told by health. */
  failingMs: 600_000,
  /** For so long what was dropped or refused is told by health. */
  toldMs: 86_400_000,
});
