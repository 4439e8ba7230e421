import { limits } from '#core/limits.ts';

const text = new TextDecoder();

/** The text of a payload; undefined where it is larger than any message of a meter. */
export const textOfPayload = (payload: Uint8Array): string | undefined =>
  payload.length > limits.mqttPacketUpBytes ? undefined : text.decode(payload);

/** What a payload says as JSON; undefined where it is none. */
export function jsonOf(payload: Uint8Array): unknown {
  try {
    return JSON.parse(textOfPayload(payload) ?? '');
  } catch {
    return undefined;
  }
}
