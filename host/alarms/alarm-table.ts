import { numberOf, rowsGiven, type TableStatement, type TransactionTables, textOf } from '../auth/tables.ts';
import type { KeptEpisode } from './episodes.ts';
import type { State } from './judge.ts';
import { gatewayOf } from './places.ts';
import type { Rule } from './rule.ts';

/** An event as it is kept, with what people made of it. */
export interface AlarmEvent extends KeptEpisode {
  readonly rule: string;
  /** As it was called when it fired. */
  readonly ruleName: string;
  readonly severity: Rule['severity'];
  /** `gateway.meter`; of a sum its first meter, of a figure of health the gateway, or nothing for the host. */
  readonly meter: string;
  /** Those of a sum. */
  readonly meters?: readonly string[];
  readonly subject: string;
  readonly unit: string;
  readonly condition: string;
  readonly channels: readonly string[];
  /** Whether people are told of it at all: not of what was found out long after, nor while its rule is snoozed. */
  readonly isTold: boolean;
  /** What the channels do not have yet. */
  readonly toTell: readonly ('began' | 'ended' | 'reminder')[];
  /** How often people were told again, and when last. */
  readonly reminders?: { readonly count: number; readonly atMs: number };
  readonly acknowledged: { readonly by: string; readonly atMs: number } | null;
  readonly comments: readonly { readonly by: string; readonly atMs: number; readonly text: string }[];
}

/** How far a rule has judged a place. */
export interface KeptState {
  readonly rule: string;
  readonly version: number;
  /** Key of the place. */
  readonly meter: string;
  /** Whose it is; left out where the key tells. */
  readonly gateway?: string;
  /** Those of a sum. */
  readonly meters?: readonly string[];
  readonly state: State;
  /** When it came to the rule from another site. */
  readonly cameMs?: number;
}

/** Which events are listed; what is left out says nothing. */
export interface EventFilter {
  readonly rule?: string | undefined;
  readonly severity?: Rule['severity'] | undefined;
  /** Those alone that stand and nobody looks after. */
  readonly isOpen?: boolean | undefined;
  /** Those alone that have not ended. */
  readonly isLasting?: boolean | undefined;
}

export interface AlarmChanges {
  readonly events?: readonly AlarmEvent[];
  readonly states?: readonly KeptState[];
}

/** Rows of a statement. */
const rowsMost = 1000;
/** Rows of a list that are looked at in one go. */
const lookedAtMost = 4000;
/** Ids of states have a blank in them. */
const runningMark = 'running';

/** Rules, how far they have judged, and what came of it: small tables, bodies as JSON. */
export class AlarmTable {
  readonly #tables: TransactionTables;

  private constructor(tables: TransactionTables) {
    this.#tables = tables;
  }

  /** @throws Error of the store */
  static async open(tables: TransactionTables): Promise<AlarmTable> {
    for (const statement of [
      'CREATE TABLE IF NOT EXISTS alarm_rule (id VARCHAR PRIMARY KEY, body VARCHAR)',
      'CREATE TABLE IF NOT EXISTS alarm_state (id VARCHAR PRIMARY KEY, rule VARCHAR, gateway VARCHAR, body VARCHAR)',
      `CREATE TABLE IF NOT EXISTS alarm_event
         (id VARCHAR PRIMARY KEY, rule VARCHAR, gateway VARCHAR, meter VARCHAR, beganMs BIGINT, endedMs BIGINT, body VARCHAR)`,
    ])
      await tables.run(statement);
    return new AlarmTable(tables);
  }

  async rules(): Promise<Rule[]> {
    return (await this.#tables.all('SELECT body FROM alarm_rule ORDER BY id')).map(bodyOf<Rule>);
  }

  async states(): Promise<KeptState[]> {
    const rows = await this.#tables.all('SELECT body FROM alarm_state WHERE id <> ?', [runningMark]);
    return rows.map(bodyOf<KeptState>);
  }

  /** Notes that a host runs. Gives whether the one before was killed. */
  async began(): Promise<boolean> {
    const [row] = await this.#tables.all('SELECT id FROM alarm_state WHERE id = ?', [runningMark]);
    if (row === undefined)
      await this.#tables.run("INSERT INTO alarm_state VALUES (?, '', '', '{}')", [runningMark]);
    return row !== undefined;
  }

  /** It has judged all that it was told of. */
  ended(): Promise<void> {
    return this.#tables.run('DELETE FROM alarm_state WHERE id = ?', [runningMark]);
  }

  saveRule(rule: Rule): Promise<void> {
    return this.#tables.run(
      'INSERT INTO alarm_rule VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
      [rule.id, JSON.stringify(rule)],
    );
  }

  /** How far it had judged is forgotten; what came of it stays. */
  removeStates(rule: string): Promise<void> {
    return this.#tables.run('DELETE FROM alarm_state WHERE rule = ?', [rule]);
  }

  removeRule(rule: string): Promise<void> {
    return this.#tables.run('DELETE FROM alarm_rule WHERE id = ?', [rule]);
  }

