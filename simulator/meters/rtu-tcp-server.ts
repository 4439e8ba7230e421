import { createServer, type Socket } from 'node:net';
import { crc16Modbus } from '#core/crc.ts';
import { limits } from '#core/limits.ts';
import type { TimePort } from '#ports';
import { SerialLine, type SerialLineOptions } from '../line/serial-line.ts';
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
  close(): Promise<void>;
}

/** Bytes that form no whole frame are passed on after so long a pause, as converters do. */
const packMs = 20;

/**
 * Serves an RS485 line with its meters as RTU frames over TCP, as converters like EW11 and ZLAN do: bytes go onto the
 * wire as they are and take the time that the wire takes. Any number of clients; they take turns.
 */
export async function serveRtuOverTcp(options: RtuTcpOptions): Promise<RtuTcpServer> {
  const { time, slaves, turnaroundMs } = options;
  const line = new SerialLine(options);
  for (const slave of slaves) attachSlave(line, slave, time, turnaroundMs);
  const turns = new TurnTaking(line, time);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, socket => {
    sockets.add(socket);
    serveClient(socket, turns, time);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no TCP port');
  return {
    port: address.port,
    line,
    close: async () => {
      turns.close();
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function serveClient(socket: Socket, turns: TurnTaking, time: TimePort): void {
  const asker = { onBytes: (bytes: Uint8Array) => void socket.write(Buffer.from(bytes)) };
  let packed = Buffer.alloc(0);
  let cancelPack = () => {};
  const pass = () => {
    turns.ask(asker, packed);
    packed = Buffer.alloc(0);
  };
  socket.on('data', bytes => {
    cancelPack();
    packed = Buffer.concat([packed, bytes]);
    // A frame with its CRC has the CRC 0.
    const isWhole = packed.length >= 4 && crc16Modbus(packed) === 0;
    if (isWhole || packed.length >= limits.modbusAduBytes) pass();
    else cancelPack = time.after(packMs, pass);
  });
  socket.on('close', () => {
    cancelPack();
    turns.leave(asker);
  });
  // A client that breaks off closes; there is nothing to mend.
  socket.on('error', () => {});
}
