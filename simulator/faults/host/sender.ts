import mqtt, { type MqttClient } from 'mqtt';
import { decodeMessage, encodeMessage, type Message } from '#core/wire/messages.ts';
import { encodeRecordsMessage } from '#core/wire/records.ts';
import { protocolVersion, topicOf } from '#core/wire/topics.ts';
import type { Took } from '../../lab/process-figures.ts';

export interface SenderOptions {
  readonly gateway: string;
  readonly password: string;
  readonly port: number;
  /** 16 hex digits. */
  readonly epoch: string;
  /** Records in one message. */
  readonly perMessage: number;
  /** Messages on their way at once. */
  readonly inFlight: number;
  /** Sends again what is not acknowledged after this. */
  readonly resendMs?: number;
  /** How many of the first records it is given are acknowledged already. */
  readonly acked?: number;
  /** Begins to tell how long a message takes; absent: by the clock alone. */
  readonly stopwatch?: () => () => Took;
}

/** Of the clock alone. */
function clockwatch(): () => Took {
  const beganMs = performance.now();
  return () => {
    const clockMs = performance.now() - beganMs;
    return { clockMs, ownMs: clockMs };
  };
}

const reconnectMs = 200;
const usualResendMs = 2000;

/**
 * What a gateway promises of its journal, in the fewest lines and with every handle that a fault needs: records go out in
 * order, are kept until they are acknowledged, and go again where nothing comes back. It comes back sooner than gateways do.
 */
export class Sender {
  readonly gateway: string;
  /** Of each message, from its first way out to its acknowledgement. */
  readonly took: Took[] = [];
  /** Acknowledgements that cannot be: beyond what was sent. */
  readonly strange: string[] = [];
  /** One that is deaf frees nothing: acknowledgements come to it and only move `heard`. */
  isDeaf = false;
  /** The last sequence that the host has acknowledged. */
  heard = 0;
  readonly #options: SenderOptions;
  readonly #records: Uint8Array[] = [];
  readonly #sentSince = new Map<number, () => Took>();
  readonly #timer: NodeJS.Timeout;
  #client: MqttClient | undefined;
  #acked = 0;
  #sent = 0;
  #highest = 0;

  constructor(options: SenderOptions) {
    this.gateway = options.gateway;
    this.#options = options;
    this.#acked = options.acked ?? 0;
    this.#sent = this.#acked;
    this.#highest = this.#acked;
    this.#client = this.#connect();
    this.#timer = setInterval(() => this.#again(), options.resendMs ?? usualResendMs);
  }

  /** The last sequence that is acknowledged. */
  get acked(): number {
    return this.#acked;
  }

  /** How many records it was given. */
  get size(): number {
    return this.#records.length;
  }

  get isConnected(): boolean {
    return this.#client?.connected === true;
  }

  /** Puts records into the journal and sends what may be sent. */
  add(...records: readonly Uint8Array[]): void {
    for (const record of records) this.#records.push(record);
    this.#send();
  }

  /** A message with these records of the journal, counted from 1. */
  message(first: number, count: number): Uint8Array {
    const records = this.#records.slice(first - 1, first - 1 + count);
    const oldest = Math.min(this.#acked + 1, first);
    return encodeRecordsMessage({ epoch: this.#options.epoch, oldest, first, records });
  }

  /** Sends a message of records as it is, in or out of its turn. */
  publish(message: Uint8Array): void {
    this.#client?.publish(topicOf(this.gateway, 'records'), Buffer.from(message), { qos: 1 });
  }

  /** Tells the newest samples, as it does while somebody looks. */
  tellLive(message: Message<'live'>): void {
    if (this.isConnected)
      this.#client?.publish(topicOf(this.gateway, 'live'), Buffer.from(encodeMessage('live', message)), {
        qos: 0,
      });
  }

  /** Tells that its journal has dropped nothing. */
  tellHealth(): void {
    const { epoch } = this.#options;
    const health: Message<'health'> = {
      v: protocolVersion,
      uptimeS: 0,
      clock: 'synced',
      journal: { records: this.size - this.#acked, bytes: 0, capacityBytes: 0, dropped: 0, epoch },
      uplink: { connects: 1, sent: 0, resent: 0, acknowledged: 0 },
      undatedDropped: 0,
      meters: {},
      lines: {},
    };
    this.#client?.publish(topicOf(this.gateway, 'health'), Buffer.from(encodeMessage('health', health)));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    await client?.endAsync(true);
  }

  #connect(): MqttClient {
    const { gateway, password, port } = this.#options;
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
      username: gateway,
      password,
      clientId: gateway,
      reconnectPeriod: reconnectMs,
      connectTimeout: 5000,
      queueQoSZero: false,
      resubscribe: false,
    });
    client.on('error', () => {});
    client.on('connect', () => {
      const online = JSON.stringify({ v: protocolVersion, state: 'online' });
      client.publish(topicOf(gateway, 'status'), online, { qos: 1, retain: true });
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
    if (!ack.ok || ack.value.epoch !== this.#options.epoch) return;
    const { sequence } = ack.value;
    if (sequence > this.#highest)
      this.strange.push(`${this.gateway}: ${sequence} is acknowledged and was never sent`);
    this.heard = Math.max(this.heard, sequence);
    if (this.isDeaf || sequence <= this.#acked) return;
    this.#acked = sequence;
    this.#sent = Math.max(this.#sent, sequence);
    for (const [last, since] of this.#sentSince) {
      if (last > sequence) break;
      this.took.push(since());
      this.#sentSince.delete(last);
    }
    this.#send();
  }

  #again(): void {
    if (this.#client?.connected !== true || this.isDeaf || this.#sent === this.#acked) return;
    this.#sent = this.#acked;
    this.#send();
  }

  #send(): void {
    const { perMessage, inFlight } = this.#options;
    const most = Math.min(this.#acked + perMessage * inFlight, this.#records.length);
    while (this.#client?.connected === true && this.#sent < most) {
      const count = Math.min(perMessage, most - this.#sent);
      this.publish(this.message(this.#sent + 1, count));
      this.#sent += count;
      this.#highest = Math.max(this.#highest, this.#sent);
      const { stopwatch = clockwatch } = this.#options;
      if (!this.#sentSince.has(this.#sent)) this.#sentSince.set(this.#sent, stopwatch());
    }
  }
}
