import { encodeRecord } from '#core/wire/records.ts';
import type { Store } from '../../../host/store/store.ts';
import { chance, recordOf, twelve } from '../../../simulator/fleet/records.ts';
import { percentile } from '../numbers.ts';

const gateways = 10;
const metersEach = 200;
const values = twelve.slice(2);

/** Values that come in a second. */
export const feedPerSecond = gateways * metersEach * values.length;

/** Puts `feedPerSecond` values a second into a store, as windows of a second of 2,000 meters in ten commits. */
export class Feed {
  readonly #store: Store;
  readonly #records: Buffer[][];
  readonly #commitsMs: number[] = [];
  #sent = 0;
  #fromMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(store: Store) {
    this.#store = store;
    const random = chance(6);
    this.#records = Array.from({ length: gateways }, () =>
      Array.from({ length: metersEach }, (_, meter) => {
        const record = recordOf(`m${meter + 1}`, values, Date.UTC(2026, 0, 1), meter, random);
        return Buffer.from(encodeRecord({ ...record, windowS: 1 }));
      }),
    );
  }

  start(): void {
    this.#fromMs = performance.now();
    this.#timer = setInterval(() => this.#tick(), 10);
  }

  /** What came of it. @throws Error of a commit. */
  async stop(): Promise<{ readonly valuesPerSecond: number; readonly commitP99Ms: number }> {
    clearInterval(this.#timer);
    await this.#last;
    const seconds = (performance.now() - this.#fromMs) / 1000;
    return {
      valuesPerSecond: (this.#commitsMs.length * metersEach * values.length) / seconds,
      commitP99Ms: percentile(this.#commitsMs, 0.99),
    };
  }

  #tick(): void {
    while (this.#fromMs + this.#sent * (1000 / gateways) <= performance.now()) {
      const number = this.#sent++;
      // One commit after the other, as the host does.
      this.#last = this.#last.then(() => this.#commit(number));
    }
  }

  async #commit(number: number): Promise<void> {
    const gateway = `feed-${number % gateways}`;
    const nowS = Math.floor(Date.now() / 1000);
    const batch = this.#store.batch();
    for (const record of this.#records[number % gateways] ?? []) {
      // Behind the name and its length byte: five bytes of seconds.
      writeSeconds(record, 1 + (record[0] ?? 0), nowS - 1);
      const added = batch.add(gateway, record, nowS);
      if (!added.ok) throw new Error(added.detail);
    }
    batch.mark({ gateway, epoch: '00000000000000cc', sequence: Math.floor(number / gateways) + 1 });
    const fromMs = performance.now();
    await this.#store.commit(batch);
    this.#commitsMs.push(performance.now() - fromMs);
  }
}

function writeSeconds(bytes: Buffer, offset: number, seconds: number): void {
  let rest = seconds;
  for (let index = 0; index < 5; index++) {
    bytes[offset + index] = (rest % 128) | (index < 4 ? 128 : 0);
    rest = Math.floor(rest / 128);
  }
}
