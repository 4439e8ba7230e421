import type { Events } from '../events.ts';
import type { Log } from '../logging/host-log.ts';
import { messageOf } from '../message-of.ts';
import type { Notice, Notify, Telling } from '../notify/notice.ts';
import type { AlarmEvent, AlarmTable, KeptState } from './alarm-table.ts';

/** States without an event that are written in one go: an event that comes meanwhile waits for no more of them. */
const laterAtOnce = 500;

interface AlarmWriterOptions {
  readonly table: AlarmTable;
  readonly notify?: Notify | undefined;
  readonly siteOf: (gateway: string) => string;
  readonly events: Pick<Events, 'emit'>;
  readonly log: Log;
  readonly nowMs: () => number;
}

/**
 * Writes events and how far their rules have judged in one transaction, then tells people, then writes that they were told.
 * Whatever fails is tried again with the next; the channels know a notice again by its id.
 */
export class AlarmWriter {
  failures = 0;
  readonly #options: AlarmWriterOptions;
  #events = new Map<string, AlarmEvent>();
  #states = new Map<string, KeptState>();
  /** Newer than those above; they wait for events. */
  readonly #later = new Map<string, KeptState>();
  /** On disk, and not told yet. */
  readonly #untold = new Map<string, AlarmEvent>();
  /** Told, which the disk does not know yet: that goes with what is written next. */
  #told = new Map<string, AlarmEvent>();
  /** On their way to the disk. */
  #writing: ReadonlyMap<string, AlarmEvent> = new Map();
  #last: Promise<void> = Promise.resolve();

  constructor(options: AlarmWriterOptions) {
    this.#options = options;
  }

  put(event: AlarmEvent): void {
    // What is still to be told of it is not lost by a change that comes before it is.
    const before = this.pending(event.id) ?? this.#untold.get(event.id);
    const toTell = [...new Set([...(before?.toTell ?? []), ...event.toTell])];
    this.#events.set(event.id, { ...event, toTell });
  }

  /** What an event made of its rule: it is written with it. */
  putState(state: KeptState): void {
    const id = idOf(state);
    this.#states.set(id, state);
    this.#later.delete(id);
  }

  /** How far is judged, where nothing came of it. */
  putLater(state: KeptState): void {
    this.#later.set(idOf(state), state);
  }

  /** On disk and told, or counted as failed, when this resolves. Never rejects. */
  flush(): Promise<void> {
    this.#last = this.#last.then(() => this.#write());
    return this.#last;
  }

  /** Whether nothing waits for the disk. */
  get isWritten(): boolean {
    return this.#waiting === 0;
  }

  /** An event as it is on its way to the disk; undefined where the disk has the newest. */
  pending(id: string): AlarmEvent | undefined {
    return this.#events.get(id) ?? this.#writing.get(id) ?? this.#told.get(id);
  }

