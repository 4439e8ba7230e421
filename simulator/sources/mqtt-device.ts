import { connect, type MqttClient } from 'mqtt';
import type { QuantityId } from '#core/quantities.ts';

/** What flows where the device is, in the units of the vocabulary. */
export type ReadQuantity = (quantity: QuantityId) => number;

export interface DeviceMessage {
  readonly topic: string;
  readonly payload: string;
  readonly isRetained?: boolean;
}

/** A device as its makers' documents describe it: what it says at which event. All texts are as the real one's. */
export interface DeviceScript {
  readonly clientId: string;
  readonly will?: DeviceMessage;
  /** Right after each login. */
  readonly birth: readonly DeviceMessage[];
  /** Every so often. */
  readonly everyMs: number;
  messages(atMs: number): readonly DeviceMessage[];
  /** Topics that it listens to, and what it says when it hears something on one. */
  readonly listens?: readonly string[];
  answer?(topic: string, payload: string, atMs: number): readonly DeviceMessage[];
}

export interface MqttDeviceOptions {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly nowMs?: () => number;
  /** Ends the first try to log in, for somebody who does not want it any more. */
  readonly signal?: AbortSignal;
}

/** A broker answers within milliseconds; one that lets in who comes and says nothing is none. */
const answersWithinMs = 10_000;
/** For what it said last and its good-bye. */
const goodByeMs = 500;

/** A simulated device at a real broker. */
export class MqttDevice {
  readonly #client: MqttClient;
  readonly #script: DeviceScript;
  readonly #nowMs: () => number;
  readonly #timer: NodeJS.Timeout;

  private constructor(client: MqttClient, script: DeviceScript, nowMs: () => number) {
    this.#client = client;
    this.#script = script;
    this.#nowMs = nowMs;
    this.#timer = setInterval(() => void this.speak(), script.everyMs);
    client.on('connect', () => this.#greet());
    client.on('error', () => {});
    client.on('message', (topic, payload) => {
      const answers = script.answer?.(topic, payload.toString('utf8'), nowMs()) ?? [];
      void this.#say(answers);
    });
  }

  /** Resolves when it is logged in. @throws Error where it is not let in at the first try */
  static async start(script: DeviceScript, options: MqttDeviceOptions): Promise<MqttDevice> {
    const { url, username, password, signal, nowMs = Date.now } = options;
    const { clientId, will } = script;
    const client = connect(url, {
      clientId,
      protocolVersion: 4,
      keepalive: 30,
      connectTimeout: answersWithinMs,
      reconnectPeriod: 1000,
      // As real ones do: whose login is taken away and made again is back.
      reconnectOnConnackError: true,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...(will !== undefined && {
        will: {
          topic: will.topic,
          payload: Buffer.from(will.payload),
          qos: 1,
          retain: will.isRetained ?? false,
        },
      }),
    });
    const device = new MqttDevice(client, script, nowMs);
    try {
      await new Promise<void>((resolve, reject) => {
        client.once('connect', () => resolve());
        client.once('error', reject);
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        if (signal?.aborted) reject(signal.reason);
      });
    } catch (error) {
      // Who does not answer is not waited for.
      await device.cut();
      throw error;
    }
    return device;
  }

  /** What it says at its interval, now. */
  speak(): Promise<void> {
    return this.#say(this.#script.messages(this.#nowMs()));
  }

  /** Its power is cut: the broker says its last will. */
  async cut(): Promise<void> {
    clearInterval(this.#timer);
    this.#client.options.reconnectPeriod = 0;
    this.#client.stream.destroy();
    await this.#client.endAsync(true);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const timer = setTimeout(() => this.#client.stream.destroy(), goodByeMs);
    await this.#client.endAsync();
    clearTimeout(timer);
  }

  #greet(): void {
    const { listens = [], birth } = this.#script;
    if (listens.length > 0) this.#client.subscribe([...listens]);
    void this.#say(birth);
  }

  async #say(messages: readonly DeviceMessage[]): Promise<void> {
    if (!this.#client.connected) return;
    const said = messages.map(({ topic, payload, isRetained = false }) =>
      this.#client.publishAsync(topic, payload, { qos: 1, retain: isRetained }),
    );
    await Promise.allSettled(said);
  }
}
