import { conforms, type Ruled } from '../core/rules.ts';
import { decodeUtf8, encodeUtf8 } from '../core/utf8.ts';
import { networkOrder } from '../core/wire/life.ts';
import type { Message } from '../core/wire/messages.ts';
import type { Cancel, Ports } from '../ports.ts';
import { SlotPair } from './slot-pair.ts';

/** A network over which the host was not heard for so long is given up. */
export const trialMs = 300_000;
/** How often the time that has passed is kept; a start costs as much, so that restarts only shorten a trial. */
const keepEveryMs = 30_000;
const identityKey = 'identity';
const trialKey = 'trial';
const trialBytes = 1024;

const fields = Object.freeze(['wifiName', 'wifiPassword', 'broker', 'port', 'timeServers'] as const);

export type NetworkOrder = Ruled<typeof networkOrder>;

/** Kept while a network is tried, and then until the host knows how it ended. */
type Kept =
  | {
      readonly is: 'trying';
      readonly id: string;
      readonly before: NetworkOrder;
      readonly elapsedMs: number;
    }
  | { readonly is: 'ended'; readonly id: string; readonly message: string };

export interface NetworkTrialOptions {
  readonly ports: Pick<Ports, 'store' | 'time' | 'log' | 'network'>;
  readonly answer: (result: Message<'result'>) => void;
  /** A restart in order. */
  readonly restartSoon: () => void;
  /** What `about` tells of the network is another. */
  readonly about: () => void;
}

/**
 * Another network, broker or time servers, tried without losing the gateway. What the order names is put into its
 * identity, which the machine reads as it starts, and the gateway restarts. The new ones are kept when the host is heard
 * over them; where it is not within five minutes in all, those before are put back, whatever was restarted in between.
 */
export class NetworkTrial {
  readonly #options: NetworkTrialOptions;
  readonly #slots: SlotPair;
  #kept: Kept | undefined;
  #cancel: Cancel | undefined;

  constructor(options: NetworkTrialOptions) {
    this.#options = options;
    this.#slots = new SlotPair(options.ports.store, trialKey, trialBytes);
  }

  get isOnTrial(): boolean {
    return this.#kept?.is === 'trying';
  }

