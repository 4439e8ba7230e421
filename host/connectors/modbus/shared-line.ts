import type { Talk } from '#app/doctor/talk.ts';
import type { VisitedMeter } from '#app/doctor/visit.ts';
import { Visit } from '#app/doctor/visit.ts';
import { lateAnswerMs } from '#app/owed-answers.ts';
import type { BusMeter } from '#app/poll-job.ts';
import { createBusSource } from '#app/poller.ts';
import type { SlaveFigures } from '#app/slave-figures.ts';
import type { Source } from '#app/source.ts';
import type { LineSettings } from '#core/wire/settings.ts';
import type { Cancel, Ports, SerialHandlers, SerialPort, TimePort } from '#ports';
import { type Fault, faultOf, otherFault, retold } from '../../faults/fault.ts';
import type { Log, LogLevel } from '../../logging/host-log.ts';
import { openSerialPort } from './serial-port.ts';
import { openSocket } from './socket.ts';
import { type TcpCounts, TcpFrames } from './tcp-frames.ts';
import { portOf, type Way } from './way.ts';

/** Meters of one connector on a line. */
export interface Member {
  readonly meters: readonly BusMeter[];
}

/** No answer over Modbus TCP can be taken for another, and none comes on another connection. */
const restMs = (way: Way): number => (way.transport === 'tcp' ? 0 : lateAnswerMs);

/** The same is said again after so long. */
const sayAgainMs = 3_600_000;
const mostSaid = 64;

/**
 * One line with one master, whoever has meters on it: two masters on an RS485 line disturb each other, and many
 * devices take one connection alone. When somebody comes or goes it is polled anew with the meters of all, after the
 * time in which an answer to those before may be late.
 */
export class SharedLine {
  /** Set anew where it is free: an answer to what was asked before may still come. */
  way: Way;
  readonly #time: TimePort;
  readonly #log: Log;
  readonly #onEmpty: () => void;
  readonly #members = new Set<Member>();
  readonly #tcp: TcpCounts = { staleAnswers: 0, otherUnits: 0, otherProtocols: 0 };
  #source: Source | undefined;
  /** Why the port ended last, of which the source knows the words. */
  #ended: Fault | undefined;
  #visit: Visit<unknown> | undefined;
  /** The visit has told what it found, and waits for answers that are late; who visits next waits with it. */
  #isVisitTold = false;
  #onVisitOver: (() => void)[] = [];
  #isUnreached = false;
  /** What was said last when. */
  readonly #saidTicks = new Map<string, number>();
  #restUntilTicks = Number.NEGATIVE_INFINITY;
  #cancel: Cancel | undefined;

  /** `onEmpty`: nobody is on it, and nothing of it is to come. */
  constructor(way: Way, time: TimePort, log: Log, onEmpty: () => void) {
    this.way = way;
    this.#time = time;
    this.#log = log;
    this.#onEmpty = onEmpty;
  }

  join(member: Member): void {
    this.#members.add(member);
    this.#beginAnew();
  }

