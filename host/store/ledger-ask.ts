import type { LedgerAsk, LedgerMeter } from './ledger.ts';
import type { SeriesBook } from './series-book.ts';

/** What is known of a gateway beside what is stored. */
export interface GatewayClaim {
  readonly id: string;
  /** It is here and holds nothing back, as it says itself. */
  readonly isSettled: boolean;
  /** How far one of its meters came tells nothing of the others: they are of another host, of gateways of their own. */
  readonly isApart?: boolean | undefined;
  /** Length of the windows of each meter that it announces, s; undefined where it never announced any. */
  readonly windowsS: ReadonlyMap<string, number> | undefined;
}

export interface LedgerRequest {
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  readonly gateways: readonly GatewayClaim[];
  /** Of these, one meter alone: `gateway.meter`. */
  readonly meter?: string | undefined;
}

/** With meters that were never heard of nothing is known: a minute is long enough to be kind, and short. */
const usualWindowS = 60;

/** The question with the numbers that the tables know. */
export function ledgerAskOf(
  { gateways, meter: wanted, ...span }: LedgerRequest,
  book: SeriesBook,
): LedgerAsk {
  return {
    ...span,
    gateways: gateways.map(({ id, isSettled, isApart = false }) => ({ id, isSettled, isApart })),
    meters: gateways.flatMap(({ id: gateway, windowsS }) =>
      [...book.metersOf(gateway).values()].map((entry): LedgerMeter => {
        const imported = book.refIn(entry, 'energyImportWh');
        const exported = book.refIn(entry, 'energyExportWh');
        const announcedS = windowsS?.get(entry.id);
        return {
          number: entry.number,
          gateway,
          series: { meter: entry.key, imported, exported, power: undefined },
          windowS: Math.max(announcedS ?? 0, book.longestS(entry)) || usualWindowS,
          isAnnounced: windowsS === undefined || announcedS !== undefined,
          isAsked: wanted === undefined || wanted === entry.key,
        };
      }),
    ),
  };
}
