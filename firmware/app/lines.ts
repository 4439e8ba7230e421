import { limits } from '../core/limits.ts';
import type { Message } from '../core/wire/messages.ts';
import type { WindowRecord } from '../core/wire/records.ts';
import {
  type GatewaySettings,
  type LineSettings,
  type MeterSettings,
  settingsDefaults,
} from '../core/wire/settings.ts';
import type { Ports } from '../ports.ts';
import { type MeterProfile, trustedRegisters } from '../profiles/profile.ts';
import { sampleMsOf } from '../profiles/registry.ts';
import type { Clock } from './clock.ts';
import { createDcSource } from './dc-sampler.ts';
import type { VisitedLine } from './doctor/visit.ts';
import { storedCounters } from './energy-store.ts';
import { createHeadSource } from './head-reader.ts';
import { Meter, type MeterOptions } from './meter.ts';
import type { NamedWindows } from './named-windows.ts';
import { OwnProfiles } from './own-profiles.ts';
import { createBusSource } from './poller.ts';
import type { Source } from './source.ts';
import type { UndatedWindows } from './undated.ts';
import type { WindowTimer } from './window-timer.ts';

export interface LinesOptions {
  readonly ports: Ports;
  readonly clock: Clock;
  readonly named: NamedWindows;
  readonly undated: UndatedWindows;
  readonly windowTimer: WindowTimer;
  readonly emit: (window: WindowRecord) => void;
  /** A meter said who it is, or is another now. */
  readonly onIdentity: () => void;
  /** Sees each meter's samples. */
  readonly onSamples?: MeterOptions['onSamples'];
}

/** The lines with their sources and the meters on them, as the settings have them. */
export class Lines {
  readonly #options: LinesOptions;
  readonly #lines = new Map<string, Source>();
  readonly #meters = new Map<string, Meter>();
  /** Lines whose source could not be made, and why. */
  readonly #broken = new Map<string, string>();
  #profiles = new OwnProfiles();
  #running: GatewaySettings = { version: 0, lines: [], meters: [] };

  constructor(options: LinesOptions) {
    this.#options = options;
  }

