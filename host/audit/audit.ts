import type { AuditEntry } from '../api/contract.ts';
import type { Access } from '../auth/access.ts';
import type { Tables } from '../auth/tables.ts';
import { messageOf } from '../message-of.ts';
import type { HealthReason } from '../watch/health.ts';
import { AuditTable } from './audit-table.ts';
import { changedParts } from './changed-parts.ts';
import { auditLimits } from './limits.ts';
import { redacted } from './redact.ts';

/** One change, as the route that made it tells it. */
export interface AuditChange {
  /** Who did it. Null: nobody who is known; with an address a stranger, without one the host by itself. */
  readonly access: Access | null;
  readonly address: string | null;
  /** What kind of thing and what was done to it: `account.create`, `gateway.settings`, `correction.undo`. */
  readonly action: string;
  /** The id of what was changed. */
  readonly subject: string;
  /** The site it belongs to; null where it concerns the host. */
  readonly site: string | null;
  /** What was and what is; null where there was or is nothing. Of two objects only what differs is kept, and no secret. */
  readonly before: unknown;
  readonly after: unknown;
}

export interface AuditAsk {
  readonly sites: readonly string[] | 'all';
  /** Entries older than this number; the newest without it. */
  readonly before?: number | undefined;
  readonly limit: number;
}

const retryMs = 5000;
/** So many more than the limit before the oldest go: not one by one. */
const slack = 500;

/**
 * Who changed what, and when. Entries are numbered as they come, written in that order, and never changed; what cannot be
 * written waits and is tried again, and stops nobody's work.
 */
export class Audit {
  readonly #table: AuditTable;
  readonly #nowMs: () => number;
  readonly #log: (level: 'error', text: string) => void;
  #first: number;
  #last: number;
  #waiting: AuditEntry[] = [];
  #writing: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #failure: string | undefined;
  #refusals = { hour: 0, count: 0 };
  #skipped = 0;
  #dropped = 0;
  #lost = 0;

  private constructor(
    table: AuditTable,
    numbers: { readonly first: number; readonly last: number },
    nowMs: () => number,
    log: (level: 'error', text: string) => void,
  ) {
    this.#table = table;
    this.#first = numbers.first;
    this.#last = numbers.last;
    this.#nowMs = nowMs;
    this.#log = log;
  }

  /** Makes the table where it is missing. @throws Error of the store */
  static async open(
    tables: Tables,
    nowMs: () => number,
    log: (level: 'error', text: string) => void = () => {},
  ): Promise<Audit> {
    const { table, ...numbers } = await AuditTable.open(tables);
    return new Audit(table, numbers, nowMs, log);
  }

  /** Takes a change down; it is on disk soon. Never throws. */
  record({ access, address, action, subject, site, before, after }: AuditChange): void {
    const parts = changedParts(before ?? null, after ?? null);
    this.#waiting.push({
      number: ++this.#last,
      atMs: this.#nowMs(),
      user: access?.user ?? '',
      by: access?.kind ?? (address === null ? 'host' : 'stranger'),
      via: access?.kind === 'token' || access?.kind === 'share' ? access.id : null,
      address,
      action,
      subject,
      site,
      before: bounded(redacted(parts.before)),
      after: bounded(redacted(parts.after)),
    });
    if (this.#waiting.length > auditLimits.waiting) {
      this.#waiting.shift();
      this.#lost++;
    }
    if (this.#retry === undefined) void this.#write();
  }

  /** Takes down that somebody was refused, as far as the hour's share of such entries goes: guessing must not fill the log. */
  recordRefusal(refusal: Omit<AuditChange, 'before' | 'after'>): void {
    const hour = Math.floor(this.#nowMs() / 3_600_000);
    if (hour !== this.#refusals.hour) this.#refusals = { hour, count: 0 };
    if (this.#refusals.count >= auditLimits.refusalsPerHour) {
      this.#skipped++;
      return;
    }
    this.#refusals.count++;
    this.record({ ...refusal, before: null, after: null });
  }

  /** Newest first, those included that are on their way to the disk. @throws Error of the store */
  async list({ sites, before = Number.MAX_SAFE_INTEGER, limit }: AuditAsk): Promise<AuditEntry[]> {
    await this.#write();
    const held = this.#waiting
      .filter(({ number, site }) => number < before && (sites === 'all' || sites.includes(site ?? '')))
      .reverse()
      .slice(0, limit);
    const oldest = this.#waiting[0]?.number ?? before;
    const kept = await this.#table.list(sites, Math.min(before, oldest), limit - held.length);
    return [...held, ...kept];
  }

  counters(): Record<string, number> {
    return {
      'audit.entries': this.#last === 0 ? 0 : this.#last - this.#first + 1,
      'audit.dropped': this.#dropped,
      'audit.lost': this.#lost,
      'audit.skipped': this.#skipped,
    };
  }

  /** Told while what happened cannot be written down. */
  health(): readonly HealthReason[] {
    return this.#failure === undefined
      ? []
      : [
          {
            code: 'audit.failing',
            level: 'degraded',
            detail: this.#failure,
            facts: { said: this.#failure },
          },
        ];
  }

  /** Writes what waits, as far as that can be done, and stops trying. */
  async close(): Promise<void> {
    do await this.#write();
    while (this.#waiting.length > 0 && this.#retry === undefined);
    clearTimeout(this.#retry);
  }

  /** Resolves when all that waited at the call is on disk, or could not be written. */
  #write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
      // Taken down meanwhile.
      if (this.#waiting.length > 0 && this.#retry === undefined) void this.#write();
    });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    try {
      while (this.#waiting.length > 0) {
        const entries = this.#waiting.slice(0, 100);
        await this.#table.add(entries);
        const written = entries.at(-1)?.number ?? 0;
        this.#waiting = this.#waiting.filter(({ number }) => number > written);
        if (this.#first === 0) this.#first = entries[0]?.number ?? 0;
      }
      this.#failure = undefined;
      await this.#dropOldest();
    } catch (error) {
      const why = messageOf(error);
      if (this.#failure === undefined) this.#log('error', `the audit log cannot be written: ${why}`);
      this.#failure = `The audit log cannot be written; it is tried again. (${why})`;
      this.#retry = setTimeout(() => void this.#write(), retryMs).unref();
    }
  }

  async #dropOldest(): Promise<void> {
    const first = this.#last - auditLimits.entries + 1;
    if (first < this.#first + slack) return;
    await this.#table.removeBelow(first);
    this.#dropped += first - this.#first;
    this.#first = first;
  }
}

/** Small JSON as it is; of what is long, the beginning of its text. */
function bounded(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text.length <= auditLimits.valueCharacters
    ? value
    : `${text.slice(0, auditLimits.valueCharacters)}…`;
}
