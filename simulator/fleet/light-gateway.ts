import { Backoff } from '#core/backoff.ts';
import { decodeMessage, encodeMessage, type Message } from '#core/wire/messages.ts';
import type { GatewaySettings } from '#core/wire/settings.ts';
import { parseTopic, protocolVersion, topicOf, type UpChannel } from '#core/wire/topics.ts';
import { checkSettings } from '#profiles/settings-check.ts';
import { simulatorVersion } from '../gateway/node-ports.ts';
import { type LoadCounts, LoadJournal } from './journal.ts';
import { lightQuantities } from './light-meter.ts';
import type { LightWindows } from './light-windows.ts';
import { Link } from './link.ts';

export interface LightGatewayOptions {
  readonly id: string;
  readonly password: string;
  readonly broker: { readonly host: string; readonly port: number };
  /** 16 hex digits. */
  readonly epoch: string;
  readonly windows: LightWindows;
  readonly counts: LoadCounts;
  readonly unit: () => number;
}

/** `away` between two attempts. */
type State = 'stopped' | 'away' | 'connecting' | 'online';

// As the firmware (`app/uplink.ts`, `app/flight.ts`).
const firstWaitMs = 1000;
const mostWaitMs = 60_000;
const goodConnectionMs = 10_000;
const silentMs = 45_000;
const keepAliveS = 30;
const inFlight = 4;
const lineId = 'bus';
const profile = 'eastron-sdm630';

/**
 * A gateway by its messages alone, on a bare socket: it says who it is and how it is, sends its windows in order, keeps
 * them until they are acknowledged and sends them again as the firmware does, takes settings that name its meters and
 * answers commands. Some kilobytes of memory each.
 */
export class LightGateway {
  readonly id: string;
  readonly journal: LoadJournal;
  readonly windows: LightWindows;
  connects = 0;
  /** Attempts that came to nothing. */
  refusals = 0;
  readonly #options: LightGatewayOptions;
  readonly #backoff: Backoff;
  #state: State = 'stopped';
  #link: Link | undefined;
  #early: [topic: string, payload: Buffer][] = [];
  #retry: NodeJS.Timeout | undefined;
  #onlineMs = 0;
  #startedMs = 0;
  #liveUntilMs = 0;
  #settings: GatewaySettings;
  #refused: Message<'settings/reported'>['refused'];

  constructor(options: LightGatewayOptions) {
    const { id, epoch, counts, windows, unit } = options;
    this.id = id;
    this.windows = windows;
    this.#options = options;
    this.#backoff = new Backoff(firstWaitMs, mostWaitMs, unit);
    this.journal = new LoadJournal({ gateway: id, epoch, inFlight, counts, more: () => windows.next() });
    this.#settings = ownSettings(windows);
  }

  get isOnline(): boolean {
    return this.#state === 'online';
  }

