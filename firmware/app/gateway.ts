import { limits } from '../core/limits.ts';
import { decodeMessage, encodeMessage, type Message } from '../core/wire/messages.ts';
import type { WindowRecord } from '../core/wire/records.ts';
import type { GatewaySettings } from '../core/wire/settings.ts';
import { type DownChannel, isId } from '../core/wire/topics.ts';
import type { Cancel, Ports } from '../ports.ts';
import { ownProfiles } from '../profiles/profile-check.ts';
import { profiles } from '../profiles/registry.ts';
import { aboutOf } from './about.ts';
import { Clock } from './clock.ts';
import { Commands } from './commands.ts';
import { Doctor } from './doctor/doctor.ts';
import { Flight } from './flight.ts';
import { healthOf } from './health.ts';
import type { Journal } from './journal.ts';
import { Life } from './life.ts';
import { Lines } from './lines.ts';
import { Live } from './live.ts';
import { NamedWindows } from './named-windows.ts';
import { openJournal } from './open-journal.ts';
import { recordParts } from './record-parts.ts';
import { Settings } from './settings.ts';
import { UndatedWindows } from './undated.ts';
import { Update } from './update.ts';
import { Uplink } from './uplink.ts';

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

const healthEveryMs = 10_000;

/**
 * A gateway: measures what its settings say, keeps the windows in its journal until the host has them, and tells
 * how it is. Throws an Error where id or settings are wrong.
 */
export const createGateway = (options: GatewayOptions): Gateway => new JoulegateGateway(options);

class JoulegateGateway implements Gateway {
  readonly journal: Journal;
  readonly #ports: Ports;
  readonly #settings: Settings;
  readonly #named = new NamedWindows();
  readonly #undated = new UndatedWindows();
  readonly #clock: Clock;
  readonly #lines: Lines;
  readonly #flight: Flight;
  readonly #uplink: Uplink;
  readonly #live: Live;
  readonly #doctor: Doctor;
  readonly #update: Update;
  readonly #commands: Commands;
  readonly #life: Life;
  readonly #startedTicksMs: number;
  #refusedMessages = 0;
  #isRunning = false;
  #cancelHealth: Cancel | undefined;

