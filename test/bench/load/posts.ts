import { once } from 'node:events';
import { connect } from 'node:net';
import type { LoadCounts } from '../../../simulator/fleet/journal.ts';
import { chance, recordOf, twelve } from '../../../simulator/fleet/records.ts';
import type { Load } from './load.ts';

export interface PostsPlan {
  readonly kind: 'posts';
  readonly port: number;
  /** Connections that stay, each with one request at a time. */
  readonly clients: number;
  readonly path: string;
}

/** Requests to choose from. */
const variants = 64;
const bodyEnd = Buffer.from('\r\n\r\n');

/** Loggers that post one reading of twelve values after the other; answers have no body. */
export async function posts({ port, clients, path }: PostsPlan, counts: LoadCounts): Promise<Load> {
  const random = chance(3);
  const requests = Array.from({ length: variants }, (_, window) => requestOf(path, window, random));
  let isOpen = false;
  let sent = 0;
  const sends: (() => void)[] = [];
  for (let client = 0; client < clients; client++) {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    let sentMs = 0;
    let isWaiting = false;
    const send = () => {
      if (!isOpen || isWaiting) return;
      isWaiting = true;
      sentMs = performance.now();
      socket.write(requests[sent++ % variants] ?? '');
    };
    let answer = Buffer.alloc(0);
    socket.on('data', chunk => {
      answer = Buffer.concat([answer, chunk]);
      if (!answer.includes(bodyEnd)) return;
      const status = answer.toString('latin1', 9, 12);
      if (status.startsWith('2')) {
        counts.messages++;
        counts.records++;
        counts.values += twelve.length;
        counts.latenciesMs.push(performance.now() - sentMs);
      } else counts.wrong.push(`the server answers ${status}`);
      answer = Buffer.alloc(0);
      isWaiting = false;
      send();
    });
    socket.on('close', () => counts.hungUp++);
    sends.push(send);
  }
  return {
    journals: [],
    start() {
      isOpen = true;
      for (const send of sends) send();
    },
    stop() {
      isOpen = false;
    },
    isDry: () => false,
  };
}

function requestOf(path: string, window: number, random: () => number): string {
  const startMs = Date.UTC(2026, 0, 1) + window * 10_000;
  const { values } = recordOf('main', twelve, startMs, window, random);
  const byName = Object.fromEntries(values.map(({ quantity, last }) => [quantity, Number(last.toFixed(3))]));
  const body = JSON.stringify({ meter: 'main', at: new Date(startMs).toISOString(), values: byName });
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}
