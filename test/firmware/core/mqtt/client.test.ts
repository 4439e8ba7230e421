import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '#core/limits.ts';
import { MqttClient } from '#core/mqtt/client.ts';
import { pubackPacket } from '#core/mqtt/packets.ts';
import { VirtualTime } from '../../../../simulator/gateway/virtual-time.ts';

const mostBytes = limits.mqttPacketDownBytes + 512;
const connack = Uint8Array.of(0x20, 2, 0, 0);
const pingresp = Uint8Array.of(0xd0, 0);

/** A client, and what it wrote, told and how it ended. */
function setUp(options: { lastId?: number; room?: () => boolean } = {}) {
  const time = new VirtualTime();
  const written: Uint8Array[] = [];
  const heard: { topic: string; payload: number[] }[] = [];
  const ends: string[] = [];
  let connects = 0;
  const client = new MqttClient(
    {
      clientId: 'gw',
      user: 'gw',
      password: 'secret',
      keepAliveS: 30,
      will: { topic: 'joulegate/gw/status', payload: Uint8Array.of(1), retain: true },
      mostBytes,
      write: bytes => {
        if (options.room?.() === false) return false;
        written.push(bytes);
        return true;
      },
      after: (delayMs, callback) => time.after(delayMs, callback),
      onConnected: () => connects++,
      onMessage: (topic, payload) => heard.push({ topic, payload: [...payload] }),
      onEnd: why => ends.push(why),
    },
    options.lastId,
  );
  const kinds = () => written.map(bytes => (bytes[0] as number) >> 4);
  return { time, written, heard, ends, client, kinds, connects: () => connects };
}

function connected(options: { lastId?: number } = {}) {
  const all = setUp(options);
  all.client.start();
  all.client.received(connack);
  all.written.length = 0;
  return all;
}

const utf8 = (text: string) => new TextEncoder().encode(text);

/** A PUBLISH as a broker sends it. */
function publish(topic: string, payload: Uint8Array, qos: 0 | 1 | 2 = 0, id = 1): Uint8Array {
  const name = utf8(topic);
  const body = [name.length >> 8, name.length & 0xff, ...name, ...(qos > 0 ? [id >> 8, id & 0xff] : [])];
  return Uint8Array.from([0x30 | (qos << 1), ...lengthOf(body.length + payload.length), ...body, ...payload]);
}

