import { type Options, UsageError, type Values } from './arguments.ts';
import { serialOptions } from './attach-serial.ts';
import { command } from './command.ts';
import { faultOption } from './line/named-faults.ts';
import { isSocatInstalled } from './meters/pty.ts';
import { headFor, headKinds } from './meters/telegram-head.ts';
import { withMoreMeters } from './more-meters.ts';
import { busFault } from './scenario/bus-fault.ts';
import { loadScenario } from './scenario/load.ts';
import { readerOf, usualBaud } from './scenario/meter-rules.ts';
import { jsonOption, scenarioOption, seedOf, seedOption } from './scenario/options.ts';
import type { Scenario, ScenarioLine, ScenarioMeter } from './scenario/scenario.ts';
import { unknownName } from './scenario/schema-mistakes.ts';
import { serveSite } from './scenario/serve-site.ts';
import type { Terminal } from './terminal.ts';

const port = { takes: 'integer', min: 0, max: 65_535 } as const;

export const serveOptions = {
  scenario: scenarioOption,
  seed: seedOption,
  ports: {
    takes: 'text',
    called: 'LINE=PORT,…',
    unless: null,
    help: 'TCP ports of lines by their ids (default: any free one for each)',
  },
  bus: {
    takes: 'text',
    called: 'LINE',
    unless: null,
    help: 'which RS485 line the options below are about (default: the first)',
  },
  'rs485-port': { ...port, unless: null, help: 'TCP port of the bus (default: any free one)' },
  'ir-port': { ...port, unless: null, help: 'TCP port of the first infrared line (default: any free one)' },
  pty: {
    takes: 'text',
    called: 'a path',
    unless: null,
    help: 'also make the bus a serial port at this path (needs socat)',
  },
  'modbus-port': {
    ...port,
    unless: null,
    help: 'also serve the bus as Modbus TCP on this port (0: any free one), each address a unit',
  },
  ...serialOptions,
  speed: {
    takes: 'number',
    min: 0.01,
    max: 3600,
    unless: 1,
    help: "how much faster than the clock the scenario's time goes (default 1)",
  },
  'bit-errors': {
    takes: 'number',
    min: 0,
    max: 1,
    unless: null,
    help: 'share of bits that arrive wrong on each RS485 line, such as 0.0001',
  },
  meters: {
    takes: 'text',
    called: 'PROFILE@ADDRESS,…',
    unless: null,
    help: 'more meters on the bus, such as abb-b23@5,sunspec@6:pv (joulegate-sim list has the profiles)',
  },
  head: {
    takes: 'text',
    called: 'KIND[+QUIRK…]',
    unless: null,
    help: `what the first head speaks: ${Object.keys(headKinds).join(', ')}; with quirks of meters, such as sml+kermit-crc (docs/hardware.md)`,
  },
  fault: faultOption,
  dead: { takes: 'integers', min: 1, max: 247, help: 'addresses that do not answer' },
  'delay-ms': {
    takes: 'integer',
    min: 0,
    max: 10_000,
    unless: null,
    help: 'how much later than they would the meters answer',
  },
  json: jsonOption,
} as const satisfies Options;

export async function runServe(values: Values<typeof serveOptions>, terminal: Terminal): Promise<void> {
  if (values.pty !== null && !isSocatInstalled()) {
    throw new UsageError(
      '--pty needs socat, which is not installed; use --rs485-port and RTU over TCP instead',
    );
  }
  const loaded = loadScenario(values.scenario);
  const bus = busOf(loaded, values);
  const head = loaded.lines.find(({ kind }) => kind === 'ir');
  const scenario = withMoreMeters(withHead(loaded, head, values.head), bus?.id ?? '', values.meters);
  const fault = busFault(values.fault, scenario);
  const { 'rs485-port': rs485Port, 'ir-port': irPort, 'modbus-port': modbusPort } = values;
  if (irPort !== null && head === undefined) throw missingLine('--ir-port', 'infrared', scenario);
  const tcpPorts = portsOf(values.ports, scenario);
  for (const [option, line, number] of [
    ['--rs485-port', bus, rs485Port],
    ['--ir-port', head, irPort],
  ] as const) {
    if (number === null || line === undefined) continue;
    if (tcpPorts[line.id] !== undefined)
      throw new UsageError(`${option}: --ports has a port of the line ${line.id}, too; give one of them`);
    tcpPorts[line.id] = number;
  }
  await serveSite(
    {
      scenario,
      seed: seedOf(values.seed),
      speed: values.speed,
      faults: {
        ...fault,
        bitErrorRate: values['bit-errors'] ?? fault.bitErrorRate,
        deadAddresses: values.dead.length > 0 ? values.dead : fault.deadAddresses,
        delayMs: values['delay-ms'] ?? fault.delayMs,
      },
      tcpPorts,
      bus: {
        line: bus?.id,
        ...(values.pty !== null && { pty: values.pty }),
        ...(values.serial !== null && { serial: values.serial }),
        ...(modbusPort !== null && { modbusPort }),
      },
      head: { line: head?.id, ...(values['ir-serial'] !== null && { serial: values['ir-serial'] }) },
      isJson: values.json,
    },
    terminal,
  );
}

