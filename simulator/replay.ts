import { readFileSync, statSync } from 'node:fs';
import { type Options, parseOptions, UsageError, type Values, wordsApart } from './arguments.ts';
import { openWritableSerial } from './attach-serial.ts';
import type { Command } from './command.ts';
import { nodeTime } from './gateway/node-time.ts';
import { type Recording, RecordingError, readRecording } from './line/recording.ts';
import { ReplayPlayer } from './line/replay-player.ts';
import { listenOnTcp } from './line/tcp-listener.ts';
import { isSocatInstalled, openPty } from './meters/pty.ts';
import { portMistake } from './port-mistake.ts';
import { jsonOption } from './scenario/options.ts';
import type { Terminal } from './terminal.ts';

export const replayOptions = {
  port: {
    takes: 'integer',
    min: 0,
    max: 65_535,
    unless: 0,
    help: 'TCP port on 127.0.0.1 (default: any free one, printed)',
  },
  pty: {
    takes: 'text',
    called: 'a path',
    unless: null,
    help: 'also a pseudo-terminal at this path (needs socat)',
  },
  serial: { takes: 'text', called: 'a path', unless: null, help: 'also a serial port, such as /dev/ttyUSB0' },
  baud: {
    takes: 'integer',
    min: 300,
    max: 921_600,
    unless: 9600,
    help: 'speed of bytes without times, and of the serial port (default 9600)',
  },
  parity: {
    takes: 'text',
    called: 'none, even or odd',
    oneOf: ['none', 'even', 'odd'],
    unless: 'none',
    help: 'parity: none, even or odd (default none)',
  },
  'stop-bits': { takes: 'integer', min: 1, max: 2, unless: 1, help: 'stop bits (default 1)' },
  speed: {
    takes: 'number',
    min: 0.01,
    max: 10_000,
    unless: 1,
    help: 'how much faster than it was recorded (default 1)',
  },
  times: {
    takes: 'integer',
    min: 0,
    max: 1_000_000,
    unless: 0,
    help: 'how often it is played (default 0: until Ctrl-C)',
  },
  'pause-ms': {
    takes: 'integer',
    min: 0,
    max: 3_600_000,
    unless: 1000,
    help: 'silence between two plays (default 1000)',
  },
  json: jsonOption,
} as const satisfies Options;

type ReplayValues = Values<typeof replayOptions>;

/** More is no recording of a meter that anybody replays. */
const mostBytes = 64 * 1024 * 1024;

/** A recorded stream on a TCP port, a pseudo-terminal and a serial port, at its pace. */
export const replay: Command = {
  name: 'replay',
  about:
    'joulegate-sim replay FILE [OPTIONS]: plays what was recorded of a meter or a bus, over and over. FILE is raw bytes, or\n' +
    'text: hexadecimal, a dump of xxd or hexdump -C, or lines of a time and hexadecimal bytes, such as\n' +
    '  12.350 1b 1b 1b 1b 01 01 01 01 76 05\n' +
    'with seconds, a time of day (14:02:11.350) or a date; these are played when their times say. # begins a comment.\n' +
    'It begins when somebody connects, or at once where a serial port is named.',
  options: replayOptions,
  run: async (args, terminal) => {
    const { words, rest } = wordsApart(replayOptions, args);
    const values = parseOptions('replay', replayOptions, rest);
    const [file, second] = words;
    if (file === undefined) throw new UsageError('a file is wanted: joulegate-sim replay FILE [OPTIONS]');
    if (second !== undefined) {
      throw new UsageError(`${JSON.stringify(second)} is one word too many; replay takes one file`);
    }
    await runReplay(file, values, terminal);
  },
};

/** What is in a file. @throws UsageError that says what is wrong with it. */
export function loadRecording(file: string): Recording {
  try {
    const { size } = statSync(file);
    if (size > mostBytes)
      throw new UsageError(`${file} has ${size} bytes; at most ${mostBytes} are replayed`);
    const recording = readRecording(readFileSync(file));
    if (recording.byteLength === 0) throw new UsageError(`${file} has no bytes to replay`);
    return recording;
  } catch (error) {
    if (error instanceof RecordingError) throw new UsageError(`${file}, ${error.message}`);
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw new UsageError(`${file}: there is no such file`);
    if (code === 'EISDIR') throw new UsageError(`${file} is a folder; a file is wanted`);
    if (code === 'EACCES') throw new UsageError(`${file}: this user may not read it`);
    throw error;
  }
}

