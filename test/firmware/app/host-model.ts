import type { Result } from '#core/result.ts';
import { encodeMessage } from '#core/wire/messages.ts';
import { decodeRecordsMessage } from '#core/wire/records.ts';
import { topicOf } from '#core/wire/topics.ts';
import type { MemoryBroker } from '../../../simulator/gateway/memory-mqtt.ts';
import type { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';

/**
 * The host's side of exactly once, as plain as the rule is written: a watermark per epoch, what lies below it is a
 * duplicate, what lies past it is out of order, what the gateway no longer has is lost; the answer is the
 * watermark, after the commit. `kill` forgets what was not committed.
 */
export class HostModel {
  /** Committed records by epoch, in the order they were stored. */
  readonly stored = new Map<string, Uint8Array[]>();
  readonly lost = new Map<string, number>();
  readonly counts = { messages: 0, duplicates: 0, outOfOrder: 0, refused: 0 };
  isUp = true;
  readonly #watermarks = new Map<string, number>();
  readonly #id: string;
  readonly #broker: MemoryBroker;
  readonly #time: VirtualTime;
  readonly #commitMs: number;

  constructor(id: string, broker: MemoryBroker, time: VirtualTime, commitMs = 20) {
    this.#id = id;
    this.#broker = broker;
    this.#time = time;
    this.#commitMs = commitMs;
    broker.on(topicOf(id, 'records'), ({ payload }) => {
      if (!this.isUp) return;
      // A commit takes its time, and a host that is killed meanwhile has stored nothing.
      time.after(commitMs, () => {
        if (this.isUp) this.#take(payload);
      });
    });
  }

  watermark(epoch: string): number {
    return this.#watermarks.get(epoch) ?? 0;
  }

  #take(payload: Uint8Array): void {
    this.counts.messages++;
    const decoded = decodeRecordsMessage(payload);
    if (!decoded.ok) {
      this.counts.refused++;
      return;
    }
    const { epoch, oldest, first, records } = decoded.value;
    let watermark = this.watermark(epoch);
    if (oldest > watermark + 1) {
      this.lost.set(epoch, (this.lost.get(epoch) ?? 0) + oldest - 1 - watermark);
      watermark = oldest - 1;
    }
    if (first > watermark + 1) this.counts.outOfOrder++;
    else {
      const rows = this.stored.get(epoch) ?? [];
      this.stored.set(epoch, rows);
      for (const [index, record] of records.entries()) {
        if (first + index <= watermark) this.counts.duplicates++;
        else rows.push(record.slice());
      }
      watermark = Math.max(watermark, first + records.length - 1);
    }
    this.#watermarks.set(epoch, watermark);
    this.#broker.publish(
      topicOf(this.#id, 'ack'),
      encodeMessage('ack', { v: 1, epoch, sequence: watermark }),
    );
  }

  /** Lets time go on until nothing is on its way any more. */
  settle(): void {
    this.#time.advance(this.#commitMs + 200_000);
  }
}

/** Every message that the gateway publishes on a channel from now on; one that does not decode fails the test. */
export function hear<T>(
  broker: MemoryBroker,
  topic: string,
  decode: (payload: Uint8Array) => Result<T, string>,
): T[] {
  const heard: T[] = [];
  broker.on(topic, ({ payload }) => {
    const decoded = decode(payload);
    if (!decoded.ok) throw new Error(decoded.detail);
    heard.push(decoded.value);
  });
  return heard;
}
