import { unescapeInto } from '#core/sml/escape.ts';
import { SmlDecoder } from '#core/sml/telegram.ts';
import { TlvReader } from '#core/sml/tlv.ts';

const markBytes = 8;
const endEscape = Uint8Array.of(0x1b, 0x1b, 0x1b, 0x1b, 0x1a);
const endOfMessage = 0x00;
const longestDepth = 8;

export interface SmlDamage {
  /** Messages whose own CRC is wrong. */
  readonly messageCrcErrors: number;
  /** Whether the messages cannot be followed to the end. */
  readonly isBroken: boolean;
}

/** What is wrong inside the payload of a telegram that is not valid: message by message, up to where it breaks off. */
export function smlDamage(payload: Uint8Array): SmlDamage {
  const reader = new TlvReader();
  const decoder = new SmlDecoder();
  reader.reset(payload, 0, payload.length);
  let messageCrcErrors = 0;
  while (reader.offset < payload.length) {
    if (payload[reader.offset] === endOfMessage) {
      reader.offset++;
      continue;
    }
    const start = reader.offset;
    skipMessage(reader);
    if (reader.error !== undefined) return { messageCrcErrors, isBroken: true };
    const message = decoder.decode(payload, start, reader.offset);
    if (message.ok) continue;
    if (message.error !== 'sml.messageCrc') return { messageCrcErrors, isBroken: true };
    messageCrcErrors++;
  }
  return { messageCrcErrors, isBroken: false };
}

/** SML_Message (SML 1.04, 5.1): a list of six, of which the last is a zero byte and no element of its own. */
function skipMessage(reader: TlvReader): void {
  reader.list(6);
  for (let element = 0; element < 5 && reader.error === undefined; element++) reader.skip(longestDepth);
  if (reader.bytes[reader.offset] !== endOfMessage || reader.offset >= reader.end)
    reader.fail('sml.unexpected');
  reader.offset++;
}

/** The payload of a frame whose end may be cut or whose padding may be false, with doubled escapes made single. */
export function damagedPayload(frame: Uint8Array): Uint8Array {
  let end = lastEscape(frame);
  if (end >= 0) {
    const padding = frame[end + endEscape.length] ?? 0;
    // More than that is no padding but damage.
    if (padding <= 4) end = Math.max(markBytes, end - padding);
  } else end = frame.length;
  const payload = new Uint8Array(frame.length);
  const length = unescapeInto(frame, Math.min(markBytes, end), end, payload);
  return payload.subarray(0, length);
}

function lastEscape(frame: Uint8Array): number {
  for (let at = frame.length - endEscape.length; at >= markBytes; at--) {
    let fits = 0;
    while (fits < endEscape.length && frame[at + fits] === endEscape[fits]) fits++;
    if (fits === endEscape.length) return at;
  }
  return -1;
}
