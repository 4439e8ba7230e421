import { limits } from '../core/limits.ts';
import { decodeMessage, encodeMessage, type Message } from '../core/wire/messages.ts';
import type { WindowRecord } from '../core/wire/records.ts';
import type { GatewaySettings } from '../core/wire/settings.ts';
import { type DownChannel, isId } from '../core/wire/topics.ts';
import type { BoardPort, Cancel, Ports, TimePort } from '../ports.ts';
import type { MeterProfile } from '../profiles/profile.ts';
import { ownProfiles } from '../profiles/profile-check.ts';
import { profiles } from '../profiles/registry.ts';
import { aboutOf } from './about.ts';
import { Clock, type ClockListener } from './clock.ts';
import { Commands, type CommandsOptions } from './commands.ts';
import { Doctor, type DoctorChannel, type DoctorOptions } from './doctor/doctor.ts';
import type { VisitedLine } from './doctor/visit.ts';
import { Flight, type FlightOptions } from './flight.ts';
import { healthOf } from './health.ts';
import type { Journal } from './journal.ts';
import { Life, type LifeOptions } from './life.ts';
import { Lines, type LinesOptions } from './lines.ts';
import { Live, type LiveOptions } from './live.ts';
import type { Meter } from './meter.ts';
import { NamedWindows } from './named-windows.ts';
import { openJournal } from './open-journal.ts';
import { recordParts } from './record-parts.ts';
import { Settings } from './settings.ts';
import type { Sample } from './source.ts';
import { UndatedWindows } from './undated.ts';
import { Update, type UpdateOptions } from './update.ts';
import { Uplink, type UplinkOptions } from './uplink.ts';
import { WindowTimer } from './window-timer.ts';

export interface GatewayOptions {
  /** The gateway's name on the wire. */
  readonly id: string;
  readonly ports: Ports;
  /** What it measures where its store has no settings yet. */
  readonly settings?: GatewaySettings;
  /** Who knows it may look at the gateway's own page (`core/local-pin.ts`); without it there is none. */
  readonly localPin?: string;
  /** What a short press of the board's button does. */
  readonly onButtonPress?: () => void;
}

export interface Gateway {
  start(): void;
  stop(): void;
  /** Stops, and restarts the board in order: that start counts as no bad one. */
  restart(): void;
  readonly journal: Pick<
    Journal,
    'epoch' | 'oldest' | 'next' | 'bytes' | 'capacityBytes' | 'dropped' | 'read'
  >;
  health(): Message<'health'>;
}

type SaidChannel = DoctorChannel | 'live' | 'update' | 'alarm' | 'result';

const healthEveryMs = 10_000;

/**
 * A gateway: measures what its settings say, keeps the windows in its journal until the host has them, and tells
 * how it is. Throws an Error where id or settings are wrong.
 */
export const createGateway = (options: GatewayOptions): Gateway => new JoulegateGateway(options);

