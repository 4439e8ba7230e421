import { readCode } from '../core/pairing-code.ts';
import type { PairGrant } from '../core/pairing-messages.ts';
import { encodeMessage } from '../core/wire/messages.ts';
import { topicOf } from '../core/wire/topics.ts';
import type { Cancel, MqttPort, Ports } from '../ports.ts';
import { keepIdentity, pairWith } from './pair.ts';
import {
  faultOf,
  type HostAddress,
  type ProvisionFault,
  type ProvisionOrder,
  readHost,
} from './provision-order.ts';

/** `joined`: on the network, and waiting for a host and a code. `stored`: paired, but the broker could not be reached. */
export type ProvisionState =
  | 'waiting'
  | 'joining'
  | 'joined'
  | 'searching'
  | 'pairing'
  | 'connecting'
  | 'stored'
  | 'done';

export interface ProvisionOptions {
  readonly ports: Pick<Ports, 'time' | 'random' | 'store' | 'crypto' | 'board' | 'log' | 'network' | 'http'>;
  /** A name of the device's own, such as `gateway-3f2a`. */
  readonly device: string;
  /** The way to the broker for what was given, to be tried once. */
  readonly mqttOf: (grant: PairGrant, reached: string) => MqttPort;
  /** State, fault or what was found is another. */
  readonly changed: () => void;
  /** It is paired, and what became of it has been there to be read for a while. */
  readonly finished: () => void;
}

export interface FoundHost extends HostAddress {
  readonly name: string;
}

const joinMs = 30_000;
const searchMs = 5000;
/** After one is found others may still follow. */
const moreHostsMs = 1500;
/** A host answers in a second; one that drips its answer must not hold the gateway. */
const pairMs = 60_000;
const connectMs = 45_000;
/** How long what became of it can be read before the gateway restarts as what it now is. */
const readDoneMs = 6000;
const readStoredMs = 60_000;
const hostsMost = 8;

/**
 * From a gateway that knows nothing to one that has a network and a host: joins, finds the host, pairs, and keeps who it is
 * once both are proven; then the broker is tried. Whatever fails is told, nothing of it is kept, and one can try again.
 */
export class Provisioning {
  readonly #options: ProvisionOptions;
  #state: ProvisionState = 'waiting';
  #fault: ProvisionFault | undefined;
  /** Of the machine, in English; never a secret. */
  #detail = '';
  #wifi: { readonly name: string; readonly password: string } | undefined;
  #leave: Cancel | undefined;
  #order: ProvisionOrder | undefined;
  readonly #hosts: FoundHost[] = [];
  #gateway: string | undefined;
  #cancels: Cancel[] = [];

  constructor(options: ProvisionOptions) {
    this.#options = options;
  }

  get state(): ProvisionState {
    return this.#state;
  }

  /** Why the last try failed. */
  get fault(): ProvisionFault | undefined {
    return this.#fault;
  }

  get detail(): string {
    return this.#detail;
  }

  /** The network that was joined or asked for last; its password is told to nobody. */
  get wifiName(): string {
    return this.#wifi?.name ?? '';
  }

  get hosts(): readonly FoundHost[] {
    return this.#hosts;
  }

  /** Its id at the host, once it is paired. */
  get gateway(): string | undefined {
    return this.#gateway;
  }

  get isBusy(): boolean {
    return this.#state !== 'waiting' && this.#state !== 'joined';
  }