const missingLine = (option: string, kind: string, { name }: Scenario): UsageError =>
  new UsageError(`${option}: ${name} has no ${kind} line; leave it away, or choose another scenario`);

/** The RS485 line that options are about. @throws UsageError where there is none and one is asked for. */
function busOf(scenario: Scenario, values: Values<typeof serveOptions>): ScenarioLine | undefined {
  const buses = scenario.lines.filter(({ kind }) => kind === 'rs485');
  const found = values.bus === null ? buses[0] : buses.find(({ id }) => id === values.bus);
  if (found !== undefined) return found;
  if (values.bus !== null) {
    const ids = buses.map(({ id }) => id);
    throw new UsageError(`--bus ${JSON.stringify(values.bus)} ${unknownName(values.bus, ids)}`);
  }
  for (const name of ['rs485-port', 'pty', 'modbus-port', 'serial', 'meters'] as const) {
    if (values[name] !== null) throw missingLine(`--${name}`, 'RS485', scenario);
  }
  return undefined;
}

/** The scenario whose first head speaks what was asked for, with the profile that reads it, at the speed that it has. */
function withHead(scenario: Scenario, line: ScenarioLine | undefined, head: string | null): Scenario {
  if (head === null) return scenario;
  headFor(head);
  if (line === undefined) throw missingLine('--head', 'infrared', scenario);
  const [kind = ''] = head.split('+', 1);
  const hanging = (meter: ScenarioMeter): boolean => meter.line === line.id;
  const isRead = scenario.meters.filter(hanging).every(({ profile }) => readerOf(kind, profile) === profile);
  const baud = usualBaud(scenario.meters.filter(hanging).map(({ profile }) => readerOf(kind, profile)));
  return {
    ...scenario,
    lines: scenario.lines.map(one => (one.id === line.id && !isRead ? { ...one, baud } : one)),
    meters: scenario.meters.map(meter =>
      hanging(meter) ? { ...meter, head, profile: readerOf(kind, meter.profile) } : meter,
    ),
  };
}

/** `rs485-1=5020,ir-1=5021` by line. */
function portsOf(text: string | null, { lines }: Scenario): Record<string, number> {
  const ports: Record<string, number> = {};
  const ids = lines.filter(({ kind }) => kind !== 'i2c').map(({ id }) => id);
  for (const part of text === null ? [] : text.split(',')) {
    const [id = '', digits = ''] = part.trim().split('=');
    if (!ids.includes(id))
      throw new UsageError(`--ports ${JSON.stringify(part)}: the line ${unknownName(id, ids)}`);
    const number = /^\d{1,5}$/.test(digits) ? Number(digits) : Number.NaN;
    if (!(number <= 65_535)) {
      throw new UsageError(
        `--ports ${JSON.stringify(part)}: LINE=PORT with a port from 0 to 65535 is allowed`,
      );
    }
    if (ports[id] !== undefined)
      throw new UsageError(`--ports ${JSON.stringify(text)}: the line ${id} stands there twice`);
    ports[id] = number;
  }
  return ports;
}

export const serve = command({
  name: 'serve',
  about:
    'Serves each line of a scenario on 127.0.0.1: RS485 buses as Modbus RTU over TCP (as EW11 and ZLAN converters do),\n' +
    'infrared heads as telegrams over TCP. What hangs on I2C needs a gateway in the same process and is not served.',
  options: serveOptions,
  run: runServe,
});

export { largestSeed, seedOption } from './scenario/options.ts';

/** The house's local time is this machine's. */
export const utcOffsetMinutes = (): number => -new Date().getTimezoneOffset();
