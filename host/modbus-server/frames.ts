/** Transaction, protocol, length (MODBUS Messaging on TCP/IP V1.0b, 3.1.3); unit and PDU follow. */
const headerBytes = 6;
const leastAduBytes = 2;
/** Unit and the longest PDU. */
const mostAduBytes = 254;

export interface TcpRequest {
  readonly transaction: number;
  readonly unit: number;
  /** At least a function code. */
  readonly pdu: Uint8Array;
}

/**
 * Finds the requests in the bytes of a connection. Frames of other protocols are passed over, as the guide has it (4.4.2);
 * a length that none can have loses the place for good. Keeps what was pushed and not taken.
 */
export class RequestReader {
  #bytes: Buffer = Buffer.alloc(0);

  push(bytes: Uint8Array): void {
    this.#bytes = this.#bytes.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#bytes, bytes]);
  }

  /** The next whole request; `'broken'` where none can be found any more. */
  next(): TcpRequest | 'broken' | undefined {
    while (this.#bytes.length >= headerBytes) {
      const length = this.#bytes.readUInt16BE(4);
      if (length < leastAduBytes || length > mostAduBytes) return 'broken';
      const end = headerBytes + length;
      if (this.#bytes.length < end) return undefined;
      const frame = this.#bytes.subarray(0, end);
      this.#bytes = this.#bytes.subarray(end);
      if (frame.readUInt16BE(2) !== 0) continue;
      return {
        transaction: frame.readUInt16BE(0),
        unit: frame[headerBytes] as number,
        pdu: Uint8Array.from(frame.subarray(headerBytes + 1)),
      };
    }
    return undefined;
  }
}

/** The frame of an answer to a request. */
export function answerFrame({ transaction, unit }: TcpRequest, pdu: Uint8Array): Buffer {
  const frame = Buffer.alloc(headerBytes + 1 + pdu.length);
  frame.writeUInt16BE(transaction, 0);
  frame.writeUInt16BE(pdu.length + 1, 4);
  frame[headerBytes] = unit;
  frame.set(pdu, headerBytes + 1);
  return frame;
}
