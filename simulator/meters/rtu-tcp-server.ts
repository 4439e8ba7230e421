import type { Socket } from 'node:net';
import type { TimePort } from '#ports';
import { ConverterDelay } from '../line/converter-delay.ts';
import { RequestPacker } from '../line/request-packer.ts';
import { SerialLine, type SerialLineOptions } from '../line/serial-line.ts';
import { listenOnTcp, sendTo } from '../line/tcp-listener.ts';
import { attachSlave, type ModbusSlave } from './modbus-slave.ts';
import { TurnTaking } from './turn-taking.ts';

export interface RtuTcpOptions extends SerialLineOptions {
  readonly slaves: readonly ModbusSlave[];
  /** From a request's last byte to its answer's first. */
  readonly turnaroundMs: number;
  /** TCP port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
}

export interface RtuTcpServer {
  readonly port: number;
  /** The wire behind the server, for faults and counts. */
  readonly line: SerialLine;
  /** How others ask on the same wire: a Modbus TCP server, a serial port. */
  readonly turns: TurnTaking;
  close(): Promise<void>;
}

/**
 * Serves an RS485 line with its meters as RTU frames over TCP, as converters like EW11 and ZLAN do: bytes go onto the
 * wire as they are and take the time that the wire takes. Any number of clients; they take turns.
 */
export async function serveRtuOverTcp(options: RtuTcpOptions): Promise<RtuTcpServer> {
  const { time, slaves, turnaroundMs, seed } = options;
  const line = new SerialLine(options);
  for (const slave of slaves) attachSlave(line, slave, time, turnaroundMs);
  const turns = new TurnTaking(line, time);
  let clients = 0;
  const listener = await listenOnTcp(options.port, socket => {
    serveClient(socket, { line, turns, time, seed: seed + clients++ });
  });
  return {
    port: listener.port,
    line,
    turns,
    close: async () => {
      turns.close();
      await listener.close();
    },
  };
}

interface Wire {
  readonly line: SerialLine;
  readonly turns: TurnTaking;
  readonly time: TimePort;
  readonly seed: number;
}

function serveClient(socket: Socket, { line, turns, time, seed }: Wire): void {
  const outwards = new ConverterDelay(line, time, seed, bytes => sendTo(socket, bytes));
  const asker = { onBytes: (bytes: Uint8Array) => outwards.push(bytes) };
  const packer = new RequestPacker(time, request => turns.ask(asker, request));
  const inwards = new ConverterDelay(line, time, ~seed, bytes => packer.push(bytes));
  socket.on('data', bytes => inwards.push(bytes));
  socket.on('close', () => {
    packer.close();
    turns.leave(asker);
  });
}
