import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Flight } from '#app/flight.ts';
import { RamJournal } from '#app/ram-journal.ts';
import { Uplink } from '#app/uplink.ts';
import { limits } from '#core/limits.ts';
import { decodeMessage, encodeMessage, type Message } from '#core/wire/messages.ts';
import { decodeRecordsMessage } from '#core/wire/records.ts';
import { topicOf } from '#core/wire/topics.ts';
import { MemoryBroker } from '../../../simulator/gateway/memory-mqtt.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { HostModel } from './host-model.ts';

/** Numbers that look random and are the same in every run. */
function seeded(seed: number) {
  let state = seed >>> 0 || 1;
  const unit = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    unit,
    bytes: (count: number) => Uint8Array.from({ length: count }, () => Math.floor(unit() * 256)),
  };
}

/** Journal, flight and uplink as the gateway wires them, against a broker in memory. */
function setUp(options: { seed?: number; capacityBytes?: number; messageBytes?: number } = {}) {
  const time = new VirtualTime({ wallMs: 1_700_000_000_000 });
  const random = seeded(options.seed ?? 1);
  const broker = new MemoryBroker(time);
  const journal = new RamJournal(random, options.capacityBytes ?? limits.journalRamBytes);
  const messages: { first: number; count: number; bytes: number; oldest: number }[] = [];
  let renewals = 0;
  const flight = new Flight({
    time,
    journal,
    onRenewed: () => {
      renewals++;
    },
    send: payload => {
      const decoded = decodeRecordsMessage(payload);
      if (!decoded.ok) throw new Error(decoded.detail);
      const { first, oldest, records } = decoded.value;
      messages.push({ first, oldest, count: records.length, bytes: payload.length });
      uplink.publish('records', payload, { qos: 1, retain: false });
    },
    ...(options.messageBytes === undefined ? {} : { messageBytes: options.messageBytes }),
  });
  const uplink = new Uplink({
    id: 'gw',
    ports: { time, mqtt: broker.port, random, log: () => {} },
    onConnected: () => flight.connected(),
    onDisconnected: () => flight.disconnected(),
    onMessage: (channel, payload) => {
      const decoded = decodeMessage('ack', payload);
      if (channel === 'ack' && decoded.ok) flight.acknowledge(decoded.value);
    },
  });
  const append = (size = 100) => {
    const sequence = journal.append(random.bytes(size));
    flight.appended();
    return sequence;
  };
  const ack = (message: Partial<Message<'ack'>>) =>
    flight.acknowledge({ v: 1, epoch: journal.epoch, sequence: 0, ...message });
  return { time, random, broker, journal, flight, uplink, messages, append, ack, renewed: () => renewals };
}

