import { UsageError } from '../arguments.ts';
import { type AttachedSerial, attachSerial } from '../attach-serial.ts';
import type { ControlServer } from '../control/control-server.ts';
import { openLab } from '../control/open-lab.ts';
import { nodeTime } from '../gateway/node-time.ts';
import type { ScheduledHappening } from '../happenings/happening.ts';
import { Laboratory } from '../happenings/laboratory.ts';
import { siteParts } from '../happenings/site-parts.ts';
import type { LineFaults } from '../line/faults.ts';
import type { TcpListener } from '../line/tcp-listener.ts';
import { serveModbusTcp } from '../meters/modbus-tcp-server.ts';
import { openPty, type Pty } from '../meters/pty.ts';
import { createPlant } from '../plant/plant.ts';
import type { Terminal } from '../terminal.ts';
import type { Scenario } from './scenario.ts';
import { PortError, type WiredLine, type WiredSite, wireSite } from './wired-site.ts';

export interface ServeSiteOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  /** How much faster than the clock its time goes. */
  readonly speed: number;
  readonly faults: Partial<LineFaults>;
  readonly tcpPorts: Readonly<Record<string, number>>;
  /** What one RS485 line has besides its TCP port. */
  readonly bus: {
    readonly line: string | undefined;
    readonly pty?: string;
    readonly serial?: string;
    readonly modbusPort?: number;
  };
  readonly head: { readonly line: string | undefined; readonly serial?: string };
  readonly isJson: boolean;
}

type Bus = Extract<WiredLine, { kind: 'rs485' }>;
type Head = Extract<WiredLine, { kind: 'ir' }>;

/** Serves all lines of a scenario until the person ends it. @throws UsageError where a port cannot be had. */
export async function serveSite(options: ServeSiteOptions, terminal: Terminal): Promise<void> {
  const { scenario, seed, speed, faults, tcpPorts, isJson } = options;
  const startMs = Date.now();
  const plant = createPlant(scenario.plant, scenario.place, { seed, startMs });
  const plantMs = () => startMs + (Date.now() - startMs) * speed;
  const site = await wireSite({ scenario, plant, plantMs, tcpPorts, faults }).catch(error => {
    throw error instanceof PortError ? portMistake(error) : error;
  });
  const more: MoreWires = {};
  // Chips are read by a gateway in the same process alone.
  const parts = siteParts(site).filter(({ kind }) => kind !== 'chip');
  const lab = new Laboratory({ parts, time: nodeTime });
  let control: ControlServer | undefined;
  try {
    await attachMore(more, site, options, terminal);
    control = await openLab({ lab, name: 'serve' });
    // Of a scenario's schedule what happens to its lines and meters; hosts and networks are a demo's.
    const here = new Set(lab.parts.flatMap(({ happenings }) => happenings.map(({ id }) => id)));
    const plans = scenario.happenings.filter(({ what }) => here.has(what));
    lab.follow(plans.map(plan => atSpeed(plan, speed)));
    const { address } = control;
    const texts = isJson ? [factsOf(site, more, options, address)] : textsOf(site, more, options, address);
    for (const text of texts) terminal.out(text);
    await terminal.stopped;
  } finally {
    await (control ?? lab).close();
    more.serial?.close();
    await more.modbusTcp?.close();
    await more.pty?.close();
    await site.close();
  }
}

interface MoreWires {
  serial?: AttachedSerial;
  modbusTcp?: TcpListener;
  pty?: Pty;
}

async function attachMore(
  more: MoreWires,
  { lines }: WiredSite,
  { bus, head }: ServeSiteOptions,
  terminal: Terminal,
): Promise<void> {
  const wiredBus = lines.find((one): one is Bus => one.kind === 'rs485' && one.line.id === bus.line);
  const wiredHead = lines.find((one): one is Head => one.kind === 'ir' && one.line.id === head.line);
  more.serial = attachSerial({
    time: nodeTime,
    ...(bus.serial !== undefined &&
      wiredBus !== undefined && {
        bus: { path: bus.serial, uart: uartOf(wiredBus), server: wiredBus.server },
      }),
    ...(head.serial !== undefined &&
      wiredHead !== undefined && {
        head: { path: head.serial, baud: uartOf(wiredHead).baud, server: wiredHead.server },
      }),
    say: terminal.err,
  });
  if (wiredBus === undefined) return;
  if (bus.modbusPort !== undefined) {
    const { modbusPort } = bus;
    const server = { ...wiredBus.server, time: nodeTime, port: modbusPort };
    more.modbusTcp = await serveModbusTcp(server).catch(error => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      throw portMistake(new PortError(`${bus.line} (--modbus-port)`, modbusPort, code));
    });
  }
  if (bus.pty !== undefined) more.pty = await openPty(bus.pty, wiredBus.server.port);
}

