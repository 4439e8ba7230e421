import { type Static, Type } from '../typebox.ts';
import { Count, Id, MeterKey, Nullable, open, RangeMs, TimeMs } from './contract-parts.ts';

export const LedgerQuery = Type.Object(
  {
    from: RangeMs,
    to: RangeMs,
    meter: Type.Optional(MeterKey),
    gateway: Type.Optional(Id),
    /** Of one site; without it all that may be seen. */
    site: Type.Optional(Id),
  },
  open,
);

const Seconds = Type.Integer({ minimum: 0, description: 'whole seconds' });

const SecondsByReason = Type.Record(Type.String(), Seconds);

const byDay = <T extends Type.TSchema>(schema: T) => Type.Array(schema);

/**
 * What became of every second: of each meter by the civil days of the site's zone (`startMs` to `endMs`) that cover the
 * range, up to `nowMs`. For every meter and day `expectedS` = `receivedS` + all of `lostS` + `pendingS`; what each means
 * is told in docs/architecture.md, "The loss ledger".
 */
export const Ledger = Type.Object(
  {
    zone: Type.String(),
    nowMs: TimeMs,
    startMs: byDay(TimeMs),
    endMs: byDay(TimeMs),
    /** By columns, each as long as `startMs`. A meter that never sent a window is absent. */
    meters: Type.Array(
      Type.Object(
        {
          meter: MeterKey,
          gateway: Id,
          /** Start of its first window of all, and up to where windows are expected. */
          firstMs: TimeMs,
          untilMs: TimeMs,
          expectedS: byDay(Seconds),
          receivedS: byDay(Seconds),
          /** Of those received: what came out of a journal, and what was dated when the gateway's clock was set. */
          lateS: byDay(Seconds),
          backdatedS: byDay(Seconds),
          /** Of those received: what was imported from a file. */
          importedS: Type.Optional(byDay(Seconds)),
          /** Not here, and may still come. */
          pendingS: byDay(Seconds),
          /** By reason; those that the gateway gave, `unknown`, `journalOverflow`, `recordDamaged`, `lostAtHost`, `notReceived`. */
          lostS: Type.Record(Type.String(), byDay(Seconds)),
          /** Windows with values. */
          windows: byDay(Count),
          /** Samples that failed within windows that have values all the same, by reason. */
          failedSamples: Type.Record(Type.String(), byDay(Count)),
          /** For how long energy was shared out over gaps or concluded, and how much. */
          estimatedS: byDay(Seconds),
          importEstimatedWh: byDay(Nullable(Type.Number())),
          exportEstimatedWh: byDay(Nullable(Type.Number())),
        },
        open,
      ),
    ),
    /** Sums over the meters above, and what the gateways' journals dropped. */
    gateways: Type.Array(
      Type.Object(
        {
          gateway: Id,
          /** away: no connection. holding: it has more than it sent. settled: it has sent what it has. */
          state: Type.Union([Type.Literal('away'), Type.Literal('holding'), Type.Literal('settled')]),
          expectedS: Seconds,
          receivedS: Seconds,
          lateS: Seconds,
          backdatedS: Seconds,
          pendingS: Seconds,
          lostS: SecondsByReason,
          estimatedS: Seconds,
          /** Records that the journal dropped in the range before the host had them. */
          droppedRecords: Count,
          /** Records that were acknowledged, and that the database has lost since. */
          lostAtHostRecords: Count,
          /** Of both, those of which it is not known when they were measured: they are counted, without seconds. */
          unplacedRecords: Count,
          /** What the gateway itself says its journal dropped since it was made. */
          reportedDropped: Nullable(Count),
        },
        open,
      ),
    ),
  },
  open,
);

export type Ledger = Static<typeof Ledger>;