  /** Events as they are on disk, with what is on its way there in place of what it was. */
  newest(kept: readonly AlarmEvent[], rule: string, meter: string): AlarmEvent[] {
    const byId = new Map(kept.map(event => [event.id, event]));
    for (const event of [...this.#writing.values(), ...this.#events.values()])
      if (event.rule === rule && event.meter === meter) byId.set(event.id, event);
    return [...byId.values()].sort((a, b) => a.beganMs - b.beganMs);
  }

  get #waiting(): number {
    return this.#events.size + this.#told.size + this.#states.size + this.#later.size;
  }

  async #write(): Promise<void> {
    // Where channels failed before, nothing else may be to be written.
    if (this.#waiting === 0) await this.#tell();
    while (this.#waiting > 0) {
      const [events, told, states] = [this.#events, this.#told, this.#states];
      [this.#events, this.#told, this.#states] = [new Map(), new Map(), new Map()];
      let room = laterAtOnce;
      for (const [id, state] of this.#later) {
        if (room-- === 0) break;
        states.set(id, state);
        this.#later.delete(id);
      }
      this.#writing = new Map([...told, ...events]);
      try {
        await this.#options.table.write({
          events: [...this.#writing.values()],
          states: [...states.values()],
        });
      } catch (error) {
        this.#failed('written', error);
        // What is newer stays, with what is still to be told of it.
        for (const event of events.values())
          this.#events.set(event.id, merged(event, this.#events.get(event.id)));
        for (const [id, event] of told) if (!this.#events.has(id)) this.#told.set(id, event);
        for (const [id, state] of states) if (!this.#states.has(id)) this.#states.set(id, state);
        return;
      } finally {
        this.#writing = new Map();
      }
      for (const [id, event] of events) {
        if (event.toTell.length > 0) this.#untold.set(id, event);
        const [gateway = '', meter = ''] = event.meter.split('.');
        const { severity, meters } = event;
        const of = { gateway, meter, ...(meters !== undefined && { meters }) };
        this.#options.events.emit({ type: 'alarmEvent', ...of, id, severity });
      }
      await this.#tell();
    }
  }

  async #tell(): Promise<void> {
    const { notify, siteOf } = this.#options;
    const nowMs = this.#options.nowMs();
    const untold = [...this.#untold.values()];
    if (untold.length === 0) return;
    const tellings = untold.flatMap(event =>
      event.toTell.map(
        (kind): Telling => ({
          notice: noticeOf(event, kind, siteOf, nowMs),
          channels: event.channels,
        }),
      ),
    );
    try {
      await notify?.tellAll(tellings);
    } catch (error) {
      this.#failed('told', error);
      return;
    }
    for (const event of untold) this.#mark(event);
  }

  /** From here on a change of it is to tell only what is new. Until that is on disk the channels know it by its id. */
  #mark(event: AlarmEvent): void {
    this.#untold.delete(event.id);
    const newer = this.#events.get(event.id);
    if (newer === undefined) this.#told.set(event.id, { ...event, toTell: [] });
    else
      this.#events.set(event.id, {
        ...newer,
        toTell: newer.toTell.filter(kind => !event.toTell.includes(kind)),
      });
  }

  #failed(what: string, error: unknown): void {
    this.failures++;
    this.#options.log('error', `an alarm could not be ${what}: ${messageOf(error)}`, 'alarms.failed');
  }
}

const idOf = ({ rule, meter }: KeptState): string => `${rule} ${meter}`;

/** A newer version of an event, with what was to be told of the older one. */
const merged = (older: AlarmEvent, newer: AlarmEvent | undefined): AlarmEvent =>
  newer === undefined ? older : { ...newer, toTell: [...new Set([...older.toTell, ...newer.toTell])] };

/**
 * The same event's begin and end have the same ids, whenever and however often they are made. Of a source that has a value each quarter of
 * an hour the window lasts yet when it is judged: people are told no time that is still to come.
 */
function noticeOf(
  event: AlarmEvent,
  kind: AlarmEvent['toTell'][number],
  siteOf: (gateway: string) => string,
  nowMs: number,
): Notice {
  const [gateway = '', meter = ''] = event.meter.split('.');
  const { count = 0, atMs: remindedMs = event.firedMs } = event.reminders ?? {};
  const of = {
    began: { atMs: event.firedMs, value: event.value, id: 'began' },
    ended: { atMs: event.endedMs ?? event.firedMs, value: event.endValue, id: 'ended' },
    reminder: { atMs: remindedMs, value: event.worst, id: `reminder.${count}` },
  }[kind];
  return {
    id: `${event.id}.${of.id}`,
    atMs: Math.min(of.atMs, nowMs),
    kind,
    severity: event.severity,
    rule: event.ruleName,
    site: gateway === '' ? null : siteOf(gateway),
    gateway: gateway === '' ? null : gateway,
    meter: meter === '' ? null : meter,
    ...(event.meters !== undefined && { meters: event.meters }),
    subject: event.subject,
    value: of.value,
    unit: event.unit,
    condition: event.condition,
  };
}