function lengthOf(count: number): number[] {
  const bytes = [];
  for (let rest = count; ; rest >>= 7) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

const idOf = (packet: Uint8Array | undefined) => {
  if (packet === undefined) return undefined;
  const topicBytes = ((packet[2] as number) << 8) | (packet[3] as number);
  return ((packet[4 + topicBytes] as number) << 8) | (packet[5 + topicBytes] as number);
};
const qos1 = { qos: 1, retain: false } as const;

describe('ids of messages', () => {
  test('go from 65,535 on with 1, and pass over those whose answer is due', () => {
    const { client, written } = connected({ lastId: 0xfffd });
    for (let count = 0; count < 5; count++) client.publish('t', Uint8Array.of(count), qos1);
    expect(written.map(idOf)).toEqual([0xfffe, 0xffff, 1, 2, 3]);
    for (const id of [0xfffe, 0xffff, 2, 3]) client.received(pubackPacket(id));
    // Round once more: 1 is still due.
    for (let count = 0; count < 0xffff; count++) {
      client.publish('t', Uint8Array.of(), qos1);
      client.received(pubackPacket(idOf(written.at(-1)) ?? 0));
    }
    const ids = written.slice(5).map(packet => idOf(packet) ?? 0);
    expect(ids).not.toContain(0);
    expect(ids).not.toContain(1);
    expect(Math.max(...ids.slice(0, 70_000))).toBe(0xffff);
    expect(new Set(ids.slice(0, 65_534)).size).toBe(65_534);
  });

  test('without an answer are no more than 256: then the connection ends', () => {
    const { client, ends } = connected();
    for (let count = 0; count < 300; count++) client.publish('t', Uint8Array.of(), qos1);
    expect(ends).toEqual(['the broker owes 256 answers']);
  });
});

describe('a connection', () => {
  test('whose broker vanishes is found within 45 s of its last word', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), lastWordMs => {
        const { client, time, ends, kinds, written } = connected();
        let silentMs = 0;
        for (let atMs = 0; ends.length === 0 && atMs < 300_000; atMs += 500) {
          time.advance(500);
          if (atMs >= lastWordMs) silentMs += 500;
          else if (kinds().includes(12)) {
            written.length = 0;
            client.received(pingresp);
          }
        }
        expect(ends).toHaveLength(1);
        expect(silentMs).toBeLessThanOrEqual(45_000);
      }),
      { numRuns: 20 },
    );
  });

  test('on which nothing is said lives on pings for hours, one each 20 s', () => {
    const { client, time, ends, kinds, written } = connected();
    let pings = 0;
    for (let second = 0; second < 7200; second += 5) {
      time.advance(5000);
      for (const kind of kinds()) {
        expect(kind).toBe(12);
        pings++;
        client.received(pingresp);
      }
      written.length = 0;
    }
    expect(ends).toEqual([]);
    expect(pings).toBe(360);
  });

  test('whose broker answers pings, but not a message of QoS 1, ends within a minute', () => {
    const { client, time, ends, kinds, written } = connected();
    client.publish('t', Uint8Array.of(1), qos1);
    for (let second = 0; second < 60 && ends.length === 0; second++) {
      time.advance(1000);
      if (kinds().includes(12)) client.received(pingresp);
      written.length = 0;
    }
    expect(ends).toEqual([expect.stringContaining('has not answered message 1')]);
  });

  test('that gets no CONNACK, or a refusal, ends with the reason', () => {
    const silent = setUp();
    silent.client.start();
    silent.time.advance(20_000);
    expect(silent.ends).toEqual(['no CONNACK for 20 s']);
    for (const [code, why] of [
      [3, 'cannot serve'],
      [4, 'password'],
      [5, 'authorised'],
      [77, 'code 77'],
    ] as const) {
      const refused = setUp();
      refused.client.start();
      refused.client.received(Uint8Array.of(0x20, 2, 0, code));
      expect(refused.ends).toEqual([expect.stringContaining(why)]);
      expect(refused.connects()).toBe(0);
    }
  });

  test('ends once, and neither speaks nor hears afterwards', () => {
    const { client, time, ends, written, heard } = connected();
    client.end('over');
    client.end('again');
    client.close();
    client.publish('t', Uint8Array.of(1), qos1);
    client.subscribe(['t']);
    client.received(publish('t', Uint8Array.of(1)));
    time.advance(100_000);
    expect({ ends, written, heard }).toEqual({ ends: ['over'], written: [], heard: [] });
  });

  test('that is closed says good-bye and tells nothing', () => {
    const { client, time, ends, written } = connected();
    client.close();
    client.close();
    time.advance(100_000);
    expect(written).toEqual([Uint8Array.of(0xe0, 0)]);
    expect(ends).toEqual([]);
  });

  test('whose broker does not read ends instead of gathering', () => {
    let isRoom = true;
    const { client, ends } = setUp({ room: () => isRoom });
    client.start();
    client.received(connack);
    isRoom = false;
    client.publish('t', Uint8Array.of(1), qos1);
    expect(ends).toEqual(['the broker does not read what it is sent']);
  });

  test('that is refused a subscription ends', () => {
    const { client, ends, written } = connected();
    client.subscribe(['a', 'b']);
    expect(written[0]).toEqual(Uint8Array.of(0x82, 10, 0, 1, 0, 1, 97, 1, 0, 1, 98, 1));
    client.received(Uint8Array.of(0x90, 4, 0, 1, 1, 0x80));
    expect(ends).toEqual(['the broker refused to subscribe']);
  });
});