/** It is the owner that its parts call: a method lies in flash, a function made for one part takes 100 bytes of heap. */
class JoulegateGateway
  implements
    Gateway,
    ClockListener,
    LinesOptions,
    FlightOptions,
    UplinkOptions,
    LiveOptions,
    DoctorOptions,
    UpdateOptions,
    CommandsOptions,
    LifeOptions
{
  readonly id: string;
  readonly ports: Ports;
  readonly localPin: string | undefined;
  readonly onButtonPress: (() => void) | undefined;
  readonly journal: Journal;
  readonly named = new NamedWindows();
  readonly undated = new UndatedWindows();
  readonly clock: Clock;
  readonly windowTimer: WindowTimer;
  readonly lines: Lines;
  readonly doctor: Doctor;
  readonly update: Update;
  readonly startedTicksMs: number;
  refusedMessages = 0;
  readonly flight: Flight;
  readonly uplink: Uplink;
  readonly #settings: Settings;
  readonly #live: Live;
  readonly #commands: Commands;
  readonly #life: Life;
  #isRunning = false;
  #cancelHealth: Cancel | undefined;

  constructor({ id, ports, settings, localPin, onButtonPress }: GatewayOptions) {
    if (!isId(id)) {
      throw new Error(
        `gateway id ${JSON.stringify(id)}; 1 to ${limits.nameCharacters} lower-case letters, digits, - and _ are allowed`,
      );
    }
    this.id = id;
    this.ports = ports;
    this.localPin = localPin;
    this.onButtonPress = onButtonPress;
    this.#settings = new Settings(ports, settings);
    this.journal = openJournal(ports);
    this.startedTicksMs = ports.time.ticksMs();
    this.clock = new Clock(ports.time, this);
    this.windowTimer = new WindowTimer(this.clock, () => this.lines.meters());
    this.lines = new Lines(this);
    this.flight = new Flight(this);
    this.uplink = new Uplink(this);
    this.#live = new Live(this);
    this.doctor = new Doctor(this);
    this.update = new Update(this);
    this.#commands = new Commands(this);
    this.#life = new Life(this);
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const mode = this.#life.start();
    this.clock.start();
    if (mode === 'normal') this.lines.apply(this.#settings.running);
    this.update.start();
    this.uplink.start();
    this.#cancelHealth = this.ports.time.after(healthEveryMs, () => this.tellHealth());
  }

  /** Stops measuring and says offline. The open windows are given up: a restart would name them a second time. */
  stop(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#cancelHealth?.();
    this.#commands.stop();
    this.update.stop();
    this.#live.stop();
    this.doctor.end(true);
    this.lines.stop();
    this.#life.stop();
    this.clock.stop();
    this.uplink.stop();
  }

  restart(): void {
    this.stop();
    this.#life.restart();
  }

  health(): Message<'health'> {
    return healthOf(this);
  }

  get board(): BoardPort {
    return this.ports.board;
  }

  get time(): TimePort {
    return this.ports.time;
  }

  settings(): GatewaySettings {
    return this.#settings.running;
  }

  life(): Life {
    return this.#life;
  }

  isOnline(): boolean {
    return this.uplink.isOnline;
  }

  isUpdating(): boolean {
    return this.update.isUnderWay;
  }

  meters(): readonly Meter[] {
    return this.lines.meters();
  }

  line(id: string): VisitedLine | undefined {
    return this.lines.visited(id);
  }

  lineIds(): readonly string[] {
    return this.lines.ids();
  }

  profiles(): readonly MeterProfile[] {
    return [...ownProfiles(this.#settings.running), ...profiles];
  }

  write(command: Message<'command'>, done: (message: string | undefined) => void): void {
    this.lines.write(command, done);
  }

  live(seconds: number): void {
    this.#live.ask(seconds);
  }

  restartSoon(): void {
    this.#commands.restartSoon();
  }

  stuck(beforeTicks: number): string | undefined {
    if (this.doctor.stepAtTicks() < beforeTicks) return 'the visit of a line';
    return this.uplink.stepAtTicks < beforeTicks ? 'the uplink' : undefined;
  }

  onSamples(meter: string, ticksMs: number, samples: readonly Sample[]): void {
    this.#life.alarms.sampled(meter, ticksMs, samples);
    this.#live.sampled();
  }

  onIdentity(): void {
    this.about();
  }

  onConfirmed(): void {
    this.about();
  }

  onRenewed(): void {
    this.ports.log('warn', 'the host has records that this journal never held; a new epoch begins');
    this.about();
  }

  onDisconnected(): void {
    this.flight.disconnected();
    this.doctor.end(false);
    this.update.disconnected();
    this.#life.disconnected();
  }

  send(payload: Uint8Array): void {
    this.uplink.publish('records', payload, { qos: 1, retain: false });
  }

  /** What is worth its moment alone is sent once; the rest is sent until the broker has it. */
  publish<C extends SaidChannel>(channel: C, message: Message<C>): void {
    const qos = channel === 'update' || channel === 'alarm' || channel === 'result' ? 1 : 0;
    this.uplink.publish(channel, encodeMessage(channel, message), { qos, retain: false });
  }

  publishAlarm(alarm: Message<'alarm'>): boolean {
    if (this.uplink.isOnline) this.publish('alarm', alarm);
    return this.uplink.isOnline;
  }

  answer(result: Message<'result'>): void {
    this.publish('result', result);
  }

  emit(window: WindowRecord): void {
    for (const record of recordParts(window, limits.journalRecordBytes)) this.journal.append(record);
    this.flight.appended();
  }

  onConnected(): void {
    this.about();
    this.publishReport();
    this.update.connected();
    this.#life.connected();
    this.flight.connected();
    // Behind the records: what the journal cannot read of them counts as dropped once it was tried.
    this.publishHealth();
  }

  onMessage(channel: DownChannel, payload: Uint8Array): void {
    switch (channel) {
      case 'ack': {
        const ack = decodeMessage('ack', payload);
        if (!ack.ok) this.refused(ack.detail);
        else {
          this.flight.acknowledge(ack.value);
          this.update.acknowledged(ack.value);
          this.#life.network.heard();
        }
        return;
      }
      case 'command': {
        const mistake = this.#commands.take(payload);
        if (mistake !== undefined) this.refused(mistake);
        else this.#life.network.heard();
        return;
      }
      case 'settings/desired':
        // An empty message is how a retained one is taken back.
        if (payload.length > 0) this.takeSettings(payload);
    }
  }

  private takeSettings(payload: Uint8Array): void {
    if (this.#settings.take(payload)) {
      this.doctor.end(true);
      if (this.#life.mode === 'normal') this.lines.apply(this.#settings.running);
      this.#life.settingsTaken();
      this.about();
    }
    this.publishReport();
  }

  private refused(why: string): void {
    this.refusedMessages++;
    this.ports.log('warn', `message of the host not understood: ${why}`);
  }

  synced(): void {
    const { offsetMs = 0 } = this.clock;
    this.ports.log('info', 'the wall clock is known');
    for (const meter of this.lines.meters()) meter.closeDue();
    this.undated.date(offsetMs, this.named, window => this.emit(window));
    for (const meter of this.lines.meters()) meter.synced();
  }

  jumped(ticksMs: number, byMs: number): void {
    const direction = byMs < 0 ? 'back' : 'forward';
    this.ports.log('warn', `the wall clock was set ${direction} by ${Math.round(Math.abs(byMs) / 1000)} s`);
    for (const meter of this.lines.meters()) meter.jumped(ticksMs);
  }

  about(): void {
    const about = encodeMessage(
      'about',
      aboutOf(
        this.ports.board,
        this.journal.epoch,
        this.#settings.running,
        this.lines.meters(),
        this.#life.network.facts(),
        this.update.isOnTrial,
      ),
    );
    this.uplink.publish('about', about, { qos: 1, retain: true });
  }

  private publishReport(): void {
    const report = encodeMessage('settings/reported', this.#settings.report());
    this.uplink.publish('settings/reported', report, { qos: 1, retain: true });
  }

  private publishHealth(): void {
    if (!this.uplink.isOnline) return;
    this.uplink.publish('health', encodeMessage('health', this.health()), { qos: 0, retain: false });
    this.#life.healthTold();
  }

  private tellHealth(): void {
    this.publishHealth();
    this.#cancelHealth = this.ports.time.after(healthEveryMs, () => this.tellHealth());
  }
}
