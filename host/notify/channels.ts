import type { RandomPort, TimePort } from '#ports';
import type { Tables } from '../auth/tables.ts';
import { machineRandom, machineTime } from '../connectors/node-ports.ts';
import type { Topics } from '../connectors/topics.ts';
import { type Fault, fault } from '../faults/fault.ts';
import type { Log } from '../logging/host-log.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Language } from '../set-up/fields.ts';
import { SealedTable, type SetUp } from '../set-up/sealed-table.ts';
import { kindNamed, mistakesOf, SettingsMistakes } from '../set-up/settings-mistakes.ts';
import type { HealthReason } from '../watch/health.ts';
import type { ChannelKind } from './channel-kind.ts';
import { webPush } from './channels/web-push.ts';
import { DeliveryError } from './delivery-error.ts';
import { type Delivery, DeliveryTable, keyOf } from './delivery-table.ts';
import { channelKinds } from './kinds.ts';
import { notifyLimits } from './limits.ts';
import type { Notice, Notify, Telling } from './notice.ts';
import { type PushBrowser, PushBrowsers } from './push-browsers.ts';
import { ChannelQueue, type DeliveryCounts, type Message, type Pace } from './queue.ts';
import { minuteOf } from './quiet-hours.ts';
import type { Reach } from './reach.ts';
import { contentOf } from './templates.ts';

export interface ChannelsOptions {
  readonly tables: Tables;
  readonly secrets: Pick<Secrets, 'seal' | 'open'>;
  readonly topics: Topics;
  /** In which times are told. */
  readonly zone: string;
  readonly log: Log;
  readonly nowMs: () => number;
  readonly time?: Pick<TimePort, 'after'>;
  readonly random?: RandomPort;
  /** For a command: nothing goes out. */
  readonly isStill?: boolean | undefined;
  /** Of push services; the internet, but for tests. */
  readonly pushReach?: Reach;
}

/** How a channel speaks. */
export interface ChannelManner {
  readonly language: Language;
  readonly messagesPerHour: number;
  /** Times of the day such as `22:00`, in the zone of the host; null: never quiet. */
  readonly quiet: { readonly from: string; readonly to: string } | null;
}

/** A channel as it was set up; one without a site is for those who administer all of the host. */
export type SavedChannel = SetUp & ChannelManner;

/** A channel as it is now. */
export interface ChannelState extends SetUp, ChannelManner {
  /** Notices that are not there yet. */
  readonly waiting: number;
  /** Why the last try failed. */
  readonly fault: Fault | null;
}

interface Entry {
  saved: SavedChannel;
  queue: ChannelQueue | undefined;
  /** Notices that came while it was off. */
  toldWhileOff: number;
}

/** Deliveries that are put on disk in one statement. */
const addedAtOnce = 1000;

/** What waits of a channel that is off is held to its bound each so many notices. */
const boundedEach = 50;

/** The channels that are set up, and the way to them. */
export class Channels implements Notify {
  readonly #options: ChannelsOptions;
  readonly #table: SealedTable<ChannelManner>;
  readonly #deliveries: DeliveryTable;
  /** Those that were signed up for messages. */
  readonly browsers: PushBrowsers;
  readonly #entries = new Map<string, Entry>();
  readonly #counts: DeliveryCounts = { sent: 0, failed: 0, dropped: 0 };
  #telling: Promise<void> = Promise.resolve();

  private constructor(
    options: ChannelsOptions,
    table: SealedTable<ChannelManner>,
    deliveries: DeliveryTable,
    browsers: PushBrowsers,
  ) {
    this.#options = options;
    this.#table = table;
    this.#deliveries = deliveries;
    this.browsers = browsers;
  }

