import type { CorrectionPreview, CounterEvents, EnergyTable, Missing } from '../api/contract.ts';
import type { CommitPlace } from './commit-place.ts';
import { type CommittedCount, countCommitted, type Worth } from './committed-count.ts';
import { CommittedReader, type CommittedRows, committedEnd, type WantedNumbers } from './committed-rows.ts';
import { type PreviewAsk, previewOf } from './corrections-preview.ts';
import { type Listed, listCorrections } from './corrections-work.ts';
import { counterEventsOf } from './counter-events.ts';
import { type EnergyCells, packEnergy } from './energy-cells.ts';
import { energyJson } from './energy-json.ts';
import type { Keeper } from './keeper.ts';
import { type LedgerAnswer, type LedgerAsk, ledgerAnswer } from './ledger.ts';
import { missingOf } from './missing.ts';
import { Moved } from './port.ts';
import { type CounterReading, readingAt } from './reading-at.ts';
import { readingsOf, readingsOfAll } from './readings.ts';
import { type Figures, statisticsOf } from './statistics.ts';
import { energyTable } from './totals.ts';
import type {
  EnergySeries,
  ReadingColumns,
  ReadingsRange,
  SeriesColumns,
  SeriesRange,
  SeriesRef,
  SqlRow,
  SqlValue,
  TotalsSpan,
} from './types.ts';

/** What is asked of a store. */
export function readsOf(keeper: Keeper) {
  const { zone } = keeper.options;
  const commits = new CommittedReader();
  const energy = (meters: readonly EnergySeries[], span: TotalsSpan): Promise<EnergyTable> =>
    keeper.read(span, (lane, shelves) => energyTable(lane, shelves, zone, meters, span));
  return {
    all: (sql: string, parameters: readonly SqlValue[]): Promise<SqlRow[]> =>
      keeper.guard(({ small }) => small.all(sql, parameters)),

    readings: (series: SeriesRef, range: ReadingsRange): Promise<ReadingColumns> =>
      keeper.read(range, (lane, shelves) => readingsOf(lane, shelves, series, range)),

    readingsOfAll: (series: readonly SeriesRef[], range: SeriesRange): Promise<SeriesColumns[]> =>
      keeper.read(range, (lane, shelves) => readingsOfAll(lane, shelves, series, range)),

    statistics: (series: SeriesRef, fromMs: number, toMs: number, isAsCame: boolean): Promise<Figures> =>
      keeper.read({ fromMs, toMs }, (lane, shelves) =>
        statisticsOf(lane, shelves, series, fromMs, toMs, isAsCame),
      ),

    energy: async (meters: readonly EnergySeries[], span: TotalsSpan): Promise<Moved<EnergyCells>> => {
      const packed = packEnergy(await energy(meters, span));
      return new Moved(packed, [packed.cells.buffer]);
    },

    /** The same as it is sent. */
    energyJson: async (
      meters: readonly EnergySeries[],
      span: TotalsSpan,
    ): Promise<Moved<Uint8Array<ArrayBuffer>>> => {
      const bytes = energyJson(await energy(meters, span));
      return new Moved(bytes, [bytes.buffer]);
    },

    missing: (meter: number, fromMs: number, toMs: number): Promise<Missing> =>
      keeper.read({ fromMs, toMs }, (lane, shelves) => missingOf(lane, shelves, meter, fromMs, toMs)),

    ledger: (ask: LedgerAsk): Promise<LedgerAnswer> =>
      keeper.ask((lane, { shelves }) => ledgerAnswer(lane, shelves, zone, ask)),

    counterEvents: (series: readonly SeriesRef[], fromMs: number, toMs: number): Promise<CounterEvents> =>
      keeper.ask((lane, { shelves }) => counterEventsOf(lane, shelves, series, fromMs, toMs)),

    readingAt: (series: SeriesRef, atMs: number): Promise<CounterReading> =>
      keeper.read({ fromMs: atMs, toMs: atMs + 1 }, (lane, shelves) =>
        readingAt(lane, shelves, series, atMs),
      ),

    /** What was committed behind a place, in the order of the commits. */
    commitsAfter: async (
      place: CommitPlace,
      wanted: WantedNumbers,
      most: number,
    ): Promise<Moved<CommittedRows>> => {
      const rows = await keeper.ask((lane, { shelves }) =>
        commits.read(lane, shelves.generations, place, wanted, most),
      );
      const { records, gauges, counters, missing } = rows;
      return new Moved(
        rows,
        [records, gauges, counters, missing].map(({ buffer }) => buffer),
      );
    },

    commitsCount: (
      place: CommitPlace,
      wanted: WantedNumbers,
      worth: Worth,
      rowsMost: number,
    ): Promise<CommittedCount> =>
      keeper.ask((lane, { shelves }) =>
        countCommitted(lane, shelves.generations, place, wanted, worth, rowsMost),
      ),

    commitsEnd: (): Promise<CommitPlace> =>
      keeper.ask((lane, { shelves }) => committedEnd(lane, shelves.generations)),

    corrections: async (meter: number): Promise<Listed[]> => listCorrections(keeper.database.shelves, meter),

    previewCorrection: (ask: PreviewAsk): Promise<CorrectionPreview> =>
      keeper.ask((lane, { shelves }) => previewOf(lane, shelves, zone, ask)),
  };
}