function portMistake({ line, port, code }: PortError): Error {
  if (code === 'EADDRINUSE') {
    return new UsageError(`line ${line}: another program has port ${port}; choose another, or 0 for any`);
  }
  if (code === 'EACCES') {
    return new UsageError(`line ${line}: port ${port} is not allowed to this user; a port from 1024 on is`);
  }
  return new Error(`line ${line}: port ${port} cannot be had (${code})`);
}

/** A line of the schedule, which goes by the scenario's clock, by this machine's. */
const atSpeed = ({ atS, forS, everyS, ...plan }: ScheduledHappening, speed: number): ScheduledHappening => ({
  ...plan,
  atS: atS / speed,
  ...(forS !== undefined && { forS: forS / speed }),
  ...(everyS !== undefined && { everyS: everyS / speed }),
});

const uartOf = ({ line }: WiredLine) =>
  ({ baud: line.baud ?? 9600, parity: line.parity ?? 'none', stopBits: line.stopBits ?? 1 }) as const;

function uartText(wired: WiredLine): string {
  const { baud, parity, stopBits } = uartOf(wired);
  return `${baud} 8${parity.charAt(0).toUpperCase()}${stopBits}`;
}

function textsOf(site: WiredSite, more: MoreWires, options: ServeSiteOptions, laboratory: string): string[] {
  const { scenario, seed, speed } = options;
  const pace = speed === 1 ? '' : `, time goes ${speed} times as fast`;
  const texts = [`${scenario.name}: seed ${seed}${pace}`];
  for (const wired of site.lines) {
    const { id } = wired.line;
    if (wired.kind === 'i2c') {
      texts.push(`${id.padEnd(10)}I2C, needs a gateway in the same process and is not served`);
      continue;
    }
    const speaks = wired.kind === 'rs485' ? 'RTU over TCP' : `${wired.speaks}, a telegram each second`;
    texts.push(`${id.padEnd(10)}${wired.port}  ${speaks}, ${uartText(wired)}`);
    for (const way of furtherWays(id, more, options)) texts.push(`${''.padEnd(10)}${way}`);
    for (const { address, profile, at, name } of wired.meters) {
      const where = address === undefined ? '' : `address ${address}`;
      texts.push(`${''.padEnd(10)}${where.padEnd(13)}${profile.padEnd(24)}${name}, at ${at}`);
    }
  }
  return [...texts, `Laboratory  ${laboratory}`, 'Ctrl-C ends it.'];
}

function furtherWays(line: string, { modbusTcp, pty }: MoreWires, { bus, head }: ServeSiteOptions): string[] {
  if (line === head.line) return head.serial === undefined ? [] : [head.serial];
  if (line !== bus.line) return [];
  const tcp = modbusTcp === undefined ? undefined : `127.0.0.1:${modbusTcp.port}  Modbus TCP`;
  return [tcp, pty?.path, bus.serial].filter(way => way !== undefined);
}

/** The same for programs, in a line. */
function factsOf(site: WiredSite, more: MoreWires, options: ServeSiteOptions, laboratory: string): string {
  const { scenario, seed, speed } = options;
  const lines = site.lines.map(({ line, kind, port, meters }) => ({
    ...line,
    port: kind === 'i2c' ? null : port,
    further: furtherWays(line.id, more, options),
    meters,
  }));
  return JSON.stringify({
    event: 'serving',
    scenario: scenario.id,
    name: scenario.name,
    seed,
    speed,
    laboratory,
    lines,
  });
}