  /** Goes on with what waits. @throws Error of the store */
  static async open(options: ChannelsOptions): Promise<Channels> {
    const { tables, secrets, nowMs, pushReach: reach } = options;
    const channels = new Channels(
      options,
      await SealedTable.open<ChannelManner>('channel', tables, secrets),
      await DeliveryTable.open(tables),
      await PushBrowsers.open({ tables, secrets, nowMs, reach }),
    );
    for (const saved of await channels.#table.all())
      channels.#entries.set(saved.id, { saved, queue: undefined, toldWhileOff: 0 });
    await channels.#resume([...channels.#entries.values()]);
    return channels;
  }

  get kinds(): ReadonlyMap<string, ChannelKind> {
    return channelKinds;
  }

  list(): ChannelState[] {
    return [...this.#entries.values()].map(stateOf).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get(id: string): ChannelState | undefined {
    const entry = this.#entries.get(id);
    return entry && stateOf(entry);
  }

  /**
   * Puts a notice in the queues of channels; on disk when this resolves. Those that are unknown, and those that know this
   * notice, are left out; one that is off takes it, and tells it where it is switched on within a day. @throws Error of the store
   */
  tell(notice: Notice, channels: readonly string[]): Promise<void> {
    return this.tellAll([{ notice, channels }]);
  }

  /** The same of many, with few statements: a storm is in its queues at once. @throws Error of the store */
  tellAll(tellings: readonly Telling[]): Promise<void> {
    return this.#inTurn(() => this.#tellAll(tellings));
  }

  /** One change after the other: no notice comes to a channel that is just going, and none to one that has no queue yet. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#telling.then(work);
    this.#telling = done.then(
      () => {},
      () => {},
    );
    return done;
  }

  async #tellAll(tellings: readonly Telling[]): Promise<void> {
    const queuedMs = this.#options.nowMs();
    // A meter that was moved to another site is no business of the channels of the one before.
    const isOf = (notice: Notice, channel: string) => {
      const entry = this.#entries.get(channel);
      return entry !== undefined && (entry.saved.site === null || entry.saved.site === notice.site);
    };
    const wanted = new Map<string, Delivery>();
    for (const { notice, channels } of tellings)
      for (const channel of channels)
        if (isOf(notice, channel)) {
          const outcome = {
            state: 'waiting',
            message: null,
            tries: 0,
            endedMs: null,
            said: null,
            why: null,
          } as const;
          wanted.set(keyOf(notice.id, channel), { notice, channel, queuedMs, ...outcome });
        }
    const all = [...wanted.values()];
    for (let at = 0; at < all.length; at += addedAtOnce)
      await this.#queue(all.slice(at, at + addedAtOnce), queuedMs);
  }

  /** Those that are not known yet: on disk, then in the queues of their channels. */
  async #queue(deliveries: readonly Delivery[], nowMs: number): Promise<void> {
    const made = await this.#deliveries.add(deliveries);
    for (const channel of new Set(made.map(delivery => delivery.channel))) {
      const entry = this.#entries.get(channel);
      if (entry === undefined) continue;
      const own = made.filter(delivery => delivery.channel === channel);
      if (entry.queue !== undefined) {
        entry.queue.add(own);
        continue;
      }
      if (this.#options.isStill === true) continue;
      const toldBefore = entry.toldWhileOff;
      entry.toldWhileOff += own.length;
      if (Math.ceil(toldBefore / boundedEach) * boundedEach < entry.toldWhileOff)
        await this.#deliveries.giveUp(channel, nowMs - notifyLimits.giveUpMs, nowMs);
    }
  }

  /** Adds one, or changes it. @throws SettingsMistakes, Error of the store */
  async save(wanted: Omit<SavedChannel, 'createdMs'>): Promise<ChannelState> {
    this.check(wanted);
    return this.#inTurn(() => this.#save(wanted));
  }

  async #save(wanted: Omit<SavedChannel, 'createdMs'>): Promise<ChannelState> {
    const before = this.#entries.get(wanted.id);
    const saved = { ...wanted, createdMs: before?.saved.createdMs ?? this.#options.nowMs() };
    await this.#table.save(saved);
    // Browsers are signed up by them.
    if (saved.kind === webPush.id) await this.browsers.keys();
    const entry: Entry = before ?? { saved, queue: undefined, toldWhileOff: 0 };
    entry.saved = saved;
    this.#entries.set(saved.id, entry);
    if (!saved.isOn) {
      entry.queue?.close();
      entry.queue = undefined;
    } else if (entry.queue === undefined) await this.#resume([entry]);
    else entry.queue.hurry();
    return stateOf(entry);
  }

  /** What waits for it is never told. Harmless where there is none. @throws Error of the store */
  remove(id: string): Promise<void> {
    return this.#inTurn(async () => {
      this.#entries.get(id)?.queue?.close();
      this.#entries.delete(id);
      await this.#table.remove(id);
      await this.#deliveries.forget(id);
      await this.browsers.keepOnly(({ channel }) => channel !== id);
    });
  }

  /** All of a site that is gone: the same id, given anew later, is nobody's of before. @throws Error of the store */
  async removeOfSite(site: string): Promise<void> {
    for (const { id, site: of } of this.list()) if (of === site) await this.remove(id);
  }

  /** Signs a browser up; what waits, held up while there was none, is tried at once. @throws SettingsMistakes, Error of the store */
  async signUp(wanted: Parameters<PushBrowsers['add']>[0]): Promise<PushBrowser> {
    const made = await this.browsers.add(wanted);
    this.#entries.get(made.channel)?.queue?.hurry();
    return made;
  }

