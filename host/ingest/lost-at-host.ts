import type { Message } from '#core/wire/messages.ts';
import type { Fleet } from '../fleet.ts';
import {
  loadCountedDrops,
  loadLostAtHost,
  type RecordsLostAtHost,
  retellAsLostAtHost,
} from '../store/lost-records.ts';
import type { Store } from '../store/store.ts';
import type { Loss } from '../store/types.ts';
import type { HealthReason } from '../watch/health.ts';

export interface LostAtHostOptions {
  readonly store: Store;
  readonly fleet: Pick<Fleet, 'problem'>;
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
  readonly nowMs: () => number;
}

/** So long health tells of it, over restarts of the host, too; the ledger does for good. */
export const toldForMs = 7 * 24 * 3_600_000;

/**
 * Finds out that the database has lost records since they were acknowledged: its log was cut, or it was replaced by an
 * older copy. Their gateway has freed them, so it looks as if its journal had run full. But the journal counts what it
 * dropped, and `health` tells that number: what the host misses beyond it was lost here.
 */
export class LostAtHost {
  readonly #options: LostAtHostOptions;
  /** Records on disk as dropped by a journal, by gateway and epoch. */
  readonly #counted = new Map<string, number>();
  readonly #found = new Map<string, RecordsLostAtHost>();
  /** Journals of which it is being written down. */
  readonly #writing = new Set<string>();

  private constructor(options: LostAtHostOptions) {
    this.#options = options;
  }

  static async open(options: LostAtHostOptions): Promise<LostAtHost> {
    const opened = new LostAtHost(options);
    for (const { gateway, epoch, records } of await loadCountedDrops(options.store))
      opened.#counted.set(keyOf(gateway, epoch), records);
    for (const found of await loadLostAtHost(options.store, options.nowMs() - toldForMs))
      opened.#found.set(found.gateway, found);
    return opened;
  }

  /** These losses are on disk. */
  stored(losses: readonly Loss[]): void {
    for (const { gateway, epoch, from, to, reason = 'journalOverflow' } of losses) {
      if (reason !== 'journalOverflow') continue;
      const key = keyOf(gateway, epoch);
      this.#counted.set(key, (this.#counted.get(key) ?? 0) + to - from + 1);
    }
  }

  /**
   * A journal has told what it dropped: all that it ever dropped of this epoch, and more where it dropped what was here
   * already. Messages of a gateway come in order, so nothing is counted here that it did not know of. Never rejects.
   */
  async told(gateway: string, { epoch, dropped }: Message<'health'>['journal']): Promise<void> {
    // A gateway from before this does not say whose drops these are.
    if (epoch === undefined) return;
    const key = keyOf(gateway, epoch);
    const records = (this.#counted.get(key) ?? 0) - dropped;
    if (records <= 0 || this.#writing.has(key)) return;
    const { store, fleet, log, nowMs } = this.#options;
    this.#writing.add(key);
    try {
      const behindWindows = await retellAsLostAtHost(store, { gateway, epoch, records });
      this.#counted.set(key, (this.#counted.get(key) ?? 0) - records);
      const what = `${records} records were acknowledged and are not in this database`;
      fleet.problem(gateway, 'ingest.lostAtHost', what);
      if (behindWindows === 0) {
        log('warn', `${gateway}: ${what}; it was at another host, or this database is a new one`);
        return;
      }
      log('error', `${gateway}: ${what}: the database's log was cut, or an older copy took its place`);
      const before = this.#found.get(gateway)?.records ?? 0;
      this.#found.set(gateway, { gateway, records: before + behindWindows, atMs: nowMs() });
    } catch (error) {
      // The next message tells it again.
      log('error', `${gateway}: ${records} lost records could not be written down: ${String(error)}`);
    } finally {
      this.#writing.delete(key);
    }
  }

  reasons(): readonly HealthReason[] {
    const sinceMs = this.#options.nowMs() - toldForMs;
    const recent = [...this.#found.values()].filter(({ atMs }) => atMs >= sinceMs);
    if (recent.length === 0) return [];
    const records = recent.reduce((sum, { records }) => sum + records, 0);
    const newestMs = Math.max(...recent.map(({ atMs }) => atMs));
    // Not of which gateways: who reads this may not see all of them.
    const of = recent.length === 1 ? 'one gateway' : `${recent.length} gateways`;
    const detail = `${records} records of ${of}, found at ${new Date(newestMs).toISOString()}; the ledger tells when they were measured`;
    const facts = { records, gateways: recent.length, atMs: newestMs };
    return [{ code: 'store.recordsLost', level: 'degraded', detail, facts }];
  }
}

const keyOf = (gateway: string, epoch: string): string => `${gateway} ${epoch}`;