  /** The gateway started: goes on with a trial where there is one. */
  start(): void {
    this.#kept = this.read();
    const kept = this.#kept;
    if (kept?.is !== 'trying') return;
    const identity = this.identity();
    if (identity === undefined || isSame(networkOf(identity), kept.before)) {
      // The power was cut before the order was in place, or after it had been taken back, or the build has an identity.
      this.end(
        kept.id,
        'the new network is not in use: the power was cut while it was put in place, or the firmware has its own built in',
      );
      return;
    }
    this.#options.ports.log('info', 'another network is tried');
    this.goOn(kept);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Puts an order in place, for the restart that the caller sees to. Gives what is wrong with it, or undefined. */
  order(id: string, order: NetworkOrder | undefined): string | undefined {
    if (order === undefined || fields.every(name => order[name] === undefined))
      return `network: ${order === undefined ? 'is missing' : 'is empty'}; one of ${fields.join(', ')} is needed`;
    if (this.isOnTrial) return 'network: another network is on trial; wait five minutes';
    if (order.timeServers?.length === 0) return 'network.timeServers: none given; 1 to 4 are allowed';
    const identity = this.identity();
    if (identity === undefined) return 'network: this gateway keeps no network of its own';
    const before = networkOf(identity);
    const wanted = { ...identity, ...order };
    // A network that is named without a password has none.
    if (order.wifiName !== undefined && order.wifiPassword === undefined) delete wanted.wifiPassword;
    if (isSame(networkOf(wanted), before)) return 'network: this is what runs already';
    try {
      this.keep({ is: 'trying', id, before, elapsedMs: 0 });
      this.#options.ports.store.write(identityKey, encodeUtf8(JSON.stringify(wanted)));
    } catch (error) {
      this.#kept = undefined;
      return `network: cannot be stored: ${error instanceof Error ? error.message : String(error)}`.slice(
        0,
        256,
      );
    }
    return undefined;
  }

  /** The host was heard: over this network it can be reached. */
  heard(): void {
    const kept = this.#kept;
    // Without a timer the restart with the new network is still to come.
    if (kept?.is !== 'trying' || this.#cancel === undefined) return;
    this.stop();
    this.forget();
    this.#options.ports.log('info', 'the new network is kept');
    this.#options.answer({ v: 1, id: kept.id, ok: true, message: 'the new network is kept' });
    this.#options.about();
  }

  /** There is a connection: says how a trial ended. */
  connected(): void {
    const kept = this.#kept;
    if (kept?.is !== 'ended') return;
    this.#options.answer({ v: 1, id: kept.id, ok: false, message: kept.message });
    this.forget();
  }

  /** Where the gateway is and goes to, without any password; undefined where it keeps no identity. */
  facts(): Message<'about'>['network'] {
    const identity = this.identity();
    if (identity === undefined) return undefined;
    const { wifiName, broker, port } = networkOf(identity);
    const address = this.#options.ports.network?.address();
    return {
      ...(wifiName !== undefined && { wifiName }),
      ...(broker !== undefined && { broker }),
      ...(port !== undefined && { port }),
      ...(address !== undefined && { address }),
      ...(this.isOnTrial && { isOnTrial: true }),
    };
  }

  private goOn(kept: Kept & { is: 'trying' }): void {
    const { time, log } = this.#options.ports;
    const leftMs = trialMs - kept.elapsedMs;
    if (leftMs <= 0) {
      this.takeBack(kept);
      return;
    }
    const next = { ...kept, elapsedMs: kept.elapsedMs + keepEveryMs };
    try {
      this.keep(next);
    } catch (error) {
      // Then the next start gives it the same time once more.
      log('error', `the trial of a network cannot be stored: ${String(error)}`);
    }
    this.#cancel = time.after(Math.min(keepEveryMs, leftMs), () => this.goOn(next));
  }

  private takeBack({ id, before }: Kept & { is: 'trying' }): void {
    const { store, log } = this.#options.ports;
    this.stop();
    const identity = this.identity();
    log('error', 'the host was not heard over the new network: the one before is taken again');
    try {
      // A network alone is no identity: nobody could be who that names. The next start looks again.
      if (identity === undefined) throw new Error('the identity cannot be read');
      for (const name of fields) delete identity[name];
      store.write(identityKey, encodeUtf8(JSON.stringify({ ...identity, ...before })));
      this.end(
        id,
        `the host was not heard over the new network within ${trialMs / 60_000} minutes; the one before is in use again`,
      );
    } catch (error) {
      log('error', `the network before cannot be stored: ${String(error)}`);
    }
    this.#options.restartSoon();
  }

  private end(id: string, message: string): void {
    try {
      this.keep({ is: 'ended', id, message });
    } catch (error) {
      this.#options.ports.log('error', `how a trial ended cannot be stored: ${String(error)}`);
    }
  }

  private keep(kept: Kept): void {
    this.#slots.write(encodeUtf8(JSON.stringify(kept)));
    this.#kept = kept;
  }

  /** In both slots: an old password must not stay in one of them. */
  private forget(): void {
    this.#kept = undefined;
    try {
      this.#slots.write(new Uint8Array(0));
      this.#slots.write(new Uint8Array(0));
    } catch (error) {
      this.#options.ports.log('error', `the end of a trial cannot be stored: ${String(error)}`);
    }
  }

  private read(): Kept | undefined {
    const value = parsed(this.#slots.read());
    if (value === undefined) return undefined;
    const { is, id, before, elapsedMs, message } = value;
    if (typeof id !== 'string') return undefined;
    if (is === 'ended' && typeof message === 'string') return { is, id, message };
    const isTrying = is === 'trying' && typeof elapsedMs === 'number' && conforms(networkOrder, before);
    return isTrying ? { is, id, before, elapsedMs } : undefined;
  }

  private identity(): Record<string, unknown> | undefined {
    try {
      return parsed(this.#options.ports.store.read(identityKey));
    } catch {
      return undefined;
    }
  }
}

/** What of an identity an order can change. */
function networkOf(identity: Readonly<Record<string, unknown>>): NetworkOrder {
  const network: Record<string, unknown> = {};
  for (const name of fields) if (identity[name] !== undefined) network[name] = identity[name];
  return conforms(networkOrder, network) ? network : {};
}

const isSame = (one: NetworkOrder, other: NetworkOrder): boolean =>
  fields.every(name => JSON.stringify(one[name]) === JSON.stringify(other[name]));

function parsed(bytes: Uint8Array | undefined): Record<string, unknown> | undefined {
  if (bytes === undefined || bytes.length === 0) return undefined;
  try {
    const value: unknown = JSON.parse(decodeUtf8(bytes) ?? '');
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
