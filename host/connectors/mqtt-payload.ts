import { limits } from '#core/limits.ts';
import type { TopicMessage } from './topics.ts';

const decoder = new TextDecoder();

/** What a message says, parsed once at most: hundreds of rows may each have a place in one. */
export class MqttPayload {
  readonly #bytes: Uint8Array;
  #parsed: { readonly says: unknown } | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Undefined where it is larger than any message of a meter. */
  get text(): string | undefined {
    return this.#bytes.length > limits.mqttPacketUpBytes ? undefined : decoder.decode(this.#bytes);
  }

  /** Undefined where it is no JSON. */
  get json(): unknown {
    this.#parsed ??= { says: parsed(this.text ?? '') };
    return this.#parsed.says;
  }
}

/** A message as connectors read it. */
export interface ReadableMessage extends Omit<TopicMessage, 'payload'> {
  readonly payload: MqttPayload;
}

export const readable = (message: TopicMessage): ReadableMessage => ({
  ...message,
  payload: new MqttPayload(message.payload),
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
