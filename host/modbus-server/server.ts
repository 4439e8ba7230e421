import { createServer, type Server, type Socket } from 'node:net';
import type { QuantityId } from '#core/quantities.ts';
import type { Cancel, TimePort } from '#ports';
import type { LiveValues } from '../events.ts';
import { type Fault, fault } from '../faults/fault.ts';
import { AddressSet, unmapped } from '../http/address-set.ts';
import type { Log } from '../logging/host-log.ts';
import { answerTo } from './answer.ts';
import { Client } from './client.ts';
import type { ModbusServerCounters } from './counters.ts';
import { modbusServerLimits } from './limits.ts';
import { listenFault } from './listening.ts';
import { LiveMeter } from './live-meter.ts';
import type { RegisterMap } from './register-map.ts';
import { listenOf, type ModbusServerSettings, mayAskOf, oldestSOf, unitOf } from './settings.ts';

export interface ServerOptions {
  readonly id: string;
  readonly settings: ModbusServerSettings;
  readonly map: RegisterMap;
  readonly time: TimePort;
  readonly log: Log;
  readonly counters: ModbusServerCounters;
  /** What the meter is known to measure. */
  readonly series: () => ReadonlySet<string>;
  /** Asks the meter's gateway for live values until what is given back is called. */
  readonly watch: () => () => void;
}

/** A meter at a TCP port: listens until it is closed, and again where the port could not be had. */
export class ModbusServer {
  readonly #options: ServerOptions;
  readonly #meter: LiveMeter;
  readonly #clients = new Map<Socket, Client>();
  readonly #mayAsk: AddressSet;
  #server: Server | undefined;
  #listenFault: Fault | undefined;
  #cancelListen: Cancel | undefined;
  #unwatch: (() => void) | undefined;
  #cancelWatch: Cancel | undefined;
  /** Until when a first value is waited for. */
  #wakingUntilMs = Number.NEGATIVE_INFINITY;
  #startedMs = 0;
  /** Since when live values are asked for. */
  #watchedFromMs = 0;
  /** What reads were refused for while others of the meter were new enough: how much older it might be, and when last. */
  readonly #refused = new Map<QuantityId, { readonly paceMs: number; readonly ticksMs: number }>();
  #port: number | undefined;

  constructor(options: ServerOptions) {
    const { settings, time, series } = options;
    this.#options = options;
    this.#meter = new LiveMeter(time, oldestSOf(settings) * 1000, series);
    this.#mayAsk = new AddressSet(mayAskOf(settings));
  }

  start(): void {
    this.#startedMs = this.#options.time.ticksMs();
    // One that says whether the meter tells anything, before a client comes.
    this.#use();
    this.#listen();
  }

  /** New values of the meter. */
  take(values: LiveValues): void {
    this.#meter.take(values);
  }

