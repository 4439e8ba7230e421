import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Outbox, type PacketWriter } from '../../../firmware/moddable/outbox.ts';

/** The SDK's client as far as the outbox sees it: throws where it is given more than it said that it takes. */
class Client implements PacketWriter {
  room = 0;
  readonly whole: { topic: string; bytes: number[] }[] = [];
  subscriptions = 0;
  #open: { topic: string; bytes: number[]; left: number } | undefined;

  write(
    data: ArrayBuffer | null,
    options?: { topic: string; byteLength: number } | { items: unknown[]; byteLength: number },
  ): number {
    if (data === null) {
      if (this.#open !== undefined) throw new Error('inside a message');
      this.subscriptions++;
      this.#take(options?.byteLength ?? 0);
      return this.room;
    }
    if (options !== undefined && 'topic' in options) {
      if (this.#open !== undefined) throw new Error('inside a message');
      this.#open = { topic: options.topic, bytes: [], left: options.byteLength };
      this.#take(options.topic.length + 9);
    }
    const open = this.#open;
    if (open === undefined || data.byteLength > open.left) throw new Error('no such message');
    this.#take(data.byteLength);
    open.bytes.push(...new Uint8Array(data));
    open.left -= data.byteLength;
    if (open.left === 0) {
      this.whole.push({ topic: open.topic, bytes: open.bytes });
      this.#open = undefined;
    }
    return this.room;
  }

  #take(count: number): void {
    if (count > this.room) throw new Error('overflow');
    this.room -= count;
  }
}

const message = (topic: string, payload: Uint8Array) => ({
  topic,
  payload,
  qos: 1 as const,
  retain: false,
  id: 1,
});

describe('the outbox of the MQTT connection', () => {
  test('messages go out whole and in order, however little room there is each time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 400 }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 100, max: 300 }), { minLength: 60, maxLength: 60 }),
        (payloads, rooms) => {
          const client = new Client();
          const outbox = new Outbox(1_000_000);
          for (const [index, payload] of payloads.entries()) outbox.add(message(`t${index}`, payload));
          for (const room of rooms) {
            client.room = room;
            outbox.room = room;
            outbox.flush(client);
          }
          expect(client.whole).toEqual(
            payloads.map((bytes, index) => ({ topic: `t${index}`, bytes: [...bytes] })),
          );
          expect(outbox.isInsideMessage).toBe(false);
        },
      ),
    );
  });

  test('a subscription waits for room and is not torn', () => {
    const client = new Client();
    const outbox = new Outbox(1000);
    outbox.add({ operation: 8, id: 1, items: [{ topic: 'a', QoS: 1 }], byteLength: 40 });
    outbox.room = client.room = 30;
    outbox.flush(client);
    expect(client.subscriptions).toBe(0);
    outbox.room = client.room = 40;
    outbox.flush(client);
    expect(client.subscriptions).toBe(1);
  });

  test('what would pass its bound is not taken', () => {
    const outbox = new Outbox(100);
    expect(outbox.add(message('t', new Uint8Array(90)))).toBe(true);
    expect(outbox.add(message('t', new Uint8Array(90)))).toBe(false);
  });
});
