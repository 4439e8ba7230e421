import { connect, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  isHalfOpen: boolean;
}

/** The way between a gateway and its broker, which can be cut, closed, and made to swallow all that passes. */
export class TcpProxy {
  readonly port: number;
  /** Where it leads to. */
  target: number;
  /** Refuses who comes. */
  isClosed = false;
  /** Connections that were made. */
  connections = 0;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();

  private constructor(server: Server, target: number) {
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
    this.#server = server;
    this.target = target;
    server.on('connection', socket => this.#join(socket));
  }

  static async start(target: number): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new TcpProxy(server, target);
  }

  /** Ends all connections, as a router that restarts. */
  cut(): void {
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
    this.#pairs.clear();
  }

  /**
   * From now on nothing passes on the connections there are, and nobody is told: both ends believe in them. What
   * is made after it works.
   */
  halfOpen(): void {
    for (const pair of this.#pairs) {
      pair.isHalfOpen = true;
      pair.near.unpipe(pair.far).resume();
      pair.far.unpipe(pair.near).resume();
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.cut();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #join(near: Socket): void {
    if (this.isClosed) {
      near.destroy();
      return;
    }
    this.connections++;
    const far = connect(this.target, '127.0.0.1');
    const pair: Pair = { near, far, isHalfOpen: false };
    this.#pairs.add(pair);
    near.pipe(far);
    far.pipe(near);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.setNoDelay(true);
      socket.on('error', () => {});
      // Of a half-open connection each end lives on without the other.
      socket.on('close', () => {
        if (!pair.isHalfOpen) other.destroy();
      });
    }
  }
}
