import { createServer, type Server, type Socket } from 'node:net';
import type { TimePort } from '#ports';
import { nodeTime } from '../gateway/node-time.ts';
import { seededUnit } from '../line/bit-noise.ts';
import { type NetworkFaults, noNetworkFaults } from './network-faults.ts';
import { ProxyPair } from './proxy-pair.ts';

export interface TcpProxyOptions {
  /** Port on 127.0.0.1 that it leads to. */
  readonly target: number;
  /** Of its own, on 127.0.0.1; absent or 0: any free one. */
  readonly port?: number;
  /** What delays are measured by; default: the machine's own time. */
  readonly time?: TimePort;
  /** Of jitter and loss. */
  readonly seed?: number;
  readonly faults?: Partial<NetworkFaults>;
}

/**
 * The way between a gateway and its broker, which can be slow, late, lossy, cut, closed, and can swallow all that passes.
 * Connections are real; what is wrong with them is as TCP shows it.
 */
export class TcpProxy {
  readonly port: number;
  /** Where those lead to that are made from now on. */
  target: number;
  readonly counts = { connections: 0, refused: 0 };
  readonly #server: Server;
  readonly #time: TimePort;
  readonly #unit: () => number;
  readonly #pairs = new Set<ProxyPair>();
  readonly #bytes = { up: 0, down: 0, lostSegments: 0, swallowed: 0 };
  #faults: NetworkFaults;

  private constructor(server: Server, options: TcpProxyOptions) {
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
    this.#server = server;
    this.target = options.target;
    this.#time = options.time ?? nodeTime;
    this.#unit = seededUnit(options.seed ?? 1);
    this.#faults = { ...noNetworkFaults, ...options.faults };
    server.on('connection', socket => this.#join(socket));
  }

  /** @throws Error where the port is taken. */
  static async start(options: TcpProxyOptions): Promise<TcpProxy> {
    // An end of one direction is no end of the other; it passes when what was said before it has passed.
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return new TcpProxy(server, options);
  }

  get faults(): NetworkFaults {
    return this.#faults;
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#pairs.size;
  }

  /** Of all connections so far: bytes to the target and from it, segments lost on the way, bytes that nobody got. */
  get traffic(): {
    readonly up: number;
    readonly down: number;
    readonly lostSegments: number;
    readonly swallowed: number;
  } {
    const sum = { ...this.#bytes };
    for (const pair of this.#pairs) addTraffic(sum, pair);
    return sum;
  }

  /** Changes some faults and leaves the others as they are. */
  setFaults(faults: Partial<NetworkFaults>): void {
    this.#faults = { ...this.#faults, ...faults };
    if (this.#faults.passage === 'refused') this.cut();
    for (const pair of this.#pairs) pair.faultsChanged();
  }

  /** Ends all connections, as a router that restarts; `reset`: as a machine that was killed. */
  cut(how: 'end' | 'reset' = 'end'): void {
    for (const pair of [...this.#pairs]) pair.destroy(how === 'reset');
  }

  /**
   * From now on nothing passes on the connections there are, and nobody is told: both ends believe in them, for ever.
   * What is made after it works.
   */
  halfOpen(): void {
    for (const pair of this.#pairs) pair.swallow();
  }

  async close(): Promise<void> {
    const closed = new Promise(resolve => this.#server.close(resolve));
    this.#faults = { ...this.#faults, passage: 'refused' };
    this.cut();
    await closed;
  }

  #join(near: Socket): void {
    if (this.#faults.passage === 'refused') {
      this.counts.refused++;
      near.resetAndDestroy();
      return;
    }
    this.counts.connections++;
    const pair: ProxyPair = new ProxyPair({
      near,
      target: () => this.target,
      time: this.#time,
      unit: this.#unit,
      faults: () => this.#faults,
      ended: () => {
        this.#pairs.delete(pair);
        addTraffic(this.#bytes, pair);
      },
    });
    this.#pairs.add(pair);
  }
}

type Traffic = { -readonly [N in keyof TcpProxy['traffic']]: number };

function addTraffic(sum: Traffic, { up, down, counts }: ProxyPair): void {
  sum.up += up.counts.bytes;
  sum.down += down.counts.bytes;
  sum.lostSegments += up.counts.lostSegments + down.counts.lostSegments;
  sum.swallowed += counts.swallowed;
}
