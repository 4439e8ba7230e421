import UDP from 'embedded:io/socket/udp';
import { readSntp, sntpRequest } from '../core/sntp.ts';
import type { Cancel, Ports, RandomPort, TimePort } from '../ports.ts';
import { bufferOf } from './buffers.ts';
import { resolve } from './resolve.ts';
import { ticksMs } from './time.ts';

const port = 123;
const answerMs = 4000;
const retryMs = 15_000;
/** RFC 4330 asks for no more than one request in 15 s; the crystal drifts by less than 100 ms in an hour. */
const againMs = 3_600_000;

/** Wall time by SNTP: unknown until a server has said it, then kept by the ticks and set again each hour. */
export class SntpClock {
  readonly #server: string;
  readonly #random: RandomPort;
  readonly #log: Ports['log'];
  #offsetMs: number | undefined;
  #socket: UDP | undefined;
  #cancel: Cancel | undefined;

  constructor(server: string, random: RandomPort, log: Ports['log']) {
    this.#server = server;
    this.#random = random;
    this.#log = log;
  }

  wallMs(): number | undefined {
    return this.#offsetMs === undefined ? undefined : Math.round(ticksMs() + this.#offsetMs);
  }

  /** Asks at once, and again each hour. Called when the network comes. */
  start(time: TimePort): void {
    this.#cancel?.();
    this.#close();
    resolve(this.#server, address => {
      if (address === undefined) this.#again(time, retryMs, `${this.#server} has no address`);
      else this.#ask(time, address);
    });
  }

  #ask(time: TimePort, address: string): void {
    this.#close();
    const cookie = this.#random.bytes(8);
    const askedMs = ticksMs();
    try {
      const socket = new UDP({
        onReadable: packets => {
          for (let packet = 0; packet < packets; packet++) {
            const bytes = socket.read();
            if (bytes !== undefined) this.#read(time, new Uint8Array(bytes), cookie, askedMs);
          }
        },
      });
      this.#socket = socket;
      socket.write(bufferOf(sntpRequest(cookie)), address, port);
    } catch (error) {
      this.#again(time, retryMs, String(error));
      return;
    }
    this.#cancel = time.after(answerMs, () => this.#again(time, retryMs, `${this.#server} does not answer`));
  }

  #read(time: TimePort, packet: Uint8Array, cookie: Uint8Array, askedMs: number): void {
    const nowMs = ticksMs();
    const answer = readSntp(packet, cookie, nowMs - askedMs);
    if (!answer.ok) {
      this.#log('warn', `time from ${this.#server} refused: ${answer.detail}`);
      return;
    }
    this.#offsetMs = answer.value - nowMs;
    this.#again(time, againMs, undefined);
  }

  #again(time: TimePort, delayMs: number, why: string | undefined): void {
    if (why !== undefined) this.#log('warn', `no time: ${why}; next try in ${delayMs / 1000} s`);
    this.#cancel?.();
    // Outside the socket's own callback.
    this.#cancel = time.after(0, () => {
      this.#close();
      this.#cancel = time.after(delayMs, () => this.start(time));
    });
  }

  #close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }
}
