import { readFileSync } from 'node:fs';

/** A connection that neither side has ended; ending one is a byte more to be taken (`net/tcp_states.h`). */
const established = '01';

/**
 * What lies at the host's system for ends of TCP connections that do not read (`/proc/net/tcp`, proc(5)). As long as an end's own
 * system has room it acknowledges all, and nobody else can tell that it is not read: some 500 kB on a loopback device.
 */
export class SendQueues {
  /** When the last of them had acknowledged all for the last time, by `performance.now()`. */
  fullMs = performance.now();
  /** Ports of the ends for which something lies there. */
  readonly #waiting = new Set<number>();
  readonly #hostPort: number;
  readonly #ports: ReadonlySet<number>;

  /**
   * @param hostPort where they are connected: other programs' ends may have the same ports, at other hosts
   * @param ports those of the ends that do not read
   */
  constructor(hostPort: number, ports: Iterable<number>) {
    this.#hostPort = hostPort;
    this.#ports = new Set(ports);
  }

  look(): void {
    for (const line of tableOf().split('\n').slice(1)) {
      const [, local = '', remote = '', state, queues = ''] = line.trim().split(/\s+/);
      const port = portOf(remote);
      if (portOf(local) !== this.#hostPort || !this.#ports.has(port) || state !== established) continue;
      const isEmpty = Number.parseInt(queues.split(':')[0] ?? '', 16) === 0;
      if (!isEmpty && this.#waiting.has(port)) continue;
      if (isEmpty) this.#waiting.delete(port);
      else this.#waiting.add(port);
      this.fullMs = performance.now();
    }
  }
}

const portOf = (end: string): number => Number.parseInt(end.split(':')[1] ?? '', 16);

function tableOf(): string {
  try {
    return readFileSync('/proc/net/tcp', 'utf8');
  } catch {
    // Not Linux: the time counts from the beginning.
    return '';
  }
}