  constructor({ id, ports, settings, localPin, onButtonPress }: GatewayOptions) {
    if (!isId(id)) {
      throw new Error(
        `gateway id ${JSON.stringify(id)}; 1 to ${limits.nameCharacters} lower-case letters, digits, - and _ are allowed`,
      );
    }
    this.#ports = ports;
    this.#settings = new Settings(ports, settings);
    this.journal = openJournal(ports);
    this.#startedTicksMs = ports.time.ticksMs();
    this.#clock = new Clock(ports.time, {
      synced: () => this.synced(),
      jumped: (ticksMs, byMs) => this.jumped(ticksMs, byMs),
    });
    this.#lines = new Lines({
      ports,
      clock: this.#clock,
      named: this.#named,
      undated: this.#undated,
      emit: window => this.keep(window),
      onIdentity: () => this.publishAbout(),
      onSamples: (meter, ticksMs, samples) => this.#life.alarms.sampled(meter, ticksMs, samples),
    });
    this.#flight = new Flight({
      time: ports.time,
      journal: this.journal,
      send: payload => this.#uplink.publish('records', payload, { qos: 1, retain: false }),
      onRenewed: () => {
        ports.log('warn', 'the host has records that this journal never held; a new epoch begins');
        this.publishAbout();
      },
    });
    this.#uplink = new Uplink({
      id,
      ports,
      onConnected: () => this.connected(),
      onDisconnected: () => {
        this.#flight.disconnected();
        this.#doctor.end(false);
        this.#update.disconnected();
        this.#life.disconnected();
      },
      onMessage: (channel, payload) => this.heard(channel, payload),
    });
    this.#live = new Live({
      clock: this.#clock,
      meters: () => this.#lines.meters(),
      publish: message =>
        this.#uplink.publish('live', encodeMessage('live', message), { qos: 0, retain: false }),
    });
    this.#doctor = new Doctor({
      ports,
      line: line => this.#lines.visited(line),
      lineIds: () => this.#lines.ids(),
      profiles: () => [...ownProfiles(this.#settings.running), ...profiles],
      publish: (channel, message) =>
        this.#uplink.publish(channel, encodeMessage(channel, message), { qos: 0, retain: false }),
    });
    this.#update = new Update({
      ports,
      journal: this.journal,
      settings: () => this.#settings.running,
      publish: message =>
        this.#uplink.publish('update', encodeMessage('update', message), { qos: 1, retain: false }),
      restart: () => this.#commands.restartSoon(),
      stop: () => this.stop(),
      onConfirmed: () => this.publishAbout(),
    });
    this.#commands = new Commands({
      clock: this.#clock,
      journal: this.journal,
      doctor: this.#doctor,
      update: this.#update,
      write: (command, done) => this.#lines.write(command, done),
      live: seconds => this.#live.ask(seconds),
      about: () => this.publishAbout(),
      life: () => this.#life,
      restart: () => this.restart(),
      answer: result => this.answer(result),
    });
    this.#life = new Life({
      id,
      ports,
      localPin,
      onButtonPress,
      clock: this.#clock,
      lines: this.#lines,
      settings: () => this.#settings.running,
      health: () => this.health(),
      isOnline: () => this.#uplink.isOnline,
      isUpdating: () => this.#update.isUnderWay,
      stuck: beforeTicks => {
        if (this.#doctor.stepAtTicks() < beforeTicks) return 'the visit of a line';
        return this.#uplink.stepAtTicks < beforeTicks ? 'the uplink' : undefined;
      },
      publishAlarm: alarm => {
        if (this.#uplink.isOnline)
          this.#uplink.publish('alarm', encodeMessage('alarm', alarm), { qos: 1, retain: false });
        return this.#uplink.isOnline;
      },
      answer: result => this.answer(result),
      about: () => this.publishAbout(),
      restartSoon: () => this.#commands.restartSoon(),
      end: () => this.stop(),
    });
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const mode = this.#life.start();
    this.#clock.start();
    if (mode === 'normal') this.#lines.apply(this.#settings.running);
    this.#update.start();
    this.#uplink.start();
    this.#cancelHealth = this.#ports.time.after(healthEveryMs, () => this.tellHealth());
  }

  /** Stops measuring and says offline. The open windows are given up: a restart would name them a second time. */
  stop(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#cancelHealth?.();
    this.#commands.stop();
    this.#update.stop();
    this.#live.stop();
    this.#doctor.end(true);
    this.#lines.stop();
    this.#life.stop();
    this.#clock.stop();
    this.#uplink.stop();
  }

  restart(): void {
    this.stop();
    this.#life.restart();
  }

  health(): Message<'health'> {
    return healthOf({
      startedTicksMs: this.#startedTicksMs,
      clock: this.#clock,
      journal: this.journal,
      uplink: this.#uplink,
      flight: this.#flight,
      undated: this.#undated,
      lines: this.#lines,
      board: this.#ports.board,
      life: this.#life,
      refusedMessages: this.#refusedMessages,
    });
  }

  private keep(window: WindowRecord): void {
    for (const record of recordParts(window, limits.journalRecordBytes)) this.journal.append(record);
    this.#flight.appended();
  }

  private connected(): void {
    this.publishAbout();
    this.publishReport();
    this.publishHealth();
    this.#update.connected();
    this.#life.connected();
    this.#flight.connected();
  }

  private heard(channel: DownChannel, payload: Uint8Array): void {
    switch (channel) {
      case 'ack': {
        const ack = decodeMessage('ack', payload);
        if (!ack.ok) this.refused(ack.detail);
        else {
          this.#flight.acknowledge(ack.value);
          this.#update.acknowledged(ack.value);
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
      this.#doctor.end(true);
      if (this.#life.mode === 'normal') this.#lines.apply(this.#settings.running);
      this.#life.settingsTaken();
      this.publishAbout();
    }
    this.publishReport();
  }

  private refused(why: string): void {
    this.#refusedMessages++;
    this.#ports.log('warn', `message of the host not understood: ${why}`);
  }

  private synced(): void {
    const { offsetMs = 0 } = this.#clock;
    this.#ports.log('info', 'the wall clock is known');
    for (const meter of this.#lines.meters()) meter.closeDue();
    this.#undated.date(offsetMs, this.#named, window => this.keep(window));
    for (const meter of this.#lines.meters()) meter.synced();
  }

  private jumped(ticksMs: number, byMs: number): void {
    const direction = byMs < 0 ? 'back' : 'forward';
    this.#ports.log('warn', `the wall clock was set ${direction} by ${Math.round(Math.abs(byMs) / 1000)} s`);
    for (const meter of this.#lines.meters()) meter.jumped(ticksMs);
  }

  private publishAbout(): void {
    const about = encodeMessage(
      'about',
      aboutOf(
        this.#ports.board,
        this.journal.epoch,
        this.#settings.running,
        this.#lines.meters(),
        this.#life.network.facts(),
        this.#update.isOnTrial,
      ),
    );
    this.#uplink.publish('about', about, { qos: 1, retain: true });
  }

  private answer(result: Message<'result'>): void {
    this.#uplink.publish('result', encodeMessage('result', result), { qos: 1, retain: false });
  }

  private publishReport(): void {
    const report = encodeMessage('settings/reported', this.#settings.report());
    this.#uplink.publish('settings/reported', report, { qos: 1, retain: true });
  }

  private publishHealth(): void {
    if (!this.#uplink.isOnline) return;
    this.#uplink.publish('health', encodeMessage('health', this.health()), { qos: 0, retain: false });
    this.#life.healthTold();
  }

  private tellHealth(): void {
    this.publishHealth();
    this.#cancelHealth = this.#ports.time.after(healthEveryMs, () => this.tellHealth());
  }
}
