import { decodeMessage } from '#core/wire/messages.ts';
import { type Channel, parseTopic } from '#core/wire/topics.ts';
import type { MqttConnection, MqttHandlers, MqttPort } from '#ports';

/** What a gateway sends as time goes by; the rest it sends for a reason. */
const flowing: ReadonlySet<Channel> = new Set(['records', 'live', 'health']);

/**
 * A way to the broker that can be shut for what flows: the gateway stays connected and its records stay in its journal,
 * as with a host that does not answer. It also hears which settings the gateway runs.
 */
export class MqttValve {
  readonly port: MqttPort;
  isShut = false;
  /** Version of the settings that run, as the gateway reported last, and the mistakes it refused newer ones for. */
  settingsVersion = 0;
  refused: readonly { readonly field: string; readonly message: string }[] = [];
  isConnected = false;
  /** Why the last connection ended. */
  closedWhy: string | undefined;
  readonly #waiting = new Set<() => void>();
  #isClosed = false;

  constructor(port: MqttPort) {
    this.port = {
      connect: (options, handlers) => this.#guard(port.connect(options, this.#listen(handlers))),
    };
  }

  /** Nobody waits for anything any more. */
  close(): void {
    this.#isClosed = true;
    this.#passed();
  }

  /** Waits until this is true, looking whenever something passed. @throws Error after so long, and once it is closed. */
  async until(what: string, isTrue: () => boolean, withinMs = 30_000): Promise<void> {
    const endMs = Date.now() + withinMs;
    while (!isTrue()) {
      if (this.#isClosed) throw new Error(`waited for ${what} until it was ended`);
      const leftMs = endMs - Date.now();
      if (leftMs <= 0) {
        const connection = this.isConnected ? '' : ` (not connected: ${this.closedWhy ?? 'no answer yet'})`;
        throw new Error(`waited ${withinMs / 1000} s in vain for ${what}${connection}`);
      }
      await new Promise<void>(resolve => {
        const timer = setTimeout(go, leftMs);
        const waiting = this.#waiting;
        function go(): void {
          clearTimeout(timer);
          waiting.delete(go);
          resolve();
        }
        waiting.add(go);
      });
    }
  }

  #listen(handlers: MqttHandlers): MqttHandlers {
    return {
      onConnected: () => {
        this.isConnected = true;
        handlers.onConnected();
        this.#passed();
      },
      onMessage: (topic, payload) => {
        handlers.onMessage(topic, payload);
        this.#passed();
      },
      onClosed: why => {
        this.isConnected = false;
        this.closedWhy = why;
        handlers.onClosed(why);
        this.#passed();
      },
    };
  }

  #guard(connection: MqttConnection): MqttConnection {
    return {
      subscribe: topics => connection.subscribe(topics),
      publish: (topic, payload, options) => {
        const channel = parseTopic(topic)?.channel;
        if (this.isShut && channel !== undefined && flowing.has(channel)) return;
        this.#note(channel, payload);
        connection.publish(topic, payload, options);
        this.#passed();
      },
      close: () => connection.close(),
    };
  }

  #note(channel: Channel | undefined, payload: Uint8Array): void {
    if (channel !== 'settings/reported') return;
    const message = decodeMessage(channel, payload);
    if (!message.ok) return;
    this.settingsVersion = message.value.running.version;
    this.refused = message.value.refused?.mistakes ?? [];
  }

  #passed(): void {
    for (const go of [...this.#waiting]) go();
  }
}