  leave(member: Member): void {
    if (this.#members.delete(member)) this.#beginAnew();
  }

  /** Nobody has meters on it, or searches it. */
  get isFree(): boolean {
    return this.#members.size === 0 && this.#visit === undefined;
  }

  get fault(): Fault | undefined {
    const words = this.#source?.fault();
    return words === undefined ? undefined : this.told(words);
  }

  /** What the gateway's code says of this line in words, as the fault that it is. */
  told(words: string): Fault {
    const ended = this.#ended;
    return ended !== undefined && words.endsWith(ended.message) ? retold(ended, words) : otherFault(words);
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#source?.counters(), ...(this.way.transport === 'tcp' && this.#tcp) };
  }

  slaves(): readonly SlaveFigures[] {
    return this.#source?.slaves?.() ?? [];
  }

  /** Asks what the talk asks while polling stands still. Gives its result, or undefined where it was broken off. */
  visit<R>(talk: Talk<R>, timeoutMs: number, signal: AbortSignal): Promise<R | undefined> {
    if (this.#visit !== undefined && this.#isVisitTold)
      return new Promise<void>(over => this.#onVisitOver.push(over)).then(() =>
        this.visit(talk, timeoutMs, signal),
      );
    if (this.#visit !== undefined)
      return Promise.reject(
        new Error(`${portOf(this.way)} is being searched already; try again in a moment`),
      );
    if (signal.aborted) return Promise.resolve(undefined);
    return new Promise(resolve => {
      this.#cancel?.();
      const visit = new Visit<R>(
        {
          ports: { time: this.#time, openSerial: this.#open, log: () => {} },
          line: { settings: this.#settings, source: this.#source, fault: undefined, meters: this.#meters },
          timeoutMs,
          tap: { sent: () => {}, heard: () => {} },
        },
        talk,
        {
          done: result => {
            this.#isVisitTold = true;
            resolve(result?.value);
          },
          over: () => {
            signal.removeEventListener('abort', end);
            this.#visit = undefined;
            this.#isVisitTold = false;
            if (this.#source === undefined) this.#beginAnew();
            for (const next of this.#onVisitOver.splice(0)) next();
          },
        },
      );
      const end = (): void => visit.leave();
      this.#visit = visit as Visit<unknown>;
      signal.addEventListener('abort', end);
      // Polling may have ended just before, and be answered yet.
      const waitMs = this.#restUntilTicks - this.#time.ticksMs();
      if (waitMs > 0) this.#cancel = this.#time.after(waitMs, () => visit.begin());
      else visit.begin();
    });
  }

  get #meters(): (BusMeter & VisitedMeter)[] {
    return [...this.#members].flatMap(({ meters }) => meters);
  }

  get #settings(): LineSettings {
    const { baud, parity, stopBits } = this.way;
    const port = portOf(this.way);
    return { id: port.replace(/^tcp:\/\//, ''), kind: 'rs485', port, baud, parity, stopBits };
  }

  /** What runs ends; what is wanted begins when nothing of it can come any more. */
  #beginAnew(): void {
    const now = this.#time.ticksMs();
    const isBusy = this.#source !== undefined || this.#visit !== undefined;
    this.#visit?.leave(true);
    this.#cancel?.();
    this.#source?.stop();
    this.#source = undefined;
    if (isBusy) {
      this.#restUntilTicks = now + restMs(this.way);
    }
    this.#cancel = this.#time.after(Math.max(this.#restUntilTicks - now, 0), () => this.#begin());
  }

  #begin(): void {
    if (this.#members.size === 0) {
      if (this.#visit === undefined) this.#onEmpty();
      return;
    }
    this.#source = createBusSource({
      time: this.#time,
      line: this.#settings,
      openSerial: this.#open,
      meters: this.#meters,
      log: (level, text) => this.#say(level, text),
    });
    this.#source.start();
  }

  /** An inverter that sleeps would be told of each minute of the night. */
  #say(level: LogLevel, text: string): void {
    const kind = text.replace(/next try in [0-9.]+ s/, '');
    const now = this.#time.ticksMs();
    if (now - (this.#saidTicks.get(kind) ?? Number.NEGATIVE_INFINITY) < sayAgainMs) return;
    if (this.#saidTicks.size >= mostSaid) this.#saidTicks.clear();
    this.#saidTicks.set(kind, now);
    this.#log(level, `modbus: ${text}`, `modbus.${portOf(this.way)}`);
  }

  readonly #open: Ports['openSerial'] = (line, handlers) => {
    const { way } = this;
    const { baud, parity, stopBits } = { ...way, ...line };
    if (way.transport !== 'serial') return this.#connect(way, handlers);
    const uart = { baud, parity, stopBits: stopBits === 2 ? 2 : 1 } as const;
    try {
      return openSerialPort({ path: way.path, ...uart, time: this.#time, onFault: this.#onFault }, handlers);
    } catch (error) {
      this.#onFault(faultOf(error));
      throw error;
    }
  };

  readonly #onFault = (fault: Fault): void => {
    this.#ended = fault;
  };

  #connect(
    { transport, host, port }: Exclude<Way, { transport: 'serial' }>,
    handlers: SerialHandlers,
  ): SerialPort {
    return openSocket(
      {
        host,
        port,
        time: this.#time,
        onFault: this.#onFault,
        ...(transport === 'tcp' && { frames: new TcpFrames(this.#tcp) }),
        onUnreachable: () => {
          this.#isUnreached = true;
        },
        onConnected: () => this.#connected(),
      },
      handlers,
    );
  }

  /** Back after it could not be reached: slaves that were given up meanwhile are asked at once, and not in a minute. */
  #connected(): void {
    const isBack = this.#isUnreached;
    this.#isUnreached = false;
    if (!isBack || this.#visit !== undefined) return;
    this.#source?.stop();
    this.#source?.start();
  }
}