  /**
   * Makes these settings run. A line on which nothing changed is not touched, and the windows of a meter go on
   * unless its profile, window or sampling changed.
   */
  apply(settings: GatewaySettings): void {
    const before = this.#running;
    const profilesBefore = this.#profiles;
    this.#running = settings;
    this.#profiles = new OwnProfiles(settings);
    for (const [id, source] of this.#lines) {
      if (lineText(before, profilesBefore, id) === lineText(settings, this.#profiles, id)) continue;
      source.stop();
      this.#lines.delete(id);
    }
    this.#broken.clear();
    this.applyMeters(before, profilesBefore);
    for (const line of settings.lines) {
      if (!this.#lines.has(line.id)) this.startLine(line, metersOn(settings, line.id));
    }
  }

  /** Stops measuring; what is in open windows is given up. */
  stop(): void {
    for (const source of this.#lines.values()) source.stop();
    for (const meter of this.#meters.values()) meter.stop();
    this.#lines.clear();
    this.#meters.clear();
  }

  meters(): readonly Meter[] {
    return [...this.#meters.values()];
  }

  /** A line with what runs on it; undefined where the settings have none of this id. */
  visited(id: string): VisitedLine | undefined {
    const settings = this.#running.lines.find(line => line.id === id);
    if (settings === undefined) return undefined;
    const meters = this.#running.meters.flatMap(meter => {
      const sink = this.#meters.get(meter.id);
      return meter.line === id && sink
        ? [{ settings: meter, profile: this.#profiles.find(meter.profile), sink }]
        : [];
    });
    return { settings, source: this.#lines.get(id), meters, fault: this.#broken.get(id) };
  }

  /** Carries out a command of a meter's profile; `done` gets what went wrong, in words, or undefined. */
  write({ meter: id, write }: Message<'command'>, done: (message: string | undefined) => void): void {
    const meter = this.#running.meters.find(one => one.id === id);
    const source = meter && this.#lines.get(meter.line);
    if (write === undefined)
      done("write: is missing; write needs the id of a command of the meter's profile");
    else if (meter === undefined) {
      done(
        `meter: ${id ?? 'nothing'} given; one of ${this.#running.meters.map(one => one.id).join(', ')} is allowed`,
      );
    } else if (source?.command === undefined) {
      done(`meter: ${meter.id} cannot be written to; only meters on lines of kind rs485 that run can`);
    } else {
      source.command(meter.id, write.command, write.value, outcome =>
        done(outcome.ok ? undefined : outcome.message),
      );
    }
  }

  ids(): readonly string[] {
    return this.#running.lines.map(({ id }) => id);
  }

  /** The counters of each line's source. */
  counters(): Record<string, Readonly<Record<string, number>>> {
    const counters: Record<string, Readonly<Record<string, number>>> = {};
    for (const [id, source] of this.#lines) counters[id] = source.counters();
    return counters;
  }

  /** Why lines cannot be used, by their ids; those that can are not named. */
  faults(): Record<string, string> {
    const faults: Record<string, string> = {};
    const note = (id: string, why: string) => {
      faults[id] = why.slice(0, limits.faultCharacters);
    };
    for (const [id, why] of this.#broken) note(id, why);
    for (const [id, source] of this.#lines) {
      const why = source.fault();
      if (why !== undefined) note(id, why);
    }
    return faults;
  }

  /** The line whose source should have taken its next step before this tick and has not; undefined: none. */
  stuck(beforeTicks: number): string | undefined {
    for (const [id, source] of this.#lines) {
      if (source.stepAtTicks() < beforeTicks) return `line ${id}`;
    }
    return undefined;
  }

  private applyMeters(before: GatewaySettings, profilesBefore: OwnProfiles): void {
    const { meters } = this.#running;
    const wanted = new Set(meters.map(({ id }) => id));
    for (const [id, meter] of this.#meters) {
      const isSame =
        wanted.has(id) &&
        windowText(before, profilesBefore, id) === windowText(this.#running, this.#profiles, id);
      if (isSame) continue;
      meter.finish();
      this.#meters.delete(id);
    }
    const { clock, named } = this.#options;
    named.forgetPast(wanted, clock.wallMs() ?? 0);
    for (const settings of meters) {
      const { id, windowS } = settings;
      if (this.#meters.has(id)) continue;
      const profile = this.#profiles.find(settings.profile);
      const meter = new Meter(this.#options, {
        id,
        windowS: windowS ?? settingsDefaults.windowS,
        sampleMs: sampleMsOf(settings, profile),
        ...(profile?.kind === 'modbus' && { quantities: trustedRegisters(profile).length }),
      });
      this.#meters.set(id, meter);
      meter.start();
    }
  }

  private startLine(line: LineSettings, meters: readonly MeterSettings[]): void {
    const { ports } = this.#options;
    try {
      const source = this.createSource(line, meters);
      if (source === undefined) return;
      this.#lines.set(line.id, source);
      source.start();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#broken.set(line.id, `${line.port}: ${why}`);
      ports.log(
        'error',
        `line ${line.id} on ${line.port} does not run: ${why}; check the port in the settings`,
      );
    }
  }

  /** The source that suits the line's kind; none for a line without meters. */
  private createSource(line: LineSettings, meters: readonly MeterSettings[]): Source | undefined {
    const { ports } = this.#options;
    const { time, openSerial, openI2c, log } = ports;
    const [first] = meters;
    if (first === undefined) return undefined;
    if (line.kind === 'rs485') {
      return createBusSource({ time, line, openSerial, meters: this.on(meters, 'modbus'), log });
    }
    if (line.kind === 'i2c') {
      const sensors = this.on(meters, 'ina219').map(sensor => ({
        ...sensor,
        counters: storedCounters(sensor.settings.id, ports),
      }));
      return createDcSource({ time, line, openI2c, meters: sensors, log });
    }
    const [meter] = this.on(meters, 'head');
    return meter && createHeadSource({ time, line, openSerial, meter, log });
  }

  /** Meters with profile and sink, as sources take them. */
  private on<K extends MeterProfile['kind']>(meters: readonly MeterSettings[], kind: K) {
    return meters.flatMap(settings => {
      const profile = this.#profiles.find(settings.profile);
      const sink = this.#meters.get(settings.id);
      if (profile === undefined || sink === undefined || !isOfKind(profile, kind)) return [];
      return [{ settings, profile, sink }];
    });
  }
}

const metersOn = ({ meters }: GatewaySettings, line: string): MeterSettings[] =>
  meters.filter(meter => meter.line === line);

/** All that a source is made from: the line and its meters with their profiles, but not their names. */
function lineText(settings: GatewaySettings, profiles: OwnProfiles, id: string): string {
  const line = settings.lines.find(one => one.id === id);
  const parts = metersOn(settings, id).map(({ name: _name, ...rest }) => [
    rest,
    profiles.versionOf(rest.profile),
  ]);
  return JSON.stringify([line ?? null, parts]);
}

/** All that a meter's windows depend on. */
function windowText({ meters }: GatewaySettings, profiles: OwnProfiles, id: string): string {
  const { profile = '', windowS, sampleMs } = meters.find(meter => meter.id === id) ?? {};
  return JSON.stringify([profile, profiles.versionOf(profile), windowS, sampleMs]);
}

const isOfKind = <K extends MeterProfile['kind']>(
  profile: MeterProfile,
  kind: K,
): profile is Extract<MeterProfile, { kind: K }> => profile.kind === kind;
