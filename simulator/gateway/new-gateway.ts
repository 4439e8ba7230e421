import { Provisioner } from '#app/provisioner.ts';
import { decodeUtf8 } from '#core/utf8.ts';
import type { Ports, StorePort } from '#ports';
import { nodeHttp } from './node-http.ts';
import { nodeHttpServer } from './node-http-server.ts';
import { nodeMqtt } from './node-mqtt.ts';
import { nodePorts } from './node-ports.ts';
import { memoryStore } from './stores.ts';

export interface NewGatewayOptions {
  /** Keeps what it is told; default: memory. */
  readonly store?: StorePort;
  /** Port of its page on 127.0.0.1; 0: any free one. */
  readonly pagePort?: number;
  readonly device?: string;
  /** Parts of the machine that are others than Node's: time, network, console, HTTP. */
  readonly differs?: Partial<Ports>;
  readonly isPaired?: boolean;
  readonly log?: Ports['log'];
}

/** Who a simulated gateway has become. */
export interface NewIdentity {
  readonly gateway: string;
  readonly broker: string;
  readonly port: number;
  readonly password: string;
  readonly caDer?: string;
  readonly wifiName?: string;
}

/** A gateway that nobody has set up yet: the device's own code and page, on loopback. */
export class NewGateway {
  readonly store: StorePort;
  /** Where its page is, once it listens; rejects with what the system said where it cannot. */
  readonly listening: Promise<string>;
  /** Told when it would restart as what it has become. */
  readonly finished: Promise<void>;
  readonly #provisioner: Provisioner;

  constructor(options: NewGatewayOptions = {}) {
    const { store = memoryStore(), device = 'gateway-51m1', log = () => {}, pagePort = 0 } = options;
    this.store = store;
    let listens: (url: string) => void = () => {};
    let fails: (error: Error) => void = () => {};
    let finishes: () => void = () => {};
    this.listening = new Promise((resolve, reject) => {
      listens = resolve;
      fails = reject;
    });
    // Not everybody asks.
    this.listening.catch(() => {});
    this.finished = new Promise(resolve => {
      finishes = resolve;
    });
    const ports: Ports = {
      ...nodePorts({ broker: nobody, store, log }),
      http: nodeHttp('127.0.0.1'),
      httpServer: nodeHttpServer({
        port: pagePort,
        onListening: port => listens(`http://127.0.0.1:${port}/`),
        onFailed: error => fails(error),
      }),
      ...options.differs,
    };
    this.#provisioner = new Provisioner({
      ports,
      device,
      isPaired: options.isPaired ?? false,
      mqttOf: ({ gateway, password, port, broker, caDer }, reached) =>
        nodeMqtt({ host: broker ?? reached, port, username: gateway, password, caDer }),
      restart: finishes,
    });
    this.#provisioner.start();
  }

  get state(): Provisioner['state'] {
    return this.#provisioner.state;
  }

  /** What it knows of itself; undefined while nobody has told it. */
  get identity(): NewIdentity | undefined {
    const kept = this.store.read('identity');
    return kept === undefined ? undefined : (JSON.parse(decodeUtf8(kept) ?? 'null') as NewIdentity);
  }

  stop(): void {
    this.#provisioner.stop();
  }
}

const nobody = { host: '127.0.0.1', port: 1, username: '', password: '' };
