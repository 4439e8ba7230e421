import { connect, type Socket } from 'node:net';
import type { TimePort } from '#ports';
import type { NetworkFaults } from './network-faults.ts';
import { SegmentStream } from './segment-stream.ts';

export interface ProxyPairOptions {
  readonly near: Socket;
  /** The port to connect to, asked when the way there is open. */
  readonly target: () => number;
  readonly time: TimePort;
  readonly unit: () => number;
  readonly faults: () => NetworkFaults;
  /** Both sockets are closed. Called once. */
  readonly ended: () => void;
}

/** What two TCP stacks hold for a connection; who sends more has to wait. */
const windowBytes = 65_536;

/** A connection of a proxy: two sockets and what is between them, in each direction. */
export class ProxyPair {
  readonly counts = { swallowed: 0 };
  readonly up: SegmentStream;
  readonly down: SegmentStream;
  readonly #options: ProxyPairOptions;
  readonly #near: Socket;
  #far: Socket | undefined;
  #isSwallowing = false;
  #isOver = false;

  constructor(options: ProxyPairOptions) {
    this.#options = options;
    this.#near = options.near;
    const { time, unit, faults } = options;
    const stream = (from: () => Socket | undefined, to: () => Socket | undefined) => {
      const made: SegmentStream = new SegmentStream({
        time,
        unit,
        faults,
        deliver: bytes => {
          to()?.write(bytes);
          const source = from();
          if (source !== undefined) this.#hold(source, made, to());
        },
        ended: () => void to()?.end(),
      });
      return made;
    };
    const near = () => this.#near;
    const far = () => this.#far;
    this.up = stream(near, far);
    this.down = stream(far, near);
    this.#carry(this.#near, this.up, far);
    if (options.faults().passage === 'open') this.#reach();
  }

  /** Its faults are others now. */
  faultsChanged(): void {
    if (this.#isOver || this.#isSwallowing) return;
    const { passage } = this.#options.faults();
    if (passage === 'deaf') this.swallow();
    if (passage !== 'open') return;
    this.#reach();
    this.up.goOn();
    this.down.goOn();
  }

  /** Nothing passes any more, in any direction; both ends stay connected to the proxy. */
  swallow(): void {
    this.#isSwallowing = true;
    this.counts.swallowed += this.up.waitingBytes + this.down.waitingBytes;
    this.up.drop();
    this.down.drop();
    this.#near.resume();
    this.#far?.resume();
  }

  /** Ends both sockets; `isReset`: with a reset, as when the machine that spoke has no such connection any more. */
  destroy(isReset = false): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.up.drop();
    this.down.drop();
    for (const socket of [this.#near, this.#far]) {
      if (isReset) socket?.resetAndDestroy();
      else socket?.destroy();
    }
    this.#options.ended();
  }

  /** Connects to the target, where it is not yet. */
  #reach(): void {
    if (this.#far !== undefined) return;
    const far = connect({ port: this.#options.target(), host: '127.0.0.1', allowHalfOpen: true });
    this.#far = far;
    this.#carry(far, this.down, () => this.#near);
  }

  #carry(from: Socket, stream: SegmentStream, to: () => Socket | undefined): void {
    if (this.#options.faults().passage === 'deaf') this.#isSwallowing = true;
    from.setNoDelay(true);
    from.on('data', (bytes: Buffer) => {
      if (this.#isSwallowing) {
        this.counts.swallowed += bytes.length;
        return;
      }
      stream.push(bytes);
      this.#hold(from, stream, to());
    });
    from.on('end', () => {
      if (this.#isSwallowing) from.end();
      else stream.end();
    });
    from.on('error', () => {});
    from.on('drain', () => {
      const source = to();
      if (source !== undefined) this.#hold(source, from === this.#near ? this.down : this.up, from);
    });
    from.on('close', hadError => this.#closed(hadError));
  }

  /** Lets the sender wait while too much is under way. */
  #hold(from: Socket, stream: SegmentStream, to: Socket | undefined): void {
    const bytes = stream.waitingBytes + (to?.writableLength ?? 0);
    if (bytes >= windowBytes) from.pause();
    else if (bytes < windowBytes / 2 && from.isPaused()) from.resume();
  }

  #closed(hadError: boolean): void {
    const isNearOpen = !this.#near.destroyed;
    const isFarOpen = this.#far !== undefined && !this.#far.destroyed;
    // Of a half-open connection each end lives on without the other. After a good-bye what was said before is still
    // on its way.
    if ((isNearOpen || isFarOpen) && (this.#isSwallowing || !hadError)) return;
    this.destroy();
  }
}
