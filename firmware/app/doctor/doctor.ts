import type { Message } from '../../core/wire/messages.ts';
import type { LineSettings } from '../../core/wire/settings.ts';
import { settingsDefaults } from '../../core/wire/settings.ts';
import type { Cancel, Ports } from '../../ports.ts';
import type { MeterProfile, ModbusProfile } from '../../profiles/profile.ts';
import { checkProfile } from '../../profiles/profile-check.ts';
import type { BusTap } from '../bus-tap.ts';
import { probeTalk, probeTimeoutMs } from './probe.ts';
import { newScan, type ScanState, scanTalk, scanTimeoutMs } from './scan.ts';
import { scanMistake, scanPlan } from './scan-plan.ts';
import type { PortSettings, Talk } from './talk.ts';
import { trialRequests, trialTalk, trialTimeoutMs } from './trial.ts';
import { Visit, type VisitedLine } from './visit.ts';
import { Watch } from './watch.ts';

/** The messages that a doctor writes. */
export type DoctorChannel = 'diagnosis' | 'trace' | 'scan' | 'probe';

export interface DoctorOptions {
  readonly ports: Ports;
  /** A line of the running settings. */
  readonly line: (id: string) => VisitedLine | undefined;
  readonly lineIds: () => readonly string[];
  /** All profiles that a meter may have: those of the firmware, and own ones of the settings. */
  readonly profiles: () => readonly MeterProfile[];
  readonly publish: <C extends DoctorChannel>(channel: C, message: Message<C>) => void;
}

type Command = Message<'command'>;

const progressMs = 500;
const mostSeconds = 3600;

/**
 * Finds out what is wrong with a line, and who hangs on it, while a person looks. One talk at a time on the whole
 * gateway; nothing is kept and nothing runs where nobody asked. `end` stops all of it.
 */
export class Doctor {
  readonly #options: DoctorOptions;
  /** While somebody looks. */
  #watches: Map<string, Watch> | undefined;
  #talk:
    | {
        readonly what: 'scan' | 'probe' | 'trial';
        readonly line: string;
        readonly visit: Pick<Visit<unknown>, 'leave' | 'stepAtTicks'>;
      }
    | undefined;

  constructor(options: DoctorOptions) {
    this.#options = options;
  }

