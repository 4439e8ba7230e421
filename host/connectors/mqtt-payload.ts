import { limits } from '#core/limits.ts';

const text = new TextDecoder();

/** The text of a payload; undefined where it is larger than any message of a meter. */
export const textOfPayload = (payload: Uint8Array): string | undefined =>
  payload.length > limits.mqttPacketUpBytes ? undefined : text.decode(payload);

let newest: { readonly payload: Uint8Array; readonly says: unknown } | undefined;

/**
 * What a payload says as JSON; undefined where it is none. The newest is kept: hundreds of rows may each have a place in one
 * message, which is parsed once for all of them.
 */
export function jsonOf(payload: Uint8Array): unknown {
  if (newest?.payload !== payload) newest = { payload, says: parsed(payload) };
  return newest.says;
}

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(textOfPayload(payload) ?? '');
  } catch {
    return undefined;
  }
}
