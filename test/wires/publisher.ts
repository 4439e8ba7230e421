import mqtt, { type MqttClient } from 'mqtt';
import { decodeMessage } from '#core/wire/messages.ts';
import { encodeRecord, encodeRecordsMessage, type WindowRecord } from '#core/wire/records.ts';
import { protocolVersion, topicOf } from '#core/wire/topics.ts';

export interface PublisherOptions {
  readonly gateway: string;
  readonly password: string;
  readonly port: number;
  /** Whom it trusts; with it the port speaks TLS. */
  readonly ca?: string;
  readonly epoch: string;
  /** Records in one message. */
  readonly perMessage: number;
  /** Messages on their way at once. */
  readonly inFlight: number;
  readonly resendMs?: number;
}

/**
 * A journal that sends its records in order, keeps them until they are acknowledged and sends them again where
 * nothing comes back: what the gateway's uplink promises, in the fewest lines, so that host tests stand alone.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #records: Uint8Array[] = [];
  readonly #waiting: { sequence: number; resolve: () => void }[] = [];
  #client: MqttClient;
  #acked = 0;
  #sent = 0;
  #timer: NodeJS.Timeout;
  /** Time of each message's publish by its last sequence, ms, and of its acknowledgement. */
  readonly sentMs = new Map<number, number>();
  readonly ackLatenciesMs: number[] = [];
  resent = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#client = this.#connect(options.port, options.password);
    this.#timer = setInterval(() => this.#again(), options.resendMs ?? 1000);
  }

  get acked(): number {
    return this.#acked;
  }

  get connected(): boolean {
    return this.#client.connected;
  }

  /** Puts records into the journal and sends what may be sent. */
  add(...records: readonly WindowRecord[]): void {
    this.addEncoded(records.map(encodeRecord));
  }

  /** The same with records that are bytes already. */
  addEncoded(records: readonly Uint8Array[]): void {
    for (const record of records) this.#records.push(record);
    this.#send();
  }

  /** The host came back, perhaps on another port. */
  async moveTo(port: number, password: string): Promise<void> {
    await this.#client.endAsync(true);
    this.#client = this.#connect(port, password);
  }

  /** When everything added so far is acknowledged. */
  settled(): Promise<void> {
    const sequence = this.#records.length;
    if (this.#acked >= sequence) return Promise.resolve();
    return new Promise(resolve => this.#waiting.push({ sequence, resolve }));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#client.endAsync(true);
  }

  /** The message with the records from `first` on, `count` of them. */
  message(first: number, count: number): Uint8Array {
    const records = this.#records.slice(first - 1, first - 1 + count);
    return encodeRecordsMessage({ epoch: this.#options.epoch, oldest: 1, first, records });
  }

  publish(payload: Uint8Array, topic = topicOf(this.#options.gateway, 'records')): void {
    this.#client.publish(topic, Buffer.from(payload), { qos: 1 });
  }

  #connect(port: number, password: string): MqttClient {
    const { gateway, ca } = this.#options;
    const client = mqtt.connect(`${ca ? 'mqtts' : 'mqtt'}://127.0.0.1:${port}`, {
      ...(ca && { ca }),
      username: gateway,
      password,
      clientId: gateway,
      reconnectPeriod: 200,
      queueQoSZero: false,
      resubscribe: false,
    });
    client.on('error', () => {});
    client.on('connect', () => {
      client.publish(topicOf(gateway, 'status'), JSON.stringify({ v: protocolVersion, state: 'online' }), {
        qos: 1,
      });
      client.subscribe(topicOf(gateway, 'ack'), { qos: 1 }, () => {
        this.#sent = this.#acked;
        this.#send();
      });
    });
    client.on('message', (_topic, payload) => this.#onAck(payload));
    return client;
  }

  #onAck(payload: Uint8Array): void {
    const ack = decodeMessage('ack', payload);
    if (!ack.ok || ack.value.epoch !== this.#options.epoch || ack.value.sequence <= this.#acked) return;
    this.#acked = ack.value.sequence;
    if (this.#sent < this.#acked) this.#sent = this.#acked;
    const nowMs = performance.now();
    for (const [sequence, sentMs] of this.sentMs) {
      if (sequence > this.#acked) break;
      this.ackLatenciesMs.push(nowMs - sentMs);
      this.sentMs.delete(sequence);
    }
    while (this.#waiting[0] !== undefined && this.#waiting[0].sequence <= this.#acked) {
      this.#waiting.shift()?.resolve();
    }
    this.#send();
  }

  #again(): void {
    if (!this.#client.connected || this.#sent === this.#acked) return;
    this.resent++;
    this.#sent = this.#acked;
    this.sentMs.clear();
    this.#send();
  }

  #send(): void {
    const { perMessage, inFlight } = this.#options;
    const most = this.#acked + perMessage * inFlight;
    while (this.#client.connected && this.#sent < Math.min(most, this.#records.length)) {
      const count = Math.min(perMessage, this.#records.length - this.#sent);
      this.publish(this.message(this.#sent + 1, count));
      this.#sent += count;
      this.sentMs.set(this.#sent, performance.now());
    }
  }
}
