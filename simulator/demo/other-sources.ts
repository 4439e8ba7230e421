import type { QuantityId } from '#core/quantities.ts';
import { nodeTime } from '../gateway/node-time.ts';
import { follows } from '../meters/follows.ts';
import { serveRtuOverTcp } from '../meters/rtu-tcp-server.ts';
import { pointReader, scenarioSlave } from '../scenario/meter-reading.ts';
import type { RunningPlant, Scenario, ScenarioMeter } from '../scenario/scenario.ts';
import { deviceKinds } from '../sources/device-kinds.ts';
import type { ReadQuantity } from '../sources/mqtt-device.ts';
import type { HostClient } from './host-client.ts';

export interface OtherSourcesOptions {
  readonly client: HostClient;
  /** Of the page. */
  readonly url: string;
  readonly mqttPort: number;
  readonly scenario: Scenario;
  readonly plant: RunningPlant;
  readonly seed: number;
  /** A line for the person. */
  readonly tell: (line: string) => void;
  /** Ends what is being started. */
  readonly signal: AbortSignal;
}

export const everyMs = 10_000;
const login = 'tasmota';
export const devicePassword = 'only-on-this-machine-for-a-demo';
const converterLine = { baud: 9600, parity: 'none', stopBits: 1 } as const;

/** Beside which meters of a scenario other sources can stand. @throws Error where there are none */
export function alternatingMeters({ id, meters, plant }: Scenario): readonly ScenarioMeter[] {
  const alternating = meters.filter(({ profile }) => profile !== 'ina219');
  if (alternating.length === 0 || plant.supply.kind === 'dc')
    throw new Error(`${id} has no meter on alternating current for other sources to stand beside`);
  return alternating;
}

/** Of a source that the host does not take or that cannot be started, as where the folder of its connector is gone. */
export const leftOut = (name: string, error: unknown): string =>
  `${name} is left out: ${error instanceof Error ? error.message : String(error)}`;

/** What flows at a meter of the scenario now. */
export function readerAt(plant: RunningPlant, meter: ScenarioMeter): ReadQuantity {
  const atPoint = pointReader(plant, meter, () => Date.now());
  const read = (quantity: QuantityId): number => atPoint(quantity) ?? follows(quantity, read);
  return read;
}

/**
 * What people have who never had a gateway, on the same site: a reading head with Tasmota at the supply, an SDM630 behind a
 * network converter, and a logger that posts what it measures. Each comes in by a connector of its own, and measures what a
 * meter of the gateway does, so it stands outside of the balance. One that cannot be started is told and left out.
 * @throws Error with the host's words where they cannot be set aside
 */
export async function startOtherSources(options: OtherSourcesOptions): Promise<() => Promise<void>> {
  const { client, url, mqttPort, scenario, plant, seed, tell, signal } = options;
  const alternating = alternatingMeters(scenario);
  const first = alternating[0] as ScenarioMeter;
  const second = alternating.find(({ at }) => at !== first.at) ?? first;
  const third = alternating.findLast(({ at }) => at !== first.at && at !== second.at) ?? second;
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  const startDevice = async (kind: string, name: string, meter: ScenarioMeter, token: string | null) => {
    signal.throwIfAborted();
    const started = await deviceKinds[kind]?.start({
      name,
      everyMs,
      read: readerAt(plant, meter),
      broker: { url: `mqtt://127.0.0.1:${mqttPort}`, username: login, password: devicePassword },
      host: { url, token },
      port: null,
      signal,
    });
    closers.push(() => started?.close());
  };
  const startTasmota = async () => {
    await client.setConnector('tasmota', 'tasmota', 'Tasmota', {
      user: login,
      password: devicePassword,
      meters: [{ id: 'reader', name: `${first.name} by Tasmota`, topic: 'reader', everyS: everyMs / 1000 }],
    });
    await startDevice('tasmota-reader', 'reader', first, null);
  };
  const startConverter = async () => {
    const converter = await serveRtuOverTcp({
      ...converterLine,
      slaves: [
        scenarioSlave(
          { ...second, profile: 'eastron-sdm630', address: 1 },
          pointReader(plant, { ...second, profile: 'eastron-sdm630' }, () => Date.now()),
        ),
      ],
      time: nodeTime,
      port: 0,
      seed,
      turnaroundMs: 20,
    });
    closers.push(() => converter.close());
    await client.setConnector('converter', 'modbus', 'Network converter', {
      transport: 'rtu',
      host: '127.0.0.1',
      port: converter.port,
      baud: converterLine.baud,
      meters: [{ id: 'sdm630', name: `${second.name} by SDM630`, profile: 'eastron-sdm630', unit: 1 }],
    });
  };
  const startLogger = async () => {
    await client.setConnector('logger', 'http', 'Logger', {
      meters: [{ id: 'logged', name: `${third.name} by a logger`, everyS: everyMs / 1000 }],
    });
    await startDevice('http', 'logged', third, await client.makeIngestToken());
  };
  const keys: string[] = [];
  for (const [name, key, start] of [
    ['Tasmota', 'tasmota.reader', startTasmota],
    ['The network converter', 'converter.sdm630', startConverter],
    ['The logger', 'logger.logged', startLogger],
  ] as const) {
    if (signal.aborted) break;
    try {
      await start();
      keys.push(key);
    } catch (error) {
      if (!signal.aborted) tell(leftOut(name, error));
    }
  }
  try {
    if (!signal.aborted) await client.setAside(keys);
    return close;
  } catch (error) {
    await close();
    throw error;
  }
}