describe('records on their way', () => {
  it('are sent in order, several to a message, and freed by the acknowledgement alone', () => {
    const { time, broker, journal, flight, uplink, messages, append } = setUp();
    const host = new HostModel('gw', broker, time);
    uplink.start();
    for (let index = 0; index < 5; index++) append();
    time.advance(20);
    expect(messages).toMatchObject([{ first: 1, count: 5, oldest: 1 }]);
    expect(journal.oldest).toBe(1);
    time.advance(100);
    expect(journal.oldest).toBe(6);
    expect(host.stored.get(journal.epoch)?.length).toBe(5);
    expect(flight).toMatchObject({ sent: 5, resent: 0, acknowledged: 5 });
  });

  it('of one instant share a message', () => {
    const { time, uplink, messages, append } = setUp();
    uplink.start();
    time.advance(20);
    for (let index = 0; index < 30; index++) append();
    time.advance(100);
    expect(messages).toMatchObject([{ first: 1, count: 30 }]);
  });

  it('fly in at most four messages, each within its size', () => {
    const { time, uplink, messages, append, ack } = setUp({ messageBytes: 5000 });
    for (let index = 0; index < 500; index++) append(100);
    uplink.start();
    time.advance(5000);
    expect(messages.length).toBe(4);
    for (const { bytes } of messages) {
      expect(bytes).toBeLessThanOrEqual(5000);
      expect(bytes).toBeGreaterThan(4800);
    }
    ack({ sequence: messages[1] === undefined ? 0 : messages[1].first + messages[1].count - 1 });
    expect(messages.length).toBe(6);
    expect(messages[4]?.first).toBe((messages[3]?.first ?? 0) + (messages[3]?.count ?? 0));
  });

  it('are sent again after 10 s without an answer, one message at a time until there is one', () => {
    const { time, flight, uplink, messages, append, ack } = setUp({ messageBytes: 5000 });
    for (let index = 0; index < 300; index++) append(100);
    uplink.start();
    time.advance(9900);
    expect(messages.length).toBe(4);
    time.advance(200);
    expect(messages.slice(4)).toMatchObject([{ first: 1 }]);
    time.advance(10_000);
    expect(messages.slice(5)).toMatchObject([{ first: 1 }]);
    expect(flight.resent).toBe(2 * (messages[0]?.count ?? 0));
    ack({ sequence: 10 });
    expect(messages.length).toBe(9);
  });

  it('follow at once, and once only, where the host repeats its last acknowledgement', () => {
    const { time, uplink, messages, append, ack } = setUp({ messageBytes: 5000 });
    for (let index = 0; index < 300; index++) append(100);
    uplink.start();
    time.advance(100);
    ack({ sequence: 20 });
    const before = messages.length;
    ack({ sequence: 20 });
    expect(messages[before]?.first).toBe(21);
    const after = messages.length;
    ack({ sequence: 20 });
    ack({ sequence: 20 });
    expect(messages.length).toBe(after);
  });

  it('are not freed by an acknowledgement of another epoch, of what was never sent, or of long ago', () => {
    const { time, journal, flight, uplink, append, ack } = setUp();
    for (let index = 0; index < 10; index++) append();
    ack({ sequence: 4 });
    expect(journal.oldest).toBe(1);
    uplink.start();
    time.advance(100);
    append();
    ack({ epoch: '0123456789abcdef', sequence: 5 });
    ack({ sequence: 11 });
    expect(journal.oldest).toBe(1);
    expect(flight.strayAcks).toBe(3);
    ack({ sequence: 7 });
    ack({ sequence: 3 });
    expect(journal.oldest).toBe(8);
  });

  it('get a new epoch where the host has more of theirs than was ever sent, and reach it under that', () => {
    const { time, broker, journal, flight, uplink, append, renewed } = setUp();
    const host = new HostModel('gw', broker, time);
    uplink.start();
    time.advance(100);
    append();
    time.advance(1000);
    const { epoch } = journal;
    expect(host.watermark(epoch)).toBe(1);
    host.isUp = false;
    append();
    append();
    time.advance(1000);
    // The host has 40 records of a flash that was exchanged since.
    flight.acknowledge({ v: 1, epoch, sequence: 40 });
    expect(journal.epoch).not.toBe(epoch);
    expect(journal).toMatchObject({ oldest: 1, next: 3, dropped: 0 });
    expect(renewed()).toBe(1);
    expect(flight.strayAcks).toBe(1);
    flight.acknowledge({ v: 1, epoch, sequence: 41 });
    expect(renewed()).toBe(1);
    host.isUp = true;
    append();
    time.advance(30_000);
    expect(host.stored.get(journal.epoch)?.length).toBe(3);
    expect(host.lost.get(journal.epoch)).toBeUndefined();
    expect(journal.oldest).toBe(journal.next);
  });

  it('that the journal had to drop are skipped, and the message says which is the oldest left', () => {
    const { time, broker, journal, uplink, messages, append } = setUp({ capacityBytes: 5000 });
    const host = new HostModel('gw', broker, time);
    for (let index = 0; index < 100; index++) append(100);
    expect(journal.dropped).toBeGreaterThan(40);
    uplink.start();
    time.advance(1000);
    expect(messages[0]).toMatchObject({ first: journal.dropped + 1, oldest: journal.dropped + 1 });
    expect(host.lost.get(journal.epoch)).toBe(journal.dropped);
    expect(journal.oldest).toBe(101);
  });
});

