import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, realpathSync } from 'node:fs';
import { connect } from 'node:net';
import { ReadStream, WriteStream } from 'node:tty';
import { type LineSettings, settingsDefaults } from '#core/wire/settings.ts';
import type { SerialHandlers, SerialPort } from '#ports';

/**
 * Opens a serial line: `tcp://host:port` is a converter that passes bytes on as they are (EW11, ZLAN, `serve`), a path
 * such as `/dev/ttyUSB0` a serial port or pseudo-terminal of this machine.
 */
export function openNodeSerial(line: LineSettings, handlers: SerialHandlers): SerialPort {
  if (line.port.startsWith('tcp://')) return openTcp(line, handlers);
  if (line.port.startsWith('/')) return openTty(line, handlers);
  throw new Error(
    `port ${JSON.stringify(line.port)} of line ${line.id} is not known here; tcp://host:port and /dev/… are allowed`,
  );
}

function openTcp(line: LineSettings, handlers: SerialHandlers): SerialPort {
  const { host, port } = parseTcpPort(line);
  let isOver = false;
  let why = 'connection closed by the other side';
  const socket = connect({ host, port, noDelay: true });
  socket.on('data', bytes => {
    if (!isOver) handlers.onBytes(bytes);
  });
  socket.on('error', error => {
    why = error.message === '' ? error.name : error.message;
  });
  socket.on('end', () => socket.destroy());
  socket.on('close', () => {
    if (isOver) return;
    isOver = true;
    handlers.onClosed(why);
  });
  return {
    // The caller may use its buffer again while the socket still holds these bytes.
    write: bytes => {
      if (!isOver) socket.write(Buffer.from(bytes));
    },
    close: () => {
      isOver = true;
      socket.destroy();
    },
  };
}

function parseTcpPort({ id, port }: LineSettings): { host: string; port: number } {
  const parts = /^tcp:\/\/(\[[0-9a-f:.]+\]|[^:/[\]]+):([0-9]{1,5})\/?$/i.exec(port);
  const host = parts?.[1]?.replace(/^\[|\]$/g, '');
  const number = Number(parts?.[2]);
  if (host === undefined || !(number >= 1 && number <= 65_535)) {
    throw new Error(
      `port ${JSON.stringify(port)} of line ${id}: tcp://host:port with a port from 1 to 65535 is allowed`,
    );
  }
  return { host, port: number };
}

function openTty(line: LineSettings, handlers: SerialHandlers): SerialPort {
  setLine(line);
  const flags = constants.O_RDWR | constants.O_NOCTTY;
  const input = openSync(line.port, flags);
  let output: number;
  try {
    output = openSync(line.port, flags);
  } catch (error) {
    closeSync(input);
    throw error;
  }
  const reader = new ReadStream(input);
  const writer = new WriteStream(output);
  let isOver = false;
  const over = (why: string | undefined): void => {
    if (isOver) return;
    isOver = true;
    reader.destroy();
    writer.destroy();
    if (why !== undefined) handlers.onClosed(why);
  };
  reader.on('data', bytes => {
    if (!isOver) handlers.onBytes(bytes);
  });
  for (const stream of [reader, writer]) {
    stream.on('error', error => over(error.message));
    stream.on('close', () => over('the device was closed or unplugged'));
  }
  reader.on('end', () => over('the device was closed or unplugged'));
  return {
    write: bytes => {
      if (!isOver) writer.write(Buffer.from(bytes));
    },
    close: () => over(undefined),
  };
}

/** Raw bytes at the line's speed: no echo, no line ends, no signals. `stty` is there on every Unix. */
function setLine(line: LineSettings): void {
  const { baud, parity, stopBits } = { ...settingsDefaults, ...line };
  const bits = [
    String(baud),
    parity === 'none' ? '-parenb' : 'parenb',
    parity === 'odd' ? 'parodd' : '-parodd',
    stopBits === 2 ? 'cstopb' : '-cstopb',
  ];
  // A pseudo-terminal has no line and refuses these.
  const ofLine = isPseudoTerminal(line.port) ? [] : bits;
  const option = process.platform === 'darwin' ? '-f' : '-F';
  try {
    execFileSync(
      'stty',
      [option, line.port, 'raw', '-echo', 'cs8', 'clocal', ...ofLine],
      // A device that does not get ready must not hold up the gateway.
      { stdio: ['ignore', 'ignore', 'pipe'], timeout: 2000 },
    );
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new Error(
      `${line.port} of line ${line.id} cannot be set to ${baud} baud: ${said || String(error)}`,
    );
  }
}

function isPseudoTerminal(path: string): boolean {
  try {
    return realpathSync(path).startsWith('/dev/pts/');
  } catch {
    return false;
  }
}
