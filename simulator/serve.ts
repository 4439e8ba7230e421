import { randomInt } from 'node:crypto';
import { type Options, UsageError, type Values } from './arguments.ts';
import { type AttachedSerial, attachSerial, serialOptions } from './attach-serial.ts';
import { command } from './command.ts';
import { nodeTime } from './gateway/node-time.ts';
import { House } from './house/house.ts';
import { faultOption, namedFault } from './line/named-faults.ts';
import type { TcpListener } from './line/tcp-listener.ts';
import { serveModbusTcp } from './meters/modbus-tcp-server.ts';
import { isSocatInstalled, openPty, type Pty } from './meters/pty.ts';
import { headKinds } from './meters/telegram-head.ts';
import { moreMeters } from './more-meters.ts';
import { busBaud } from './site.ts';
import type { Terminal } from './terminal.ts';
import { startWorld } from './world.ts';

export const largestSeed = 2 ** 31 - 1;

export const seedOption = {
  takes: 'integer',
  min: 0,
  max: largestSeed,
  unless: null,
  help: 'the house: the same seed, the same house (default: any, printed)',
} as const;

const port = { takes: 'integer', min: 0, max: 65_535, unless: 0 } as const;

export const serveOptions = {
  seed: seedOption,
  'rs485-port': { ...port, help: 'TCP port of the RS485 bus (default: any free one)' },
  'ir-port': { ...port, help: 'TCP port of the smart meter (default: any free one)' },
  pty: {
    takes: 'text',
    called: 'a path',
    unless: null,
    help: 'also make the bus a serial port at this path (needs socat)',
  },
  'modbus-port': {
    takes: 'integer',
    min: 0,
    max: 65_535,
    unless: null,
    help: 'also serve the bus as Modbus TCP on this port (0: any free one), each address a unit',
  },
  ...serialOptions,
  speed: {
    takes: 'number',
    min: 0.01,
    max: 3600,
    unless: 1,
    help: "how much faster than the clock the house's time goes (default 1)",
  },
  'bit-errors': {
    takes: 'number',
    min: 0,
    max: 1,
    unless: 0,
    help: 'share of bits that arrive wrong on the bus, such as 0.0001',
  },
  meters: {
    takes: 'text',
    called: 'PROFILE@ADDRESS,…',
    unless: null,
    help: 'more meters on the bus, such as abb-b23@5,sunspec@6 (the README has the profiles)',
  },
  head: {
    takes: 'text',
    called: 'KIND',
    unless: 'sml',
    help: `what the smart meter speaks: ${Object.keys(headKinds).join(', ')}`,
  },
  fault: faultOption,
  dead: { takes: 'integers', min: 1, max: 247, help: 'addresses on the bus that do not answer' },
  'delay-ms': {
    takes: 'integer',
    min: 0,
    max: 10_000,
    unless: 0,
    help: 'how much later than they would the meters on the bus answer',
  },
} as const satisfies Options;

/** How the bus and a serial port that it is put on are set. */
const busUart = { baud: busBaud, parity: 'none', stopBits: 1 } as const;

/** The house's local time is this machine's. */
export const utcOffsetMinutes = (): number => -new Date().getTimezoneOffset();

export async function runServe(values: Values<typeof serveOptions>, terminal: Terminal): Promise<void> {
  const { speed, pty: ptyPath } = values;
  if (ptyPath !== null && !isSocatInstalled()) {
    throw new UsageError(
      '--pty needs socat, which is not installed; use --rs485-port and RTU over TCP instead',
    );
  }
  if (!Object.hasOwn(headKinds, values.head)) {
    throw new UsageError(`--head ${values.head}: one of ${Object.keys(headKinds).join(', ')} is allowed`);
  }
  const more = moreMeters(values.meters);
  const fault = namedFault(values.fault);
  const seed = values.seed ?? randomInt(largestSeed);
  const startMs = Date.now();
  const house = new House({ seed, startMs, utcOffsetMinutes: utcOffsetMinutes() });
  const world = await startWorld({
    house,
    houseMs: () => startMs + (Date.now() - startMs) * speed,
    rs485Port: values['rs485-port'],
    irPort: values['ir-port'],
    more,
    head: values.head,
    faults: {
      ...fault,
      bitErrorRate: values['bit-errors'] || fault.bitErrorRate,
      deadAddresses: values.dead,
      delayMs: values['delay-ms'] || fault.delayMs,
    },
  }).catch(error => {
    throw portError(error, values);
  });
  let pty: Pty | undefined;
  let serial: AttachedSerial | undefined;
  let modbusTcp: TcpListener | undefined;
  const { serial: busPath, 'ir-serial': irPath, 'modbus-port': modbusPort } = values;
  try {
    serial = attachSerial({
      time: nodeTime,
      ...(busPath !== null && { bus: { path: busPath, uart: busUart, server: world.rs485 } }),
      ...(irPath !== null && { head: { path: irPath, server: world.ir } }),
      say: terminal.err,
    });
    if (modbusPort !== null) {
      modbusTcp = await serveModbusTcp({ ...world.rs485, time: nodeTime, port: modbusPort }).catch(error => {
        throw portError(error, values);
      });
    }
    if (ptyPath !== null) pty = await openPty(ptyPath, world.rs485.port);
    terminal.out(`house   seed ${seed}${speed === 1 ? '' : `, time goes ${speed} times as fast`}`);
    terminal.out(`RS485   ${world.ports.rs485}  RTU over TCP, ${busBaud} 8N1`);
    if (modbusTcp !== undefined) terminal.out(`        127.0.0.1:${modbusTcp.port}  Modbus TCP`);
    for (const path of [pty?.path, busPath]) if (path) terminal.out(`        ${path}`);
    for (const { address, profile } of world.slaves)
      terminal.out(`        address ${address}  ${profile.id}`);
    terminal.out(`IR      ${world.ports.ir}  ${values.head}, a telegram each second`);
    if (irPath !== null) terminal.out(`        ${irPath}  9600 8N1`);
    terminal.out('Ctrl-C ends it.');
    await terminal.stopped;
  } finally {
    serial?.close();
    await modbusTcp?.close();
    await pty?.close();
    await world.close();
  }
}

/** Which of the ports could not be had. */
function portError(error: unknown, values: Values<typeof serveOptions>): unknown {
  if (!(error instanceof Error) || !('code' in error) || !('port' in error)) return error;
  const option =
    (['rs485-port', 'modbus-port'] as const).find(name => values[name] === error.port) ?? 'ir-port';
  if (error.code === 'EADDRINUSE') {
    return new UsageError(
      `--${option} ${error.port}: another program has this port; choose another, or 0 for any`,
    );
  }
  if (error.code === 'EACCES') {
    return new UsageError(`--${option} ${error.port}: not allowed to this user; a port from 1024 on is`);
  }
  return error;
}

export const serve = command({
  name: 'serve',
  summary: 'the meters alone, on TCP ports, for any gateway or Modbus client',
  about:
    'Serves the RS485 bus (Modbus RTU over TCP, as EW11 and ZLAN converters do) and the smart meter (SML telegrams\n' +
    'over TCP) on 127.0.0.1. The INA219 needs a gateway in the same process and is not served.',
  options: serveOptions,
  run: runServe,
});
