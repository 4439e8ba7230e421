import { type Options, parseOptions, UsageError, type Values, wordsApart } from './arguments.ts';
import type { Command } from './command.ts';
import { follows } from './meters/follows.ts';
import { createPlant } from './plant/plant.ts';
import { loadScenario } from './scenario/load.ts';
import { pointReader } from './scenario/meter-reading.ts';
import { jsonOption, scenarioOption, seedOf, seedOption } from './scenario/options.ts';
import type { Scenario, ScenarioMeter } from './scenario/scenario.ts';
import { unknownName } from './scenario/schema-mistakes.ts';
import { deviceKinds } from './sources/device-kinds.ts';
import type { ReadQuantity } from './sources/mqtt-device.ts';
import { stopSignal, type Terminal } from './terminal.ts';

export const deviceOptions = {
  name: {
    takes: 'text',
    called: 'a NAME',
    unless: null,
    help: 'its topic, prefix, id or meter (default: its kind)',
  },
  broker: {
    takes: 'text',
    called: 'a URL',
    unless: 'mqtt://127.0.0.1:1883',
    help: 'of those that speak MQTT: the broker (default mqtt://127.0.0.1:1883)',
  },
  user: { takes: 'text', called: 'a NAME', unless: null, help: 'user name at the broker' },
  password: { takes: 'text', called: 'a password', unless: null, help: 'its password' },
  url: {
    takes: 'text',
    called: 'a URL',
    unless: 'http://127.0.0.1:8080',
    help: 'of http: the host (default http://127.0.0.1:8080)',
  },
  token: { takes: 'text', called: 'a token', unless: null, help: 'of http: a token of the scope ingest' },
  port: {
    takes: 'integer',
    min: 0,
    max: 65_535,
    unless: null,
    help: 'of tuya and opcua: TCP port on 127.0.0.1, 0 for any free one (default 6668 and 4840)',
  },
  every: {
    takes: 'integer',
    min: 1,
    max: 3600,
    unless: 10,
    help: 'seconds between two values (default 10)',
  },
  meter: {
    takes: 'text',
    called: 'an ID',
    unless: null,
    help: 'what it measures: what this meter of the scenario does (default: its first on alternating current)',
  },
  scenario: scenarioOption,
  seed: seedOption,
  json: jsonOption,
} as const satisfies Options;

/** Good in topics, paths and ids: with a wildcard in a topic a broker hangs up without a word, again and again. */
const goodName = /^[^\s+#\p{C}]{1,64}$/u;
const kindNames = Object.keys(deviceKinds);
const width = Math.max(...kindNames.map(name => name.length)) + 2;

/** A device that is no gateway, for a host or any other program that reads such devices. */
export const device: Command = {
  name: 'device',
  about: [
    'joulegate-sim device KIND [OPTIONS]: a device as people have it who never had a gateway, for a connector of a host.',
    'It measures what a meter of a scenario does. KIND is one of',
    '',
    ...Object.entries(deviceKinds).map(([name, { what }]) => `  ${name.padEnd(width)}${what}`),
  ].join('\n'),
  options: deviceOptions,
  run: async (args, terminal) => {
    const { words, rest } = wordsApart(deviceOptions, args);
    const values = parseOptions('device', deviceOptions, rest);
    const [name, second] = words;
    if (name === undefined) throw new UsageError(`a kind is wanted; ${kindNames.join(', ')} are allowed`);
    if (second !== undefined)
      throw new UsageError(`${JSON.stringify(second)} is one word too many; device takes one kind`);
    await runDevice(name, values, terminal);
  },
};

async function runDevice(
  name: string,
  values: Values<typeof deviceOptions>,
  terminal: Terminal,
): Promise<void> {
  const kind = Object.hasOwn(deviceKinds, name) ? deviceKinds[name] : undefined;
  if (kind === undefined) throw new UsageError(`${JSON.stringify(name)} ${unknownName(name, kindNames)}`);
  const own = values.name ?? name;
  if (!goodName.test(own))
    throw new UsageError(
      `--name ${JSON.stringify(own)} given; 1 to 64 characters but spaces, + and # are allowed`,
    );
  if (!/^mqtts?:\/\/./.test(values.broker))
    throw new UsageError(`--broker ${values.broker} given; a URL such as mqtt://127.0.0.1:1883 is allowed`);
  const scenario = loadScenario(values.scenario);
  const meter = meterOf(scenario, values.meter);
  const seed = seedOf(values.seed);
  const signal = stopSignal(terminal);
  const start = kind.start({
    name: own,
    everyMs: values.every * 1000,
    read: readerOf(scenario, meter, seed),
    broker: {
      url: values.broker,
      ...(values.user !== null && { username: values.user }),
      ...(values.password !== null && { password: values.password }),
    },
    host: { url: values.url, token: values.token },
    port: values.port,
    signal,
  });
  const started = await start.catch(error => {
    if (signal.aborted) return undefined;
    const why = whyNot(error, values);
    throw why === undefined ? error : new Error(why, { cause: error });
  });
  // Nothing has begun that would have to end.
  if (started === undefined) return;
  try {
    const { where } = started;
    if (values.json)
      terminal.out(JSON.stringify({ event: 'ready', kind: name, meter: meter.id, seed, where }));
    else {
      terminal.out(`${name}: ${where}`);
      terminal.out(`It measures what ${meter.name} of ${scenario.name} does; the seed is ${seed}.`);
      terminal.out(`How it is set up at a host: docs/connectors/${kind.connector}.md. Ctrl-C ends it.`);
    }
    await terminal.stopped;
  } finally {
    await started.close();
  }
}

/** Of an error of the system: what it means here, and what to do. */
function whyNot(error: unknown, { broker, port }: Values<typeof deviceOptions>): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `another program has ${port === null ? 'the usual port of this kind' : `port ${port}`}; choose another with --port`;
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND')
    return `no broker answers at ${broker} (${code}); name the host's or another one with --broker`;
  if (error instanceof Error && error.message === 'connack timeout')
    return `what listens at ${broker} does not answer as a broker does; name the host's or another one with --broker`;
  return undefined;
}

/** @throws UsageError */
function meterOf(scenario: Scenario, id: string | null): ScenarioMeter {
  const meters = scenario.meters.filter(({ profile }) => profile !== 'ina219');
  const ids = meters.map(meter => meter.id);
  const found = id === null ? meters[0] : meters.find(meter => meter.id === id);
  if (found !== undefined && scenario.plant.supply.kind !== 'dc') return found;
  if (id !== null) throw new UsageError(`--meter ${JSON.stringify(id)} ${unknownName(id, ids)}`);
  throw new UsageError(`${scenario.id} has no meter on alternating current; choose another scenario`);
}

function readerOf(scenario: Scenario, meter: ScenarioMeter, seed: number): ReadQuantity {
  const plant = createPlant(scenario.plant, scenario.place, { seed, startMs: Date.now() });
  const atPoint = pointReader(plant, meter, () => Date.now());
  const read = (quantity: Parameters<ReadQuantity>[0]): number =>
    atPoint(quantity) ?? follows(quantity, read);
  return read;
}
