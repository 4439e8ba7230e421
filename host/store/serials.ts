import type { DuckDBConnection } from '@duckdb/node-api';
import type { Lane } from './lane.ts';
import { list } from './sql-text.ts';
import type { Replacement, SerialSight } from './types.ts';

/** Which serial numbers meters have had, by when each was first told of (the end of that window); rows are only added. */
export const createSerials: readonly string[] = [
  'CREATE TABLE meter_serial (meter UINTEGER NOT NULL, atS BIGINT NOT NULL, serial VARCHAR NOT NULL)',
];

/**
 * So long before its serial number was told another meter may have been in its place: gateways ask every ten minutes and
 * where a counter is odd, and tell it again each hour, should the record that told it be lost.
 */
const lagS = 4500;

/** Writes them in the transaction of their rows. */
export async function saveSerials(
  connection: DuckDBConnection,
  serials: readonly SerialSight[],
): Promise<void> {
  if (serials.length === 0) return;
  await connection.run(
    'INSERT INTO meter_serial SELECT unnest(?::UINTEGER[]), unnest(?::BIGINT[]), unnest(?::VARCHAR[])',
    [
      list(serials.map(({ meter }) => meter)),
      list(serials.map(({ atS }) => atS)),
      list(serials.map(({ serial }) => serial)),
    ],
  );
}

export async function loadSerials(lane: Lane): Promise<SerialSight[]> {
  const rows = await lane.all('SELECT meter, atS, serial FROM meter_serial ORDER BY meter, atS, serial');
  return rows.map(({ meter, atS, serial }) => ({
    meter: Number(meter),
    atS: Number(atS),
    serial: String(serial),
  }));
}

/** The serial numbers of meters, in memory. */
export class Serials {
  /** By meter, oldest first. */
  readonly #sights = new Map<number, SerialSight[]>();

  /** Whether this is known already, or follows from what is. */
  knows({ meter, atS, serial }: SerialSight): boolean {
    return this.at(meter, atS) === serial;
  }

  /** The number that a meter had at a time, as far as it was told. */
  at(meter: number, atS: number): string | undefined {
    return this.#sights.get(meter)?.findLast(sight => sight.atS <= atS)?.serial;
  }

  /** How often a meter's number was told that was another than before. */
  count(meter: number): number {
    return this.#sights.get(meter)?.length ?? 0;
  }

  learn(serials: readonly SerialSight[]): void {
    for (const sight of serials) {
      if (this.knows(sight)) continue;
      const sights = this.#sights.get(sight.meter) ?? [];
      const index = sights.findLastIndex(({ atS }) => atS <= sight.atS) + 1;
      this.#sights.set(sight.meter, sights.toSpliced(index, 0, sight));
    }
  }

  /** When a meter was known to be another than before. */
  replacements(meter: number): readonly Replacement[] {
    const found: Replacement[] = [];
    const sights = this.#sights.get(meter) ?? [];
    for (const [index, { atS, serial }] of sights.entries()) {
      const before = sights[index - 1];
      if (before === undefined || before.serial === serial) continue;
      const fromS = Math.max(before.atS, atS - lagS);
      found.push({ fromS, atS, before: before.serial, after: serial });
    }
    return found;
  }
}