  /** Begins; gives what is wrong with the order, or undefined. An empty password is the one given before for that network. */
  begin(order: ProvisionOrder): ProvisionFault | undefined {
    if (this.isBusy) return 'busy';
    const { network } = this.#options.ports;
    const fault = faultOf(order, network !== undefined);
    this.#detail = '';
    if (fault !== undefined) {
      this.#fault = fault;
      this.#options.changed();
      return fault;
    }
    this.#fault = undefined;
    this.#order = order;
    const known = this.#wifi;
    const isKnown =
      known?.name === order.wifiName && (order.wifiPassword === '' || order.wifiPassword === known.password);
    if (network === undefined || (isKnown && this.#state === 'joined')) this.joined();
    else this.join({ name: order.wifiName, password: isKnown ? known.password : order.wifiPassword });
    return undefined;
  }

  /** Gives up what is under way and leaves the network. */
  stop(): void {
    this.end();
    this.#leave?.();
    this.#leave = undefined;
  }

  private join(wifi: { readonly name: string; readonly password: string }): void {
    const { network, log } = this.#options.ports;
    this.become('joining');
    this.#wifi = wifi;
    this.#leave?.();
    const credential = { name: wifi.name, ...(wifi.password !== '' && { password: wifi.password }) };
    this.#leave = network?.join(credential, (isUp, why) => {
      if (this.#state !== 'joining') return;
      if (isUp) {
        log('info', 'the WiFi network was joined');
        this.joined();
      } else if (why === 'password') this.failed('wifi.password');
    });
    this.later(joinMs, () => this.failed('wifi.timeout'));
  }

  private joined(): void {
    const order = this.#order;
    if (order === undefined || order.code === '') {
      this.become('joined');
      return;
    }
    const typed = readHost(order.host);
    if (typed !== undefined) this.pair(typed, order.code);
    else this.search(order.code);
  }

  private search(code: string): void {
    const { network } = this.#options.ports;
    this.become('searching');
    this.#hosts.length = 0;
    const cancel = network?.findHosts(({ name, address, port }) => {
      const isKnown = this.#hosts.some(one => one.host === address && one.port === port);
      if (isKnown || this.#hosts.length === hostsMost) return;
      this.#hosts.push({ name, host: address, port });
      if (this.#hosts.length === 1) this.later(moreHostsMs, () => this.found(code));
    });
    if (cancel !== undefined) this.#cancels.push(cancel);
    this.later(network === undefined ? 0 : searchMs, () => this.found(code));
  }

  private found(code: string): void {
    const [only] = this.#hosts;
    if (only === undefined) this.failed('host.none');
    else if (this.#hosts.length > 1) this.failed('host.many');
    else this.pair(only, code);
  }

  private pair(host: HostAddress, code: string): void {
    const { ports, device } = this.#options;
    const { board } = ports;
    this.become('pairing');
    const hello = {
      device,
      chip: board.chip,
      board: board.name.slice(0, 64),
      firmware: board.firmware.slice(0, 64),
    };
    // A device needs a second for its proof: the page that shows the state goes out first.
    this.later(100, () => {
      const cancel = pairWith(ports, host, readCode(code) ?? '', hello, outcome => {
        if (this.#state !== 'pairing') return;
        if (outcome.ok) this.paired(outcome.grant, host.host);
        else this.failed(outcome.fault, outcome.detail);
      });
      this.#cancels.push(cancel);
    });
    this.later(pairMs, () => this.failed('host.unreachable', `no whole answer in ${pairMs / 1000} s`));
  }

  private paired(grant: PairGrant, reached: string): void {
    const { ports, mqttOf } = this.#options;
    try {
      keepIdentity(ports, grant, reached, ports.network === undefined ? undefined : this.#wifi);
    } catch (error) {
      this.failed('store', String(error));
      return;
    }
    const { gateway } = grant;
    this.#gateway = gateway;
    ports.log('info', `paired as gateway ${gateway}; the broker is tried`);
    this.become('connecting');
    const will = {
      topic: topicOf(gateway, 'status'),
      payload: encodeMessage('status', { v: 1, state: 'offline' }),
      retain: true,
    };
    const connection = mqttOf(grant, reached).connect(
      { clientId: gateway, keepAliveS: 30, will },
      {
        onConnected: () => this.brokerSaid(undefined),
        onMessage: () => {},
        onClosed: why => this.brokerSaid(why),
      },
    );
    this.#cancels.push(() => connection.close());
    this.later(connectMs, () => this.brokerSaid('no answer'));
  }

  private brokerSaid(why: string | undefined): void {
    const { time } = this.#options.ports;
    if (this.#state !== 'connecting') return;
    if (why !== undefined) {
      this.#fault = 'broker';
      this.#detail = why;
    }
    // Outside of the connection's own callback, which may come before `connect` has returned.
    time.after(0, () => this.become(why === undefined ? 'done' : 'stored'));
    time.after(why === undefined ? readDoneMs : readStoredMs, () => this.#options.finished());
  }

  private failed(fault: ProvisionFault, detail = ''): void {
    this.#fault = fault;
    this.#detail = detail;
    this.#options.ports.log('warn', `not set up: ${fault}${detail === '' ? '' : ` (${detail})`}`);
    const isUp = this.#options.ports.network === undefined || !fault.startsWith('wifi.');
    if (!isUp) {
      this.#leave?.();
      this.#leave = undefined;
      this.#wifi = undefined;
    }
    this.become(isUp && this.#wifi !== undefined ? 'joined' : 'waiting');
  }

  private become(state: ProvisionState): void {
    this.end();
    this.#state = state;
    this.#options.changed();
  }

  private end(): void {
    for (const cancel of this.#cancels.splice(0)) cancel();
  }

  private later(delayMs: number, callback: () => void): void {
    this.#cancels.push(this.#options.ports.time.after(delayMs, callback));
  }
}