  /** All of it, or none. */
  write({ events = [], states = [] }: AlarmChanges): Promise<void> {
    const statements: TableStatement[] = [];
    for (let at = 0; at < events.length; at += rowsMost)
      statements.push([
        `INSERT INTO alarm_event SELECT * FROM ${rowsGiven(eventColumns)} ON CONFLICT (id) DO UPDATE SET
           beganMs = excluded.beganMs, endedMs = excluded.endedMs, body = excluded.body`,
        [JSON.stringify(events.slice(at, at + rowsMost).map(eventRow))],
      ]);
    for (let at = 0; at < states.length; at += rowsMost)
      statements.push([
        `INSERT INTO alarm_state SELECT * FROM ${rowsGiven(stateColumns)} ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
        [JSON.stringify(states.slice(at, at + rowsMost).map(stateRow))],
      ]);
    return statements.length === 0 ? Promise.resolve() : this.#tables.runAll(statements);
  }

  /** Events of a rule and meter that end after an instant, the oldest first. */
  async since(rule: string, meter: string, fromMs: number): Promise<AlarmEvent[]> {
    const rows = await this.#tables.all(
      `SELECT body FROM alarm_event WHERE rule = ? AND meter = ? AND (endedMs IS NULL OR endedMs >= ?) ORDER BY beganMs`,
      [rule, meter, fromMs],
    );
    return rows.map(bodyOf<AlarmEvent>);
  }

  /** Events that last. */
  async lasting(): Promise<AlarmEvent[]> {
    const rows = await this.#tables.all('SELECT body FROM alarm_event WHERE endedMs IS NULL');
    return rows.map(bodyOf<AlarmEvent>);
  }

  /** Events from an instant on: what a restart has to tell. */
  async newest(fromMs: number): Promise<AlarmEvent[]> {
    const rows = await this.#tables.all(
      'SELECT body FROM alarm_event WHERE endedMs IS NULL OR endedMs >= ?',
      [fromMs],
    );
    return rows.map(bodyOf<AlarmEvent>);
  }

  /** The newest first, those that began before an instant; `isSeen` leaves out what may not be seen. */
  async list(
    beforeMs: number,
    limit: number,
    isSeen: (event: AlarmEvent) => boolean,
    filter: EventFilter = {},
  ): Promise<AlarmEvent[]> {
    const [condition, wanted] = conditionOf(filter);
    const found: AlarmEvent[] = [];
    // No id comes after it.
    let last = { beganMs: beforeMs, id: '~' };
    // Who may see few of many makes few statements, too: each takes more than the one before.
    for (let most = limit; found.length < limit; most = Math.min(most * 4, lookedAtMost)) {
      const rows = await this.#tables.all(
        `SELECT body FROM alarm_event WHERE (beganMs < ? OR (beganMs = ? AND id > ?))${condition}
           ORDER BY beganMs DESC, id LIMIT ?`,
        [last.beganMs, last.beganMs, last.id, ...wanted, most],
      );
      const events = rows.map(bodyOf<AlarmEvent>);
      found.push(...events.filter(isSeen));
      last = events.at(-1) ?? last;
      if (rows.length < most) break;
    }
    return found.slice(0, limit);
  }

  async event(id: string): Promise<AlarmEvent | undefined> {
    const [row] = await this.#tables.all('SELECT body FROM alarm_event WHERE id = ?', [id]);
    return row && bodyOf<AlarmEvent>(row);
  }

  async size(): Promise<number> {
    const [row = {}] = await this.#tables.all('SELECT count(*) AS size FROM alarm_event');
    return numberOf(row, 'size');
  }

  /** Forgets what ended beyond the newest so many. Gives how many those were. */
  async forgetBeyond(most: number): Promise<number> {
    const size = await this.size();
    if (size <= most) return 0;
    await this.#tables.run(
      `DELETE FROM alarm_event WHERE endedMs IS NOT NULL AND id IN
         (SELECT id FROM alarm_event WHERE endedMs IS NOT NULL ORDER BY beganMs, id LIMIT ?)`,
      [size - most],
    );
    return size - (await this.size());
  }

  /** Of a place that a rule judges no more. */
  removeState(rule: string, key: string): Promise<void> {
    return this.#tables.run('DELETE FROM alarm_state WHERE id = ?', [`${rule} ${key}`]);
  }
}

/** In the order of the tables' columns. */
const eventColumns = {
  id: 'VARCHAR',
  rule: 'VARCHAR',
  gateway: 'VARCHAR',
  meter: 'VARCHAR',
  beganMs: 'BIGINT',
  endedMs: 'BIGINT',
  body: 'VARCHAR',
} as const;
const stateColumns = { id: 'VARCHAR', rule: 'VARCHAR', gateway: 'VARCHAR', body: 'VARCHAR' } as const;

const eventRow = (event: AlarmEvent): Readonly<Record<keyof typeof eventColumns, string | number | null>> => {
  const { id, rule, meter, beganMs, endedMs } = event;
  return { id, rule, gateway: gatewayOf(meter), meter, beganMs, endedMs, body: JSON.stringify(event) };
};

const stateRow = (state: KeptState): Readonly<Record<keyof typeof stateColumns, string>> => {
  const { rule, meter, gateway = gatewayOf(meter) } = state;
  return { id: `${rule} ${meter}`, rule, gateway, body: JSON.stringify(state) };
};

/** What stands in a body is looked for in its text: within a string of JSON a quote is escaped, so it is never taken for a name. */
function conditionOf({
  rule,
  severity,
  isOpen = false,
  isLasting = false,
}: EventFilter): readonly [string, readonly string[]] {
  const conditions: readonly (readonly [string, string])[] = [
    ...(rule === undefined ? [] : [['rule = ?', rule] as const]),
    ...(severity === undefined ? [] : [['contains(body, ?)', `"severity":"${severity}"`] as const]),
    ...(isOpen ? openMarks.map(mark => ['contains(body, ?)', mark] as const) : []),
  ];
  const lasting = isLasting ? ' AND endedMs IS NULL' : '';
  return [conditions.map(([sql]) => ` AND ${sql}`).join('') + lasting, conditions.map(([, value]) => value)];
}

const openMarks: readonly string[] = ['"acknowledged":null', '"withdrawnMs":null'];

/** What was written here is read back as it was. */
function bodyOf<T>(row: Record<string, unknown>): T {
  return JSON.parse(textOf(row, 'body'));
}
