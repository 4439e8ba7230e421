import { crc16Modbus } from '#core/crc.ts';

/** Transaction, protocol, length (MODBUS Messaging on TCP/IP V1.0b, 3.1.3); unit and PDU follow. */
const headerBytes = 6;
/** Unit and the longest PDU. */
const mostAduBytes = 254;
const leastAduBytes = 2;

/** Stands for unit 0 on the poller's side, where 0 is a broadcast; no slave has it (over serial line V1.02, 2.2). */
export const unitZeroAddress = 248;

/** Answers that were dropped, by what was wrong with them. */
export interface TcpCounts {
  staleAnswers: number;
  otherUnits: number;
  otherProtocols: number;
}

interface Asked {
  readonly transaction: number;
  /** As the poller knows it, and as it is on the wire. */
  readonly address: number;
  readonly unit: number;
}

/**
 * Turns the RTU frames of a master into Modbus TCP, and what comes back into RTU frames. An answer counts where it has
 * the transaction and the unit of the newest question; every other is counted and dropped, so an answer that is late can
 * never pass for that to another question. Bounded: keeps less than one frame.
 */
export class TcpFrames {
  readonly #counts: TcpCounts;
  #bytes = new Uint8Array(0);
  #transaction = 0;
  #asked: Asked | undefined;

  /** Of one connection; it goes on counting where the one before ended. */
  constructor(counts: TcpCounts) {
    this.#counts = counts;
  }

  /** The frame for the wire. `frame` is one whole RTU frame. */
  ask(frame: Uint8Array): Uint8Array {
    const address = frame[0] ?? 0;
    const unit = address === unitZeroAddress ? 0 : address;
    this.#transaction = (this.#transaction + 1) & 0xffff;
    this.#asked = { transaction: this.#transaction, address, unit };
    const adu = frame.subarray(0, frame.length - 2);
    const wire = new Uint8Array(headerBytes + adu.length);
    wire.set([this.#transaction >> 8, this.#transaction & 0xff, 0, 0, adu.length >> 8, adu.length & 0xff]);
    wire.set(adu, headerBytes);
    wire[headerBytes] = unit;
    return wire;
  }

  /** Takes bytes in any pieces; gives `'broken'` where no frame can be found in them any more. */
  push(bytes: Uint8Array, heard: (frame: Uint8Array) => void): 'well' | 'broken' {
    let rest = joined(this.#bytes, bytes);
    while (rest.length >= headerBytes) {
      const length = wordAt(rest, 4);
      if (length < leastAduBytes || length > mostAduBytes) {
        this.#bytes = new Uint8Array(0);
        return 'broken';
      }
      if (rest.length < headerBytes + length) break;
      this.#take(rest.subarray(0, headerBytes + length), heard);
      rest = rest.subarray(headerBytes + length);
    }
    this.#bytes = rest.slice();
    return 'well';
  }

  #take(wire: Uint8Array, heard: (frame: Uint8Array) => void): void {
    const asked = this.#asked;
    if (wordAt(wire, 2) !== 0) this.#counts.otherProtocols++;
    else if (asked === undefined || wordAt(wire, 0) !== asked.transaction) this.#counts.staleAnswers++;
    else if (wire[headerBytes] !== asked.unit) this.#counts.otherUnits++;
    else {
      // What comes a second time is an answer to nothing.
      this.#asked = undefined;
      heard(rtuFrame(asked.address, wire.subarray(headerBytes + 1)));
    }
  }
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) << 8) | (bytes[at + 1] as number);

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

function rtuFrame(address: number, pdu: Uint8Array): Uint8Array {
  const frame = new Uint8Array(pdu.length + 3);
  frame[0] = address;
  frame.set(pdu, 1);
  const crc = crc16Modbus(frame, 0, frame.length - 2);
  frame[frame.length - 2] = crc & 0xff;
  frame[frame.length - 1] = crc >> 8;
  return frame;
}