describe('the connection', () => {
  it('is said online, retained, with offline as the last will and as the farewell', () => {
    const { time, broker, uplink } = setUp();
    const status = () => {
      const payload = broker.retained.get(topicOf('gw', 'status'));
      const decoded = payload === undefined ? undefined : decodeMessage('status', payload);
      return decoded?.ok ? decoded.value.state : undefined;
    };
    uplink.start();
    time.advance(100);
    expect(status()).toBe('online');
    broker.cutOff();
    expect(status()).toBe('offline');
    time.advance(2000);
    expect(status()).toBe('online');
    uplink.stop();
    expect(status()).toBe('offline');
    time.advance(100_000);
    expect(broker.connected).toEqual([]);
  });

  it('is tried again after 1 s, and then ever more rarely, up to once a minute', () => {
    const { time, broker, uplink } = setUp();
    const triesMs: number[] = [];
    const { port } = broker;
    const connect = port.connect;
    port.connect = (...given) => {
      triesMs.push(time.ticksMs());
      return connect(...given);
    };
    broker.shut();
    uplink.start();
    time.advance(600_000);
    const waitsMs = triesMs.slice(1).map((atMs, index) => atMs - (triesMs[index] ?? 0));
    for (const [index, waitMs] of waitsMs.entries()) {
      const stepMs = Math.min(1000 * 2 ** index, 60_000);
      expect(waitMs).toBeGreaterThanOrEqual(stepMs / 2);
      expect(waitMs).toBeLessThanOrEqual(stepMs + 10);
    }
    expect(waitsMs.length).toBeGreaterThan(12);
    broker.open();
    time.advance(60_010);
    expect(uplink.isOnline).toBe(true);
    time.advance(20_000);
    broker.cutOff();
    time.advance(1010);
    expect(uplink.isOnline).toBe(true);
  });

  it('that is never answered is given up and tried again', () => {
    const { time, broker, uplink } = setUp();
    const { port } = broker;
    const connect = port.connect;
    let isDeaf = true;
    port.connect = (options, handlers) =>
      isDeaf ? { subscribe: () => {}, publish: () => {}, close: () => {} } : connect(options, handlers);
    uplink.start();
    time.advance(20_000);
    isDeaf = false;
    time.advance(15_000);
    expect(uplink.isOnline).toBe(true);
  });

  it('hears its own topics only', () => {
    const { time, broker, journal, uplink, append } = setUp();
    uplink.start();
    append();
    time.advance(100);
    const payload = encodeMessage('ack', { v: 1, epoch: journal.epoch, sequence: 1 });
    for (const topic of [topicOf('other', 'ack'), topicOf('gw', 'command'), 'joulegate/gw/records', 'x']) {
      broker.publish(topic, payload);
    }
    time.advance(100);
    expect(journal.oldest).toBe(1);
    broker.publish(topicOf('gw', 'ack'), payload);
    time.advance(100);
    expect(journal.oldest).toBe(2);
  });
});

describe('whatever the network does', () => {
  const step = fc.record({
    append: fc.nat(12),
    waitMs: fc.nat(15_000),
    event: fc.constantFrom('none', 'none', 'cut', 'shut', 'open', 'kill', 'revive'),
  });

  it('the host ends with exactly the records that were appended, in order, none twice; the missing ones are counted', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.constantFrom(0, 0.1, 0.4),
        fc.constantFrom(6000, limits.journalRamBytes),
        (steps, seed, badness, capacityBytes) => {
          const { time, random, broker, journal, uplink, append } = setUp({
            seed,
            capacityBytes,
            messageBytes: 5000,
          });
          const host = new HostModel('gw', broker, time);
          broker.faults = {
            lose: () => random.unit() < badness,
            duplicate: () => random.unit() < badness,
            delayMs: () => (random.unit() < badness ? random.unit() * 30_000 : 0),
          };
          const appended: Uint8Array[] = [];
          uplink.start();
          for (const { append: count, waitMs, event } of steps) {
            for (let index = 0; index < count; index++) {
              const size = 20 + Math.floor(random.unit() * 400);
              const sequence = append(size);
              const [record] = journal.read(sequence, 10_000, 1);
              if (record !== undefined) appended.push(record);
            }
            if (event === 'cut') broker.cutOff();
            if (event === 'shut') broker.shut();
            if (event === 'open') broker.open();
            if (event === 'kill') host.isUp = false;
            if (event === 'revive') host.isUp = true;
            time.advance(waitMs);
          }
          broker.faults = {};
          broker.open();
          host.isUp = true;
          host.settle();
          append(20);
          host.settle();

          const stored = host.stored.get(journal.epoch) ?? [];
          const lost = host.lost.get(journal.epoch) ?? 0;
          expect(journal.oldest).toBe(journal.next);
          expect(host.watermark(journal.epoch)).toBe(journal.next - 1);
          expect(stored.length + lost).toBe(appended.length + 1);
          expect(lost).toBeLessThanOrEqual(journal.dropped);
          expect(host.counts.refused).toBe(0);
          // In order and none twice: each stored record is the next of those appended that match.
          let next = 0;
          for (const record of stored.slice(0, -1)) {
            while (next < appended.length && !sameBytes(appended[next], record)) next++;
            expect(next).toBeLessThan(appended.length);
            next++;
          }
          if (journal.dropped === 0) expect(stored.slice(0, -1)).toEqual(appended);
        },
      ),
      { numRuns: 20 },
    );
  });
});

function sameBytes(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && a.length === b.length && a.every((byte, index) => byte === b[index]);
}
