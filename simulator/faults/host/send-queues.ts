import { readFileSync } from 'node:fs';

/** A connection that neither side has ended; ending one is a byte more to be taken (`net/tcp_states.h`). */
const established = '01';

/**
 * What the system keeps for ends of TCP connections that do not read (`/proc/net/tcp`, proc(5)). On a loopback device, whose
 * segments have 64 kB, that is megabytes; over Ethernet tens of kilobytes. Until it is full the sender cannot know.
 */
export class SendQueues {
  /** When the last of them last grew, by `performance.now()`. */
  fullMs = performance.now();
  /** The most that was kept for one. */
  mostBytes = 0;
  readonly #bytes: Map<number, number>;

  /** @param ports those of the ends that do not read */
  constructor(ports: readonly number[]) {
    this.#bytes = new Map(ports.map(port => [port, 0]));
  }

  look(): void {
    for (const line of tableOf().split('\n').slice(1)) {
      const [, , remote = '', state, queues = ''] = line.trim().split(/\s+/);
      const port = Number.parseInt(remote.split(':')[1] ?? '', 16);
      const before = this.#bytes.get(port);
      if (before === undefined || state !== established) continue;
      const bytes = Number.parseInt(queues.split(':')[0] ?? '', 16);
      if (bytes <= before) continue;
      this.#bytes.set(port, bytes);
      this.fullMs = performance.now();
      this.mostBytes = Math.max(this.mostBytes, bytes);
    }
  }
}

function tableOf(): string {
  try {
    return readFileSync('/proc/net/tcp', 'utf8');
  } catch {
    // Not Linux: the time counts from the beginning.
    return '';
  }
}
