import type { Socket } from 'node:net';
import type { Cancel, TimePort } from '#ports';
import type { ModbusServerCounters } from './counters.ts';
import { exceptions } from './exceptions.ts';
import { answerFrame, RequestReader } from './frames.ts';
import { modbusServerLimits } from './limits.ts';

export interface ClientOptions {
  readonly socket: Socket;
  readonly time: TimePort;
  readonly unit: number;
  readonly counters: ModbusServerCounters;
  /** A question came: the PDU of its answer, or for how long to wait before it is asked again. */
  readonly answer: (pdu: Uint8Array) => Uint8Array | { readonly waitMs: number };
}

/** One connection: its requests are answered one after the other, in order, each with its transaction. */
export class Client {
  readonly #options: ClientOptions;
  readonly #reader = new RequestReader();
  #waiting: ReturnType<RequestReader['next']>;
  #second = 0;
  #inSecond = 0;
  #cancelRest: Cancel | undefined;
  #cancelIdle: Cancel | undefined;
  #heardTicksMs = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    const { socket } = options;
    socket.on('data', bytes => {
      this.#reader.push(bytes);
      this.#work();
    });
    socket.on('close', () => this.close());
    // A client that breaks off closes; there is nothing to mend.
    socket.on('error', () => {});
    this.#armIdle();
  }

  /** For how long it has asked nothing, ms. */
  get quietMs(): number {
    return this.#options.time.ticksMs() - this.#heardTicksMs;
  }

  close(): void {
    this.#cancelRest?.();
    this.#cancelIdle?.();
    this.#options.socket.destroy();
  }

  /** Answers what is whole, until there is no more or there is to be a rest; nothing is read meanwhile. */
  #work(): void {
    const { counters, socket } = this.#options;
    while (!socket.destroyed) {
      const request = this.#waiting ?? this.#reader.next();
      this.#waiting = undefined;
      if (request === undefined) return;
      if (request === 'broken') {
        counters.broken++;
        this.close();
        return;
      }
      const restMs = this.#restMs();
      if (restMs > 0) {
        counters.slowedDown++;
        this.#rest(request, restMs);
        return;
      }
      const answer = this.#answer(request);
      if (!(answer instanceof Uint8Array)) {
        this.#inSecond--;
        this.#rest(request, answer.waitMs);
        return;
      }
      this.#armIdle();
      counters.requests++;
      if (((answer[0] as number) & 0x80) !== 0) counters.exceptions++;
      if (answer[1] === exceptions.gatewayTargetSilent && answer.length === 2) counters.tooOld++;
      socket.write(answerFrame(request, answer));
      if (socket.writableLength > modbusServerLimits.waitingBytes) {
        counters.hungUpOn++;
        this.close();
      }
    }
  }

  /** A unit that is not here has no way to it, as at any gateway; the meter's own says everything else. */
  #answer({ unit, pdu }: { readonly unit: number; readonly pdu: Uint8Array }) {
    return unit === this.#options.unit
      ? this.#options.answer(pdu)
      : Uint8Array.of((pdu[0] as number) | 0x80, exceptions.gatewayPathUnavailable);
  }

  #restMs(): number {
    const ticksMs = this.#options.time.ticksMs();
    const second = Math.floor(ticksMs / 1000);
    if (second !== this.#second) [this.#second, this.#inSecond] = [second, 0];
    this.#inSecond++;
    return this.#inSecond <= modbusServerLimits.requestsPerS ? 0 : (second + 1) * 1000 - ticksMs;
  }

  #rest(request: ReturnType<RequestReader['next']>, restMs: number): void {
    const { socket, time } = this.#options;
    this.#waiting = request;
    socket.pause();
    this.#cancelRest = time.after(restMs, () => {
      this.#work();
      if (this.#waiting === undefined) socket.resume();
    });
  }

  #armIdle(): void {
    const { time, counters } = this.#options;
    this.#heardTicksMs = time.ticksMs();
    this.#cancelIdle?.();
    this.#cancelIdle = time.after(modbusServerLimits.idleMs, () => {
      counters.hungUpOn++;
      this.close();
    });
  }
}
