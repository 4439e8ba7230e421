import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

/** A connection that neither side has ended (`net/tcp_states.h`): its ends, and what is sent and not acknowledged, or not sent. */
const established = /^ *\d+: ([0-9A-F]+:[0-9A-F]{4} [0-9A-F]+:[0-9A-F]{4}) 01 ([0-9A-F]{8}):/gm;
const tables = ['/proc/net/tcp', '/proc/net/tcp6'];

interface Held {
  readonly ends: string;
  /** Undefined where several connections have the same ports. */
  readonly bytes: number | undefined;
}

/**
 * What this system holds for the other ends of connections, bytes, as Linux tells it (proc(5)). Not known, and left out, where
 * connections share both ports, elsewhere, and now and then: the tables are not of one moment.
 */
export async function heldBytes(sockets: Iterable<Socket>): Promise<Map<Socket, number>> {
  const texts = await Promise.all(tables.map(table => readFile(table, 'latin1').catch(() => '')));
  const byPorts = new Map<string, Held>();
  for (const [, ends = '', bytes = ''] of texts.join('').matchAll(established)) {
    const ports = ends.replace(/[0-9A-F]+:/g, '');
    const before = byPorts.get(ports);
    const isShared = before !== undefined && (before.ends !== ends || before.bytes === undefined);
    byPorts.set(ports, { ends, bytes: isShared ? undefined : Number.parseInt(bytes, 16) });
  }
  const held = new Map<Socket, number>();
  for (const socket of sockets) {
    const bytes = byPorts.get(`${hexOf(socket.localPort)} ${hexOf(socket.remotePort)}`)?.bytes;
    if (bytes !== undefined) held.set(socket, bytes);
  }
  return held;
}

const hexOf = (port = 0): string => port.toString(16).toUpperCase().padStart(4, '0');