  /** Comes up and stays connected until `stop`. */
  start(): void {
    if (this.#state !== 'stopped') return;
    this.#startedMs = performance.now();
    void this.#connect();
  }

  /** A window of all its meters has closed. */
  closed(window: number): void {
    this.windows.made = Math.max(this.windows.made, window + 1);
    this.journal.fill();
  }

  /** Says offline and good-bye. */
  stop(): void {
    clearTimeout(this.#retry);
    const link = this.#link;
    this.#state = 'stopped';
    this.#link = undefined;
    if (link === undefined) return;
    this.#retained(link, 'status', encodeMessage('status', { v: protocolVersion, state: 'offline' }));
    link.end();
  }

  /** The power is gone, or the cable: nobody is told. It comes back by itself. */
  cut(): void {
    this.#link?.close();
  }

  /** To be called about once a second. */
  tick(nowMs: number): void {
    this.journal.tick(nowMs);
    const link = this.#link;
    if (link === undefined) return;
    if (nowMs - link.heardMs > silentMs) link.close();
    else if (nowMs - link.heardMs > (keepAliveS * 1000) / 2) link.ping();
    if (nowMs < this.#liveUntilMs) this.#sayLive(link);
  }

  /** To be called every ten seconds. */
  sayHealth(): void {
    if (this.#link !== undefined) this.#once(this.#link, 'health', encodeMessage('health', this.#health()));
  }

  async #connect(): Promise<void> {
    const { id, password, broker } = this.#options;
    this.#state = 'connecting';
    this.#early = [];
    const will = {
      topic: topicOf(id, 'status'),
      payload: encodeMessage('status', { v: protocolVersion, state: 'offline' }),
    };
    try {
      const link = await Link.open({
        ...broker,
        id,
        password,
        keepAliveS,
        will,
        subscribe: (['ack', 'command', 'settings/desired'] as const).map(channel => topicOf(id, channel)),
        onPublish: (payload, topic) => this.#take(topic, payload),
        onPuback: () => {},
        onClosed: () => this.#lost(),
      });
      // Stopped meanwhile.
      if (this.#state !== 'connecting') link.end();
      else this.#connected(link);
    } catch (error) {
      this.refusals++;
      this.#options.counts.whyNot = error instanceof Error ? error.message : String(error);
      if (this.#state === 'connecting') this.#lost();
    }
  }

  #connected(link: Link): void {
    this.#state = 'online';
    this.#link = link;
    this.#onlineMs = performance.now();
    this.connects++;
    this.#retained(link, 'status', encodeMessage('status', { v: protocolVersion, state: 'online' }));
    this.#sayAbout(link);
    this.#sayReport(link);
    this.sayHealth();
    for (const [topic, payload] of this.#early.splice(0)) this.#take(topic, payload);
    this.journal.use(link);
  }

  #lost(): void {
    if (this.#state === 'stopped') return;
    const nowMs = performance.now();
    if (this.#state === 'online') {
      this.journal.use(undefined);
      if (nowMs - this.#onlineMs >= goodConnectionMs) this.#backoff.reset();
    }
    this.#link = undefined;
    this.#state = 'away';
    this.#retry = setTimeout(() => void this.#connect(), this.#backoff.next());
  }

  #take(topic: string, payload: Buffer): void {
    const link = this.#link;
    if (link === undefined) {
      // Retained settings come with the answer to the subscription.
      if (this.#state === 'connecting') this.#early.push([topic, Buffer.from(payload)]);
      return;
    }
    const channel = parseTopic(topic)?.channel;
    if (channel === 'ack') this.journal.onAck(payload);
    if (channel === 'command') this.#obey(link, payload);
    // An empty message is how a retained one is taken back.
    if (channel === 'settings/desired' && payload.length > 0) this.#desire(link, payload);
  }

  #obey(link: Link, payload: Buffer): void {
    const command = decodeMessage('command', payload);
    if (!command.ok) return;
    const { id, name, seconds = 0 } = command.value;
    const isKnown = ['live', 'about', 'identify', 'restart'].includes(name);
    const result = isKnown
      ? { v: protocolVersion, id, ok: true }
      : {
          v: protocolVersion,
          id,
          ok: false,
          message: `${name}: a light gateway of the simulator has no such thing`,
        };
    link.publish(Buffer.from(topicOf(this.id, 'result')), Buffer.from(encodeMessage('result', result)));
    if (name === 'live') this.#liveUntilMs = performance.now() + seconds * 1000;
    if (name === 'about') this.#sayAbout(link);
    if (name === 'restart') setTimeout(() => this.cut(), 200);
  }

  #desire(link: Link, payload: Buffer): void {
    const message = decodeMessage('settings/desired', payload);
    const checked = message.ok ? checkSettings(message.value.settings) : undefined;
    if (checked !== undefined && 'settings' in checked) {
      const mistake = this.#mistakeOf(checked.settings);
      if (mistake === undefined) {
        this.#settings = checked.settings;
        this.#refused = undefined;
        this.#sayAbout(link);
      } else this.#refused = { version: checked.settings.version, mistakes: [mistake] };
    } else if (checked !== undefined) {
      this.#refused = { version: null, mistakes: checked.mistakes.slice(0, 20) };
    }
    this.#sayReport(link);
  }

  /** It has the meters it has; their names may be changed. */
  #mistakeOf({ meters }: GatewaySettings): { field: string; message: string } | undefined {
    const { meters: own, windowS } = this.windows;
    const isOwn =
      meters.length === own.length &&
      meters.every((meter, index) => meter.id === own[index]?.id && (meter.windowS ?? 10) === windowS);
    if (isOwn) return undefined;
    return {
      field: 'meters',
      message: `a light gateway of the simulator has meter-1 to meter-${own.length} with windows of ${windowS} s; their names may be changed`,
    };
  }

  #sayAbout(link: Link): void {
    const about = encodeMessage('about', {
      v: protocolVersion,
      firmware: `${simulatorVersion} (light)`,
      board: 'light gateway of the simulator',
      epoch: this.#options.epoch,
      settingsVersion: this.#settings.version,
      meters: this.#settings.meters.map(({ id, name, windowS = 10, sampleMs = 1000 }) => ({
        id,
        name,
        profile,
        line: lineId,
        windowS,
        sampleMs,
        series: [...lightQuantities],
      })),
    });
    this.#retained(link, 'about', about);
  }

  #sayReport(link: Link): void {
    const report = { v: protocolVersion, running: this.#settings };
    const told = this.#refused === undefined ? report : { ...report, refused: this.#refused };
    this.#retained(link, 'settings/reported', encodeMessage('settings/reported', told));
  }

  #sayLive(link: Link): void {
    const atMs = Date.now();
    const meters = Object.fromEntries(
      this.windows.meters.map(meter => [meter.id, { atMs, values: meter.values(atMs / 1000) }]),
    );
    this.#once(link, 'live', encodeMessage('live', { v: protocolVersion, meters }));
  }

  #health(): Message<'health'> {
    const { records, meters } = this.windows;
    const waiting = Math.max(records - this.journal.acked, 0);
    const samples = records * this.windows.windowS;
    return {
      v: protocolVersion,
      uptimeS: Math.floor((performance.now() - this.#startedMs) / 1000),
      clock: 'synced',
      journal: {
        records: waiting,
        bytes: waiting * 80,
        capacityBytes: 512 * 1024,
        dropped: 0,
        epoch: this.#options.epoch,
      },
      uplink: { connects: this.connects, sent: records, resent: 0, acknowledged: this.journal.acked },
      undatedDropped: 0,
      meters: Object.fromEntries(
        meters.map(({ id }) => [id, { state: 'well' as const, reason: null, samples, failures: {} }]),
      ),
      lines: { [lineId]: {} },
    };
  }

  #retained(link: Link, channel: UpChannel, payload: Uint8Array): void {
    link.publishRetained(Buffer.from(topicOf(this.id, channel)), payload);
  }

  #once(link: Link, channel: UpChannel, payload: Uint8Array): void {
    link.publishOnce(Buffer.from(topicOf(this.id, channel)), payload);
  }
}

const ownSettings = ({ meters, windowS }: LightWindows): GatewaySettings => ({
  version: 0,
  lines: [{ id: lineId, kind: 'rs485', port: 'sim://bus' }],
  meters: meters.map(({ id }, index) => ({
    id,
    name: `Meter ${index + 1}`,
    profile,
    line: lineId,
    address: index + 1,
    windowS,
    sampleMs: 1000,
  })),
});
