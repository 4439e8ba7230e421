import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Unread } from '../../../host/http/unread.ts';

const lying = Buffer.alloc(1_000_000);
const onLinux = it.runIf(existsSync('/proc/net/tcp'));
const looks = 10;
let server: Server;
let ends: Socket[];

beforeEach(async () => {
  ends = [];
  server = createServer(socket => ends.push(socket)).listen(0, '::');
  await once(server, 'listening');
});
afterEach(() => {
  for (const end of ends) end.destroy();
  server.close();
});

/** A connection: the end that is written to, and the one that may read. */
async function connected(host: string): Promise<{ readonly writer: Socket; readonly reader: Socket }> {
  const address = server.address();
  const reader = connect({ host, port: typeof address === 'object' && address !== null ? address.port : 0 });
  await Promise.all([once(reader, 'connect'), once(server, 'connection')]);
  const writer = ends.at(-1) as Socket;
  ends.push(reader);
  return { writer, reader };
}

/** Reads until so much has come since it was connected, and no more. */
async function readTo(reader: Socket, bytes: number): Promise<void> {
  while (reader.bytesRead < bytes) {
    if (reader.read() === null) await once(reader, 'readable');
  }
}

onLinux.each(['127.0.0.1', '::1'])('an end that reads nothing is found, and no other: %s', async host => {
  const silent = await connected(host);
  const slow = await connected(host);
  const well = await connected(host);
  well.reader.resume();
  const writers = [silent, slow, well].map(({ writer }) => writer);
  // More than an end's system has room for, and less than this one takes.
  await Promise.all(writers.map(writer => new Promise(taken => writer.write(lying, taken))));
  const unread = new Unread();
  const found: number[][] = [];
  // The first looks may find something still on its way, and one that connections come and go at may miss a line.
  for (let look = 0; look < looks && !found.flat().includes(0); look++) {
    found.push((await unread.look(writers)).map(writer => writers.indexOf(writer)));
    await readTo(slow.reader, ((look + 1) * lying.length) / looks);
  }
  expect(found.length).toBeGreaterThanOrEqual(4);
  expect(found.flat()).toEqual([0]);
  await readTo(silent.reader, lying.length);
  expect(await unread.look(writers)).toEqual([]);
});

onLinux('nothing is said of an end for which nothing lies here', async () => {
  const { writer } = await connected('127.0.0.1');
  const unread = new Unread();
  for (let look = 0; look < looks; look++) expect(await unread.look([writer])).toEqual([]);
});