describe('what a broker sends', () => {
  const payloads = fc.array(
    fc.record({
      topic: fc.string({ minLength: 1, maxLength: 20 }),
      payload: fc.uint8Array({ maxLength: 300 }),
      qos: fc.constantFrom(0 as const, 1 as const),
    }),
    { maxLength: 8 },
  );

  test('is heard whole and once, however it is split', () => {
    fc.assert(
      fc.property(payloads, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (messages, cuts) => {
        const { client, heard, ends, kinds } = connected();
        const packets = messages.map((each, index) => publish(each.topic, each.payload, each.qos, index + 1));
        const stream = Uint8Array.from(packets.flatMap(packet => [...packet]));
        for (let at = 0, cut = 0; at < stream.length; cut++) {
          const count = cuts[cut % cuts.length] ?? 1;
          client.received(stream.slice(at, at + count));
          at += count;
        }
        expect(ends).toEqual([]);
        expect(heard).toEqual(messages.map(({ topic, payload }) => ({ topic, payload: [...payload] })));
        expect(kinds()).toEqual(messages.filter(({ qos }) => qos === 1).map(() => 4));
      }),
    );
  });

  test('is taken up to the limit; what is larger is read past, answered and counted, and the next is heard', () => {
    const { client, heard, ends, kinds } = connected();
    const head = publish('t', new Uint8Array(0), 1).length;
    client.received(publish('t', new Uint8Array(mostBytes - head), 1));
    expect(heard).toHaveLength(1);
    for (const size of [mostBytes, 1_000_000]) client.received(publish('t', new Uint8Array(size), 1));
    client.received(publish('x'.repeat(257), Uint8Array.of(1), 1));
    client.received(publish('t', Uint8Array.of(1)));
    expect(heard).toHaveLength(2);
    expect({ dropped: client.dropped, ends, kinds: kinds() }).toEqual({
      dropped: 3,
      ends: [],
      kinds: [4, 4, 4, 4],
    });
  });

  test.each([
    ['a length of five bytes', [0x30, 0x80, 0x80, 0x80, 0x80, 1]],
    ['a topic longer than its packet', [0x30, 3, 0, 9, 97]],
    ['a topic that never ends', [0x32, 0xff, 0xff, 0x7f, 0xff, 0xff, ...new Uint8Array(40_000)], false],
    ['a message without an id', [0x32, 3, 0, 1, 97]],
    ['a message with id 0', [0x32, 5, 0, 1, 97, 0, 0]],
    ['a message of QoS 2', [0x34, 5, 0, 1, 97, 0, 1]],
    ['a message of QoS 3', [0x36, 5, 0, 1, 97, 0, 1]],
    ['a second CONNACK', [0x20, 2, 0, 0]],
    ['a packet of a client', [0x10, 0]],
    ['kind 0', [0, 0]],
    ['kind 15', [0xf0, 0]],
    ['a PUBACK without an id', [0x40, 0]],
    ['a SUBACK without an answer', [0x90, 2, 0, 1]],
    ['a PINGRESP with a body', [0xd0, 1, 0]],
  ])('ends the connection where it is %s', (_what, bytes, isEnd = true) => {
    const { client, ends, heard } = connected();
    client.received(Uint8Array.from(bytes));
    expect(heard).toEqual([]);
    expect(ends).toHaveLength(isEnd ? 1 : 0);
    // Of one that takes its time nothing is kept beyond the limit, and the pings find it out.
  });

  test('of random bytes never throws, never makes the client speak without bound, and ends or waits', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc
        .tuple(
          fc.constantFrom(0x20, 0x30, 0x32, 0x33, 0x3d, 0x40, 0x90, 0xd0),
          fc.uint8Array({ maxLength: 60 }),
        )
        .map(([first, body]) => Uint8Array.from([first, ...lengthOf(body.length), ...body])),
    );
    let ended = 0;
    fc.assert(
      fc.property(fc.boolean(), fc.array(hostile, { maxLength: 20 }), (isEarly, chunks) => {
        const { client, ends, written } = isEarly ? setUp() : connected();
        if (isEarly) client.start();
        written.length = 0;
        for (const chunk of chunks) client.received(chunk);
        const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
        expect(ends.length).toBeLessThanOrEqual(1);
        ended += ends.length;
        // A PUBACK has no more bytes than the shortest message it answers.
        expect(written.reduce((sum, packet) => sum + packet.length, 0)).toBeLessThanOrEqual(bytes);
      }),
      { numRuns: 500 },
    );
    expect(ended).toBeGreaterThan(100);
  });
});
