import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeMessage } from '#core/wire/messages.ts';
import { protocolVersion } from '#core/wire/topics.ts';
import { LoadCounts, LoadJournal } from '../../../simulator/fleet/journal.ts';
import { Link } from '../../../simulator/fleet/link.ts';

const epoch = '00000000000000aa';
const inFlight = 4;
const perMessage = 3;
const message = { bytes: Buffer.alloc(9), records: perMessage, values: 36 };

let link: Link;
let counts: LoadCounts;
let journal: LoadJournal;

beforeEach(async () => {
  // Lets everybody in (MQTT 3.1.1, section 3.2) and says nothing more.
  const server = createServer((socket: Socket) => {
    socket.once('data', () => socket.write(Buffer.from([0x20, 2, 0, 0])));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const deaf = { onPublish: () => {}, onPuback: () => {}, onClosed: () => {} };
  link = await Link.open({ port, id: 'attic', subscribe: [], ...deaf });
  server.close();
  counts = new LoadCounts();
  journal = new LoadJournal({ gateway: 'attic', epoch, inFlight, counts });
});
afterEach(() => link.close());

const add = (messages: number): void => {
  for (let index = 0; index < messages; index++) journal.add(message, performance.now());
};
const acknowledge = (messages: number): void =>
  journal.onAck(
    Buffer.from(encodeMessage('ack', { v: protocolVersion, epoch, sequence: messages * perMessage })),
  );

test('what went out before a connection was lost may be acknowledged before it goes out again', () => {
  add(2);
  journal.use(link);
  journal.use(undefined);
  acknowledge(1);
  journal.use(link);
  expect(counts).toMatchObject({ messages: 1, records: perMessage, resent: 1, wrong: [] });
  acknowledge(2);
  expect(journal.isSettled).toBe(true);
  expect(counts).toMatchObject({ messages: 2, resent: 1, wrong: [] });
});

test('an acknowledgement of what never went out, or of half a message, cannot be', () => {
  add(1);
  acknowledge(1);
  expect(counts.wrong).toEqual(['attic: 3 is acknowledged, which ends no message that was sent']);
  journal.use(link);
  add(1);
  acknowledge(5 / perMessage);
  expect(counts.wrong).toHaveLength(2);
});

test('where nothing is acknowledged one message goes again, until something is', () => {
  add(6);
  journal.use(link);
  const later = (times: number) => performance.now() + times * 11_000;
  journal.tick(later(1));
  expect(counts.resent).toBe(1);
  journal.tick(later(2));
  expect(counts.resent).toBe(2);
  // All four came, though only the first went again: the last two are sent as well.
  acknowledge(4);
  expect(counts).toMatchObject({ messages: 4, resent: 2, wrong: [] });
  acknowledge(6);
  expect(journal.isSettled).toBe(true);
  expect(counts.wrong).toEqual([]);
});
