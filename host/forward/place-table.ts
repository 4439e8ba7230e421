import { numberOf, type Tables, textOf } from '../auth/tables.ts';
import { type CommitPlace, createPlaceTable, placeTable } from '../store/commit-place.ts';
import type { ForwardJournal } from './journal.ts';

/** What became of what a forward had to hand on, since it was set up. */
export interface ForwardCounts {
  /** Taken by the other side; what was sent again after a crash counts again. */
  readonly windows: number;
  readonly values: number;
  readonly deliveries: number;
  /** Tries that failed. */
  readonly failures: number;
  /** Windows that waited too long, or of which the values were gone. */
  readonly dropped: number;
  /** Windows that the other side refused, alone. */
  readonly refused: number;
}

export interface Standing {
  readonly place: CommitPlace;
  readonly counts: ForwardCounts;
  /** Of a kind with records, once it has begun. */
  readonly journal?: ForwardJournal | undefined;
}

/** Those that there are; another version had others. */
const countsOf = ({
  windows = 0,
  values = 0,
  deliveries = 0,
  failures = 0,
  dropped = 0,
  refused = 0,
}: Partial<ForwardCounts>): ForwardCounts => ({ windows, values, deliveries, failures, dropped, refused });

export const noCounts: ForwardCounts = Object.freeze(countsOf({}));

const keptRows = 32;

/**
 * Where each forward stands: all before its place was acknowledged by the other side. Rows are added, and the newest counts:
 * changing one would keep checkpoints waiting for reads that are under way.
 */
export class PlaceTable {
  readonly #tables: Tables;
  readonly #turns = new Map<string, number>();

  private constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** @throws Error of the store */
  static async open(tables: Tables): Promise<PlaceTable> {
    await tables.run(createPlaceTable);
    return new PlaceTable(tables);
  }

  /** By the id of the forward. @throws Error of the store */
  async all(): Promise<Map<string, Standing>> {
    const rows = await this.#tables.all(
      `SELECT * FROM ${placeTable} QUALIFY row_number() OVER (PARTITION BY forward ORDER BY turn DESC) = 1`,
    );
    return new Map(
      rows.map(row => {
        const forward = textOf(row, 'forward');
        this.#turns.set(forward, numberOf(row, 'turn'));
        const [generation, span, gauge, counter, missing] = [
          numberOf(row, 'generation'),
          numberOf(row, 'span'),
          numberOf(row, 'gauge'),
          numberOf(row, 'counter'),
          numberOf(row, 'missing'),
        ] as const;
        // Written by `save`, as it is in the type, perhaps by another version.
        const { journal, ...counts } = JSON.parse(textOf(row, 'counts')) as Partial<ForwardCounts> & {
          journal?: ForwardJournal;
        };
        return [
          forward,
          {
            place: { generation, span, gauge, counter, missing },
            counts: countsOf(counts),
            journal,
          },
        ];
      }),
    );
  }

  /** On disk when this resolves. @throws Error of the store */
  async save(forward: string, { place, counts, journal }: Standing): Promise<void> {
    const turn = (this.#turns.get(forward) ?? 0) + 1;
    this.#turns.set(forward, turn);
    const { generation, span, gauge, counter, missing } = place;
    await this.#tables.run(`INSERT INTO ${placeTable} VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, [
      forward,
      turn,
      generation,
      span,
      gauge,
      counter,
      missing,
      JSON.stringify({ ...counts, journal }),
    ]);
    if (turn % keptRows === 0)
      await this.#tables.run(`DELETE FROM ${placeTable} WHERE forward = ? AND turn < ?`, [forward, turn]);
  }

  /** Harmless where there is none. @throws Error of the store */
  async remove(forward: string): Promise<void> {
    await this.#tables.run(`DELETE FROM ${placeTable} WHERE forward = ?`, [forward]);
    this.#turns.delete(forward);
  }
}
