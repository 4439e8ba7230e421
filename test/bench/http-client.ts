import { connect, type Socket } from 'node:net';
import { serveCalls } from './calls.ts';
import { percentile } from './numbers.ts';

export interface Asked {
  /** Whole answers within the time. */
  readonly answers: number;
  /** Of one answer, headers and all; the last one that came. */
  readonly bytes: number;
  readonly p99Ms: number;
  /** First lines of answers, each once. */
  readonly statuses: readonly string[];
}

export interface Heard {
  readonly events: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** What a client that costs as little as can be does, in a process of its own. */
export interface ClientCalls {
  /** Sends the requests round and round on so many connections, one at a time on each. */
  readonly ask: {
    readonly takes: {
      readonly port: number;
      readonly requests: readonly string[];
      readonly connections: number;
      readonly forMs: number;
    };
    readonly gives: Asked;
  };
  /** Opens streams of live events. */
  readonly listen: {
    readonly takes: { readonly port: number; readonly request: string; readonly clients: number };
    readonly gives: number;
  };
  /** How late the events were that came since the last look. */
  readonly heard: { readonly takes: null; readonly gives: Heard };
  readonly hangUp: { readonly takes: null; readonly gives: null };
}

const headEnd = Buffer.from('\r\n\r\n');
const mark = Buffer.from('"atMs":');
const sockets: Socket[] = [];
let latenessMs: number[] = [];

const nowMs = () => performance.timeOrigin + performance.now();

/** Length of a whole answer, from what has come of it; undefined while its head is not whole. */
function lengthOf(head: Buffer): number | undefined {
  const end = head.indexOf(headEnd);
  if (end < 0) return undefined;
  const length = /\r\ncontent-length: (\d+)/i.exec(head.toString('latin1', 0, end + 2))?.[1];
  return end + headEnd.length + Number(length ?? 0);
}

const open = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });

serveCalls<ClientCalls>({
  async ask({ port, requests, connections, forMs }) {
    const bytes = requests.map(request => Buffer.from(request, 'latin1'));
    const statuses = new Set<string>();
    const timesMs: number[] = [];
    let next = 0;
    let length = 0;
    let isOver = false;
    const runOne = async () => {
      const socket = await open(port);
      let sentMs = 0;
      let missing = 0;
      const send = () => {
        sentMs = performance.now();
        missing = -1;
        socket.write(bytes[next++ % bytes.length] as Buffer);
      };
      await new Promise<void>(resolve => {
        socket.on('data', chunk => {
          if (missing < 0) {
            const whole = lengthOf(chunk);
            // On loopback a head comes in one piece; if it ever did not, the statuses would show it.
            statuses.add(chunk.toString('latin1', 0, chunk.indexOf('\r\n')));
            length = whole ?? chunk.length;
            missing = length;
          }
          missing -= chunk.length;
          if (missing > 0) return;
          timesMs.push(performance.now() - sentMs);
          if (isOver) resolve();
          else send();
        });
        socket.on('close', () => resolve());
        send();
      });
      socket.destroy();
    };
    setTimeout(() => {
      isOver = true;
    }, forMs);
    await Promise.all(Array.from({ length: connections }, runOne));
    return {
      answers: timesMs.length,
      bytes: length,
      p99Ms: percentile(timesMs, 0.99),
      statuses: [...statuses],
    };
  },
  async listen({ port, request, clients }) {
    for (let client = 0; client < clients; client++) {
      const socket = await open(port);
      sockets.push(socket);
      socket.on('data', chunk => {
        for (let at = chunk.indexOf(mark); at >= 0; at = chunk.indexOf(mark, at + mark.length)) {
          const sentMs = Number.parseFloat(chunk.toString('latin1', at + mark.length, at + mark.length + 20));
          latenessMs.push(nowMs() - sentMs);
        }
      });
      socket.write(request);
    }
    return sockets.length;
  },
  heard() {
    const [p50Ms, p99Ms, maxMs] = [0.5, 0.99, 1].map(share => percentile(latenessMs, share));
    const heard = { events: latenessMs.length, p50Ms, p99Ms, maxMs } as Heard;
    latenessMs = [];
    return heard;
  },
  hangUp() {
    for (const socket of sockets.splice(0)) socket.destroy();
    return null;
  },
});
