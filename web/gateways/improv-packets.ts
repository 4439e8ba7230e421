/** Improv Wi-Fi over serial, version 1 (improv-wifi.com/serial), as a client speaks it. */

const header = [0x49, 0x4d, 0x50, 0x52, 0x4f, 0x56, 1] as const;

export const packetTypes = Object.freeze({ state: 1, error: 2, command: 3, result: 4 } as const);

/** `pair` (host, code) and `tell` (state, fault, words) are Joulegate's own. */
export const commands = Object.freeze({
  wifi: 1,
  state: 2,
  info: 3,
  networks: 4,
  networkState: 7,
  pair: 0xe0,
  tell: 0xe1,
} as const);

export interface Packet {
  readonly type: number;
  readonly data: Uint8Array;
}

/** Type, length and checksum around the header and the data. */
const frameBytes = header.length + 3;

/** Finds packets in what a board says, whatever of its log is between them; what is damaged is passed over. */
export class PacketReader {
  #bytes: number[] = [];

  /** Packets that these bytes complete. */
  add(bytes: Uint8Array): Packet[] {
    this.#bytes.push(...bytes);
    const packets: Packet[] = [];
    let from = 0;
    while (from < this.#bytes.length) {
      const matching = header.findIndex(
        (byte, index) => from + index < this.#bytes.length && this.#bytes[from + index] !== byte,
      );
      if (matching !== -1) {
        from++;
        continue;
      }
      const whole = frameBytes + (this.#bytes[from + header.length + 1] ?? 0);
      if (this.#bytes.length - from < Math.max(whole, frameBytes)) break;
      const sum = this.#bytes.slice(from, from + whole - 1).reduce((total, byte) => total + byte, 0);
      if ((sum & 0xff) !== this.#bytes[from + whole - 1]) {
        from++;
        continue;
      }
      const data = Uint8Array.from(this.#bytes.slice(from + header.length + 2, from + whole - 1));
      packets.push({ type: this.#bytes[from + header.length] ?? 0, data });
      from += whole;
    }
    this.#bytes = this.#bytes.slice(from);
    return packets;
  }
}

/** A command with its texts, each with its length before it. Throws a RangeError where they are too long for a packet. */
export function commandPacket(command: number, texts: readonly string[]): Uint8Array {
  const body = texts.flatMap(text => {
    const bytes = new TextEncoder().encode(text);
    return [bytes.length, ...bytes];
  });
  if (body.length > 253) throw new RangeError(`${body.length} bytes given; 253 are allowed`);
  const packet = [...header, packetTypes.command, body.length + 2, command, body.length, ...body];
  return Uint8Array.from([...packet, packet.reduce((total, byte) => total + byte, 0) & 0xff, 0x0a]);
}

/** The command that a result is of, and its texts; null where the bytes are not that. */
export function resultOf(data: Uint8Array): { readonly command: number; readonly texts: string[] } | null {
  const [command, length] = data;
  if (command === undefined || length !== data.length - 2) return null;
  const texts: string[] = [];
  for (let at = 2; at < data.length; ) {
    const end = at + 1 + (data[at] ?? 0);
    if (end > data.length) return null;
    texts.push(new TextDecoder().decode(data.subarray(at + 1, end)));
    at = end;
  }
  return { command, texts };
}
