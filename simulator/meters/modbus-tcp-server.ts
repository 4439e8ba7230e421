import type { Socket } from 'node:net';
import { crc16Modbus } from '#core/crc.ts';
import type { TimePort } from '#ports';
import { ConverterDelay } from '../line/converter-delay.ts';
import type { SerialLine } from '../line/serial-line.ts';
import { listenOnTcp, sendTo, type TcpListener } from '../line/tcp-listener.ts';
import { gatewayNoPath, gatewayNoResponse } from './slave-exceptions.ts';
import type { Asker, TurnTaking } from './turn-taking.ts';

export interface ModbusTcpOptions {
  readonly time: TimePort;
  /** The wire that the meters are on, and how one asks on it (`serveRtuOverTcp` gives both). */
  readonly line: SerialLine;
  readonly turns: TurnTaking;
  /** TCP port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
}

/** Transaction, protocol, length (MODBUS Messaging on TCP/IP V1.0b, 3.1.3); unit and PDU follow. */
const headerBytes = 6;
const mostPduBytes = 253;
const broadcast = 0;
/** Units above are no addresses of slaves on a serial line. */
const lastUnit = 247;

/**
 * Serves the slaves of a line as Modbus TCP, as gateways do: each unit is a slave, requests of all clients take turns on
 * the wire, and each answer carries the transaction of its request. A slave that is silent, or whose answer is damaged,
 * is exception 0B; a unit that no line has, or a gateway that has too much to ask, is 0A.
 */
export async function serveModbusTcp(options: ModbusTcpOptions): Promise<TcpListener> {
  const { line, time } = options;
  return listenOnTcp(options.port, socket => {
    const outwards = new ConverterDelay(line, time, 1, bytes => sendTo(socket, bytes));
    const client = new ModbusTcpClient(options, socket, outwards);
    const inwards = new ConverterDelay(line, time, 2, bytes => client.push(bytes));
    socket.on('data', bytes => inwards.push(bytes));
    socket.on('close', () => client.leave());
  });
}

/** Turns the stream of one client into requests. */
class ModbusTcpClient {
  readonly #options: ModbusTcpOptions;
  readonly #socket: Socket;
  readonly #outwards: ConverterDelay;
  #bytes: Buffer = Buffer.alloc(0);
  /** One for each request that waits for its answer. */
  readonly #askers = new Set<Asker>();

  constructor(options: ModbusTcpOptions, socket: Socket, outwards: ConverterDelay) {
    this.#options = options;
    this.#socket = socket;
    this.#outwards = outwards;
  }

  push(bytes: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    while (this.#bytes.length >= headerBytes) {
      const transaction = this.#bytes.readUInt16BE(0);
      const protocol = this.#bytes.readUInt16BE(2);
      const length = this.#bytes.readUInt16BE(4);
      // What follows cannot be found any more.
      if (length < 2 || length > mostPduBytes + 1) {
        this.#socket.destroy();
        return;
      }
      if (this.#bytes.length < headerBytes + length) return;
      const adu = Uint8Array.from(this.#bytes.subarray(headerBytes, headerBytes + length));
      this.#bytes = this.#bytes.subarray(headerBytes + length);
      // Other protocols are not Modbus and get no answer.
      if (protocol === 0) this.#ask(transaction, adu);
    }
  }

  /** The client has gone: nobody waits for what it asked. */
  leave(): void {
    for (const asker of this.#askers) this.#options.turns.leave(asker);
    this.#askers.clear();
  }

  /** `adu` is unit and PDU: the RTU frame without its CRC. */
  #ask(transaction: number, adu: Uint8Array): void {
    const [unit = 0, fc = 0] = adu;
    const refuse = (code: number) => this.#answer(transaction, Uint8Array.of(unit, fc | 0x80, code));
    if (unit > lastUnit) {
      refuse(gatewayNoPath);
      return;
    }
    const heard: number[] = [];
    const frame = withCrc(adu);
    const asker: Asker = {
      onBytes: bytes => void heard.push(...bytes),
      onTurnEnd: () => {
        this.#askers.delete(asker);
        if (unit === broadcast) return;
        const answer = answerIn(heard, frame);
        if (answer === undefined) refuse(gatewayNoResponse);
        else this.#answer(transaction, answer);
      },
    };
    this.#askers.add(asker);
    if (this.#options.turns.ask(asker, frame)) return;
    this.#askers.delete(asker);
    refuse(gatewayNoPath);
  }

  #answer(transaction: number, adu: Uint8Array): void {
    if (this.#socket.destroyed) return;
    const head = [transaction >> 8, transaction & 0xff, 0, 0, adu.length >> 8, adu.length & 0xff];
    this.#outwards.push(Uint8Array.from([...head, ...adu]));
  }
}

/** What a slave said, without its CRC; undefined where that is no answer to the request. */
function answerIn(heard: readonly number[], request: Uint8Array): Uint8Array | undefined {
  const isEcho = heard.length > request.length && request.every((byte, index) => byte === heard[index]);
  const frame = Uint8Array.from(isEcho ? heard.slice(request.length) : heard);
  const [unit, fc] = frame;
  const isOurs = unit === request[0] && ((fc ?? 0) & 0x7f) === request[1];
  return frame.length >= 5 && isOurs && crc16Modbus(frame) === 0 ? frame.slice(0, -2) : undefined;
}

function withCrc(bytes: Uint8Array): Uint8Array {
  const crc = crc16Modbus(bytes);
  return Uint8Array.from([...bytes, crc & 0xff, crc >> 8]);
}