  /** All ends here; the lines' own polling goes on, at once where `isUrgent`. */
  end(isUrgent: boolean): void {
    this.#talk?.visit.leave(isUrgent);
    for (const watch of [...(this.#watches?.values() ?? [])]) watch.end();
  }

  /** When the talk that is under way takes its next step (`Source`). */
  stepAtTicks(): number {
    return this.#talk?.visit.stepAtTicks() ?? Number.POSITIVE_INFINITY;
  }

  /** Each gives what is wrong with the command, or undefined. */
  diagnose(command: Command): string | undefined {
    return this.watched(command, (watch, seconds) => watch.diagnose(seconds));
  }

  trace(command: Command): string | undefined {
    return this.watched(command, (watch, seconds) => watch.trace(seconds));
  }

  scan({ id, line: lineId, scan = { fromAddress: 1, toAddress: 247 } }: Command): string | undefined {
    const line = this.modbusLine(lineId);
    if (typeof line === 'string') return line;
    const mistake = scanMistake(scan) ?? this.makeWay();
    if (mistake !== undefined) return mistake;
    const profiles = this.#options.profiles().filter(isModbus);
    const settled = line.meters.flatMap(({ settings: { address } }) => address ?? []);
    const plan = scanPlan(scan, line.settings, settled, profiles);
    const state = newScan(plan);
    const timeoutMs = scan.timeoutMs ?? scanTimeoutMs(line.settings.port, line.source?.slaves?.() ?? []);
    const tell = (how: Message<'scan'>['state'], message?: string) =>
      this.#options.publish('scan', scanMessage(id, line.settings.id, how, state, timeoutMs, message));
    const { time } = this.#options.ports;
    let cancel: Cancel = () => {};
    const progress = () => {
      tell('running');
      cancel = time.after(progressMs, progress);
    };
    progress();
    this.visit('scan', line, timeoutMs, scanTalk(plan, state), isWhole => {
      cancel();
      if (state.fault !== undefined) tell('failed', state.fault);
      else tell(isWhole ? 'done' : 'stopped');
    });
    return undefined;
  }

  stopScan(): string | undefined {
    if (this.#talk?.what !== 'scan') return 'stopScan: no scan runs';
    this.#talk.visit.leave(false);
    return undefined;
  }

  probe({ id, line: lineId, address, profile: wanted }: Command): string | undefined {
    const line = this.modbusLine(lineId);
    if (typeof line === 'string') return line;
    const profile = this.profileOf(wanted);
    if (typeof profile === 'string') return profile;
    if (address === undefined || address < 1 || address > 247) {
      return `address: ${address ?? 'nothing'} given; a probe needs one from 1 to 247`;
    }
    const mistake = this.makeWay();
    if (mistake !== undefined) return mistake;
    const tell = (registers: Message<'probe'>['registers'], message?: string) =>
      this.#options.publish('probe', { v: 1, id, registers, ...(message !== undefined && { message }) });
    this.visit('probe', line, probeTimeoutMs, probeTalk(profile, address, portOf(line.settings)), result => {
      if (result === undefined) tell([], 'the probe was broken off');
      else tell(result.value.registers, result.value.fault);
    });
    return undefined;
  }

  private watched(
    { name, line: id, seconds }: Command,
    use: (watch: Watch, seconds: number) => void,
  ): string | undefined {
    if (seconds === undefined) {
      return `seconds: is missing; ${name} needs a whole number from 1 to ${mostSeconds}, 0 ends it`;
    }
    const line = this.line(id);
    if (typeof line === 'string') return line;
    const { id: lineId, kind } = line.settings;
    if (name === 'trace' && kind === 'i2c') {
      return `line: ${lineId} is of kind i2c; a trace needs one of kind rs485 or ir`;
    }
    if (name === 'trace' && kind === 'ir' && line.source === undefined) {
      return `line: nothing reads ${lineId}; a trace of an optical head needs a meter on its line in the settings`;
    }
    const known = this.#watches?.get(line.settings.id);
    if (known === undefined && seconds === 0) return undefined;
    use(known ?? this.newWatch(line), seconds);
    return undefined;
  }

  private newWatch(line: VisitedLine): Watch {
    const { ports } = this.#options;
    const watch = new Watch({
      ports,
      line,
      diagnosis: message => this.#options.publish('diagnosis', message),
      trace: message => this.#options.publish('trace', message),
      tryOut: asking => this.tryOut(asking),
      over: () => {
        this.#watches?.delete(line.settings.id);
        if (this.#watches?.size === 0) this.#watches = undefined;
      },
    });
    this.#watches ??= new Map();
    this.#watches.set(line.settings.id, watch);
    return watch;
  }

  private tryOut(watch: Watch): boolean {
    if (this.#talk !== undefined) return false;
    const talk = trialTalk(watch.line, trialRequests(watch.line), () => watch.isOpenQuestion());
    this.visit('trial', watch.line, trialTimeoutMs, talk, result => watch.tried(result?.value));
    return true;
  }

  /** A trial makes way for what a person asked for; that itself does not. */
  private makeWay(): string | undefined {
    const running = this.#talk;
    if (running?.what === 'trial') running.visit.leave(true);
    else if (running !== undefined) {
      return `a ${running.what} runs on line ${running.line}; wait until it has ended${running.what === 'scan' ? ', or stop it' : ''}`;
    }
    return undefined;
  }

  private visit<R>(
    what: 'scan' | 'probe' | 'trial',
    line: VisitedLine,
    timeoutMs: number,
    talk: Talk<R>,
    done: (result: { readonly value: R } | undefined) => void,
  ): void {
    const { ports } = this.#options;
    const watch = () => this.#watches?.get(line.settings.id);
    // Somebody may begin to look while it runs. A scan asks where nobody is: that is no evidence.
    const listener = () => (what === 'trial' ? watch() : watch()?.tracer);
    const tap: BusTap = {
      sent: (frame, ticksMs) => listener()?.sent(frame, ticksMs),
      heard: (heard, bytes, ticksMs, isLate) => listener()?.heard(heard, bytes, ticksMs, isLate),
    };
    const visit = new Visit({ ports, line, timeoutMs, tap }, talk, {
      done,
      over: () => {
        this.#talk = undefined;
      },
    });
    this.#talk = { what, line: line.settings.id, visit };
    visit.begin();
  }

  /** The profile of an id, or a whole one that was sent along. */
  private profileOf(wanted: unknown): ModbusProfile | string {
    if (typeof wanted === 'string') {
      const found = this.#options.profiles().find(({ id }) => id === wanted);
      if (found !== undefined && isModbus(found)) return found;
      return `profile: ${JSON.stringify(wanted.slice(0, 64))} given; the id of a Modbus profile, or a whole one, is allowed`;
    }
    const checked = checkProfile(wanted);
    if ('profile' in checked) return checked.profile;
    const [first] = checked.mistakes;
    return `profile: ${first?.field ?? '(all)'}: ${first?.message ?? 'is no profile'}`.slice(0, 256);
  }

  private line(id: string | undefined): VisitedLine | string {
    const line = id === undefined ? undefined : this.#options.line(id);
    return line ?? `line: ${id ?? 'nothing'} given; one of ${this.#options.lineIds().join(', ')} is allowed`;
  }

  private modbusLine(id: string | undefined): VisitedLine | string {
    const line = this.line(id);
    if (typeof line === 'string' || line.settings.kind === 'rs485') return line;
    return `line: ${line.settings.id} is of kind ${line.settings.kind}; only lines of kind rs485 have addresses`;
  }
}

const isModbus = (profile: MeterProfile): profile is ModbusProfile => profile.kind === 'modbus';

function portOf(line: LineSettings): PortSettings {
  const { baud, parity, stopBits } = { ...settingsDefaults, ...line };
  return { baud, parity, stopBits: stopBits === 2 ? 2 : 1 };
}

const scanMessage = (
  id: string,
  line: string,
  state: Message<'scan'>['state'],
  { tried, total, found }: ScanState,
  timeoutMs: number,
  message: string | undefined,
): Message<'scan'> => ({
  v: 1,
  id,
  line,
  state,
  tried,
  total,
  found,
  timeoutMs,
  ...(message !== undefined && { message }),
});