async function runReplay(file: string, values: ReplayValues, terminal: Terminal): Promise<void> {
  const { pty: ptyPath, serial: serialPath, baud, speed, times } = values;
  if (ptyPath !== null && !isSocatInstalled()) {
    throw new UsageError('--pty needs socat, which is not installed; use --port and TCP instead');
  }
  const recording = loadRecording(file);
  const parity = values.parity === 'even' || values.parity === 'odd' ? values.parity : 'none';
  const uart = { baud, parity, stopBits: values['stop-bits'] === 2 ? 2 : 1 } as const;
  const closers: (() => unknown)[] = [];
  let isOver = () => {};
  const over = new Promise<void>(resolve => {
    isOver = resolve;
  });
  const sinks = new Set<(bytes: Uint8Array) => void>();
  const player = new ReplayPlayer({
    time: nodeTime,
    recording,
    uart,
    speed,
    times,
    pauseMs: values['pause-ms'],
    write: bytes => {
      for (const sink of sinks) sink(bytes);
    },
    ended: (plays, isLast) => {
      if (values.json) terminal.out(JSON.stringify({ event: 'played', plays, isLast }));
      if (isLast) isOver();
    },
  });
  closers.push(() => player.close());
  let hasBegun = false;
  const begin = (): void => {
    if (!hasBegun) player.start();
    hasBegun = true;
  };
  try {
    const listener = await listenOnTcp(values.port, socket => {
      const sink = (bytes: Uint8Array) => void socket.write(bytes);
      sinks.add(sink);
      socket.on('close', () => sinks.delete(sink));
      socket.resume();
      begin();
    }).catch(error => {
      throw portMistake('--port', values.port, error);
    });
    closers.push(() => listener.close());
    const ports = [`tcp://127.0.0.1:${listener.port}`];
    if (ptyPath !== null) {
      const pty = await openPty(ptyPath, listener.port);
      closers.push(() => pty.close());
      ports.push(ptyPath);
    }
    if (serialPath !== null) {
      const serial = openWritableSerial({ path: serialPath, uart, time: nodeTime, say: terminal.err });
      closers.push(() => serial.close());
      sinks.add(bytes => serial.write(bytes));
      ports.push(serialPath);
    }
    if (values.json) terminal.out(factsOf(file, recording, values, ports));
    else {
      terminal.out(`replay  ${file}: ${recording.byteLength} bytes, ${paceText(recording, values)}`);
      for (const port of ports) terminal.out(`        ${port}`);
      terminal.out('Ctrl-C ends it.');
    }
    if (serialPath !== null) begin();
    await Promise.race([terminal.stopped, over]);
    // What was written last is on its way yet.
    await new Promise(resolve => setTimeout(resolve, 50));
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** What is played and where, in a line for programs. */
function factsOf(
  file: string,
  { form, byteLength, pieces }: Recording,
  { baud, speed, times }: ReplayValues,
  ports: readonly string[],
): string {
  const pace = form === 'timed' ? { pieces: pieces.length, lastS: lastS(pieces) } : { baud };
  return JSON.stringify({ event: 'replaying', file, bytes: byteLength, form, ...pace, speed, times, ports });
}

const lastS = (pieces: Recording['pieces']): number => Math.round((pieces.at(-1)?.atMs ?? 0) / 100) / 10;

function paceText({ form, pieces }: Recording, { baud, speed }: ReplayValues): string {
  const faster = speed === 1 ? '' : `, ${speed} times as fast`;
  if (form !== 'timed') return `${form === 'bytes' ? 'raw' : `text (${form})`} at ${baud} baud${faster}`;
  return `${pieces.length} pieces over ${lastS(pieces)} s by their times${faster}`;
}