  /** Where it listens; undefined while it does not. */
  get port(): number | undefined {
    return this.#port;
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** Why clients get no values; undefined where they do, or nobody has asked for long. */
  get fault(): Fault | undefined {
    if (this.#listenFault !== undefined) return this.#listenFault;
    if (this.#unwatch === undefined) return undefined;
    const { time, settings } = this.#options;
    const oldestS = oldestSOf(settings);
    const { ageMs } = this.#meter;
    const silentMs = ageMs ?? time.ticksMs() - this.#startedMs;
    if (silentMs <= oldestS * 1000) return this.#refusedFault();
    const [{ meter }, seconds] = [settings, Math.round(silentMs / 1000)];
    return ageMs === undefined
      ? fault('modbusServer.noValue', { meter })
      : fault('modbusServer.oldValue', { meter, seconds, most: oldestS });
  }

  /** Of a value that somebody asks for and that comes too seldom, or no more, beside others that do. */
  #refusedFault(): Fault | undefined {
    const { time, settings } = this.#options;
    const [{ meter }, most, ticksMs] = [settings, oldestSOf(settings), time.ticksMs()];
    for (const [quantity, { paceMs, ticksMs: refusedMs }] of this.#refused) {
      const ageMs = this.#meter.ageOf(quantity);
      const mostMs = most * 1000 + paceMs;
      const isAsked = ticksMs - refusedMs <= modbusServerLimits.watchedMs;
      // Where nobody asked for long, it was measured all the same and is told in a moment.
      if (!isAsked || ageMs === undefined || ageMs <= mostMs || ticksMs - this.#watchedFromMs <= mostMs)
        continue;
      return fault('modbusServer.oldQuantity', { quantity, meter, seconds: Math.round(ageMs / 1000), most });
    }
    return undefined;
  }

  close(): void {
    this.#cancelListen?.();
    this.#cancelWatch?.();
    this.#unwatch?.();
    this.#unwatch = undefined;
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
    this.#server?.close();
    this.#server = undefined;
    this.#port = undefined;
  }

  #listen(): void {
    const { settings, time, log, id } = this.#options;
    const [address, { port }] = [listenOf(settings), settings];
    const server = createServer({ noDelay: true, keepAlive: true }, socket => this.#accept(socket));
    this.#server = server;
    server.on('error', error => {
      const told = listenFault(error, address, port);
      if (this.#listenFault?.message !== told.message)
        log('warn', `modbus server ${id}: ${told.message}`, 'modbusServer.listen');
      this.#listenFault = told;
      this.#port = undefined;
      server.close();
      if (this.#server === server)
        this.#cancelListen = time.after(modbusServerLimits.listenAgainMs, () => this.#listen());
    });
    server.listen(port, address, () => {
      const bound = server.address();
      this.#port = typeof bound === 'object' && bound !== null ? bound.port : undefined;
      this.#listenFault = undefined;
      log('info', `modbus server ${id}: ${settings.meter} is at ${address}, port ${this.#port}`);
    });
  }

  #accept(socket: Socket): void {
    const { counters, time, settings, log, id } = this.#options;
    if (!this.#mayAsk.has(socket.remoteAddress)) {
      counters.refused++;
      const from = unmapped(socket.remoteAddress ?? '');
      log('warn', `modbus server ${id}: ${from} is none of those that may ask`, 'modbusServer.refused');
      socket.destroy();
      return;
    }
    if (this.#clients.size >= modbusServerLimits.connections) this.#makeRoom(socket.remoteAddress);
    if (this.#clients.size >= modbusServerLimits.connections) {
      counters.refused++;
      socket.destroy();
      return;
    }
    this.#use();
    socket.on('close', () => this.#clients.delete(socket));
    const answer = (pdu: Uint8Array) => this.#answer(pdu);
    this.#clients.set(socket, new Client({ socket, time, unit: unitOf(settings), counters, answer }));
  }

  /**
   * The one that has been quiet for longest may have gone without a goodbye. Another address takes nobody's only one: who opens
   * connections without end pushes no wall box out.
   */
  #makeRoom(from: string | undefined): void {
    const addresses = [...this.#clients.keys()].map(({ remoteAddress }) => remoteAddress);
    const [longest] = [...this.#clients]
      .filter(([, { quietMs }]) => quietMs >= modbusServerLimits.givesWayMs)
      .filter(([{ remoteAddress: at }]) => at === from || addresses.filter(each => each === at).length > 1)
      .sort(([, one], [, other]) => other.quietMs - one.quietMs);
    if (longest === undefined) return;
    this.#options.counters.hungUpOn++;
    longest[1].close();
    this.#clients.delete(longest[0]);
  }

  #answer(pdu: Uint8Array): Uint8Array | { readonly waitMs: number } {
    const { time, map } = this.#options;
    this.#use();
    const now = this.#meter.now();
    // A gateway that was just asked tells its newest values in a moment.
    if (now.isAway && time.ticksMs() < this.#wakingUntilMs) return { waitMs: 25 };
    const noted: typeof now.valueOf = (quantity, paceMs) => {
      const value = now.valueOf(quantity, paceMs);
      if (value === 'old') this.#refused.set(quantity, { paceMs, ticksMs: time.ticksMs() });
      return value;
    };
    return answerTo(pdu, map, { ...now, valueOf: noted });
  }

  /** Somebody asks: live values go on. */
  #use(): void {
    const { time, watch } = this.#options;
    if (this.#unwatch === undefined) {
      this.#watchedFromMs = time.ticksMs();
      this.#wakingUntilMs = this.#watchedFromMs + modbusServerLimits.wakingMs;
      this.#unwatch = watch();
    }
    this.#cancelWatch?.();
    this.#cancelWatch = time.after(modbusServerLimits.watchedMs, () => {
      this.#unwatch?.();
      this.#unwatch = undefined;
    });
  }
}