  counters(): Record<string, number> {
    const queues = [...this.#entries.values()].flatMap(({ queue }) => queue ?? []);
    return {
      'notify.channels': this.#entries.size,
      'notify.waiting': queues.reduce((sum, { length }) => sum + length, 0),
      'notify.failing': queues.filter(({ fault }) => fault !== undefined).length,
      'notify.sent': this.#counts.sent,
      'notify.failed': this.#counts.failed,
      'notify.dropped': this.#counts.dropped,
    };
  }

  /** Channels that have taken nothing for long, though something waits or was given up. */
  reasons(): readonly HealthReason[] {
    const sinceMs = this.#options.nowMs() - notifyLimits.failingMs;
    return [...this.#entries.values()].flatMap(({ saved, queue }): HealthReason[] =>
      queue?.failingSinceMs === undefined || queue.failingSinceMs > sinceMs
        ? []
        : [
            {
              code: 'notify.failing',
              level: 'degraded',
              detail: `the channel ${saved.id} has taken no message since ${new Date(queue.failingSinceMs).toISOString()}: ${queue.fault?.message ?? ''}`,
              facts: { id: saved.id, sinceMs: queue.failingSinceMs, said: queue.fault?.message ?? '' },
            },
          ],
    );
  }

  /** @throws SettingsMistakes */
  check({ kind: id, settings, site, quiet }: Omit<SavedChannel, 'createdMs'>): ChannelKind {
    const kind = kindNamed(channelKinds, id);
    if (kind.isForHostOnly === true && site !== null)
      throw new SettingsMistakes([
        { field: 'site', message: `a channel of the kind ${id} is of the host alone; leave the site out` },
      ]);
    const all = mistakesOf(kind, settings);
    const times = Object.values(quiet ?? {}).filter(text => minuteOf(text) === undefined);
    const wrong = times.map(text => ({
      field: 'quiet',
      message: `${text} given; a time such as 22:00 is allowed`,
    }));
    // Whether that is a whole day or none at all nobody could tell.
    if (quiet !== null && quiet.from === quiet.to)
      wrong.push({
        field: 'quiet',
        message: `${quiet.from} to ${quiet.to} given; two different times are allowed, or none`,
      });
    if (all.length + wrong.length > 0) throw new SettingsMistakes([...all, ...wrong]);
    return kind;
  }

  /** Sends a test at once, past queue and pace; gives what the server said. @throws SettingsMistakes, DeliveryError */
  async test(channel: Omit<SavedChannel, 'createdMs'>, signal: AbortSignal): Promise<string> {
    this.check(channel);
    const random = this.#options.random ?? machineRandom;
    const id = `msg_${Buffer.from(random.bytes(12)).toString('hex')}`;
    const notice: Notice = {
      id,
      atMs: this.#options.nowMs(),
      kind: 'test',
      severity: 'info',
      rule: channel.name,
      site: channel.site,
      gateway: null,
      meter: null,
      subject: 'powerW',
      value: 1234,
      unit: 'W',
      condition: '',
    };
    return this.#send(channel, { id, notices: [notice] }, signal);
  }

  /** The newest of a channel, newest first. @throws Error of the store */
  deliveries(id: string, limit: number): Promise<Delivery[]> {
    return this.#deliveries.log(id, limit);
  }

  /** Ends what is on its way, when what is being told is on disk; it goes on after the next start. */
  async close(): Promise<void> {
    for (const { queue } of this.#entries.values()) queue?.close();
    await this.#telling;
  }

  async #resume(entries: readonly Entry[]): Promise<void> {
    const { nowMs, log, zone, isStill } = this.#options;
    if (isStill) return;
    const waiting = await this.#deliveries.waiting();
    const sent = await this.#deliveries.sentSince(nowMs() - 3_600_000);
    for (const entry of entries) {
      const { id: channel, isOn } = entry.saved;
      if (!isOn) continue;
      entry.queue = new ChannelQueue(
        {
          channel,
          table: this.#deliveries,
          send: (message, signal) => this.#send(entry.saved, message, signal),
          pace: () => paceOf(entry.saved, zone),
          nowMs,
          time: this.#options.time ?? machineTime,
          random: this.#options.random ?? machineRandom,
          log,
          counts: this.#counts,
        },
        waiting.filter(delivery => delivery.channel === channel),
        sent.filter(message => message.channel === channel).map(({ atMs }) => atMs),
      );
    }
  }

  async #send(
    channel: Omit<SavedChannel, 'createdMs'>,
    message: Message,
    signal: AbortSignal,
  ): Promise<string> {
    const { kind: id, settings, language, site } = channel;
    const kind = channelKinds.get(id);
    if (kind === undefined)
      throw new DeliveryError(
        fault('kind.gone', { kind: id }, `this host knows no channels of the kind ${id}`),
      );
    if (settings === undefined) throw new DeliveryError(fault('settings.lost', {}));
    const { topics, zone, nowMs } = this.#options;
    const content = contentOf(message.notices, { language, zone });
    const outgoing = { ...content, ...message, atMs: nowMs(), language };
    return kind.send(settings, outgoing, {
      reach: site === null ? 'anywhere' : 'internet',
      signal,
      topics,
      browsers: this.browsers.of(channel.id),
    });
  }
}

const stateOf = ({ saved, queue }: Entry): ChannelState => ({
  ...saved,
  waiting: queue?.length ?? 0,
  fault: saved.settings === undefined ? fault('settings.lost', {}) : (queue?.fault ?? null),
});

function paceOf({ messagesPerHour, quiet }: SavedChannel, zone: string): Pace {
  const fromMinute = quiet === null ? undefined : minuteOf(quiet.from);
  const toMinute = quiet === null ? undefined : minuteOf(quiet.to);
  const isQuiet = fromMinute !== undefined && toMinute !== undefined;
  return { messagesPerHour, quiet: isQuiet ? { fromMinute, toMinute } : undefined, zone };
}
