import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Options, UsageError, type Values } from './arguments.ts';
import { command } from './command.ts';
import { makeDemoFirmware } from './demo/demo-firmware.ts';
import { checkDemoSchedule, startDemoLab } from './demo/demo-lab.ts';
import { DemoSite, live, shortPastMs } from './demo/demo-site.ts';
import { freePort, wantedPort } from './demo/free-port.ts';
import { HostClient } from './demo/host-client.ts';
import { startHostProcess } from './demo/host-process.ts';
import { startMoreSources } from './demo/more-sources.ts';
import { startOtherSources } from './demo/other-sources.ts';
import { loadDemo, type SavedDemo, saveDemo } from './demo/saved-demo.ts';
import { speaker } from './demo/speaker.ts';
import { memoryStore } from './gateway/stores.ts';
import { faultOption } from './line/named-faults.ts';
import { makeFolder } from './make-folder.ts';
import { TcpProxy } from './network/tcp-proxy.ts';
import { createPlant, resumePlant } from './plant/plant.ts';
import { busFault } from './scenario/bus-fault.ts';
import { gatewaysOf } from './scenario/gateways.ts';
import { isScenarioPath, loadScenario } from './scenario/load.ts';
import { jsonOption, scenarioOption, seedOf, seedOption, usualScenario } from './scenario/options.ts';
import type { RunningPlant, Scenario } from './scenario/scenario.ts';
import { stopSignal, type Terminal } from './terminal.ts';

export const demoOptions = {
  scenario: { ...scenarioOption, unless: null },
  port: {
    takes: 'integer',
    min: 0,
    max: 65_535,
    unless: null,
    help: 'port of the page, 0 for any free one (default: 8080, or the next one that is free)',
  },
  'mqtt-port': {
    takes: 'integer',
    min: 0,
    max: 65_535,
    unless: 0,
    help: 'port of the MQTT broker (default: any free one)',
  },
  data: {
    takes: 'text',
    called: 'a folder',
    unless: null,
    help: 'keep data here and go on with it next time (default: a temporary folder)',
  },
  hours: {
    takes: 'integer',
    min: 0,
    max: 48,
    unless: 24,
    help: 'how many hours of the past to fill in first (default 24)',
  },
  sources: {
    takes: 'nothing',
    help: 'a Tasmota reader, an SDM630 behind a network converter and a logger beside the gateway',
  },
  'all-sources': {
    takes: 'nothing',
    help: 'these, and devices of Shelly, ESPHome, Zigbee2MQTT, OPC UA and Tuya',
  },
  fault: faultOption,
  seed: seedOption,
  json: jsonOption,
} as const satisfies Options;

const user = 'demo';
const defaultPort = 8080;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const longestPastMs = 48 * hourMs;
/** A demo that was cut off may have sent this much more than its plant remembers. */
const uncertainMs = 15_000;
const saveEveryMs = 10_000;

/** Runs host, gateways and plant until the person stops it. Everything that was started ends with it. */
export async function runDemo(values: Values<typeof demoOptions>, terminal: Terminal): Promise<void> {
  const closers: (() => unknown)[] = [];
  try {
    await demonstrate(values, terminal, closer => closers.push(closer));
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

async function demonstrate(
  values: Values<typeof demoOptions>,
  terminal: Terminal,
  atEnd: (close: () => unknown) => void,
): Promise<void> {
  const say = speaker(values.json, terminal);
  const folder = values.data === null ? mkdtempSync(join(tmpdir(), 'joulegate-demo-')) : made(values.data);
  if (values.data === null) atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const saved = values.data === null ? undefined : loadDemo(folder);
  const name = nameOf(saved, values.scenario);
  const scenario = hereAndNow(loadScenario(name), name);
  const fault = busFault(values.fault, scenario);
  const plant = plantOf(scenario, saved, values);
  const shares = gatewaysOf(scenario);
  const ids = shares.map((_, index) => gatewayIdOf(scenario, shares.length, index));

  const firmwareFolder = join(folder, 'firmware');
  const slots = makeDemoFirmware(firmwareFolder);
  const stop = stopSignal(terminal);
  const hostOptions = {
    firmwareFolder,
    dataDir: join(folder, 'host'),
    httpPort: await (values.port === null ? freePort(defaultPort) : wantedPort('--port', values.port)),
    mqttPort: await wantedPort('--mqtt-port', values['mqtt-port']),
  };
  const host = await startHostProcess(hostOptions, stop).catch(error => {
    if (stop.aborted) return undefined;
    throw error;
  });
  if (host === undefined) return;
  atEnd(() => host.close());
  const proxy = await TcpProxy.start({ target: host.mqttPort });
  atEnd(() => proxy.close());
  const client = new HostClient(host.url);
  const access = saved ?? (await firstAccess(client, host.setupCode, folder));
  if (saved !== undefined) await client.signIn(saved.user, saved.password);
  const gateways: { id: string; password: string; store: ReturnType<typeof memoryStore> }[] = [];
  for (const id of ids) {
    const known = saved?.gateways[id];
    const password = known?.password ?? (await client.addGateway(id));
    gateways.push({ id, password, store: memoryStore(known?.store) });
  }
  const save = (hasEnded: boolean): void => {
    const { user, password } = access;
    saveDemo(folder, {
      user,
      password,
      scenario: name,
      gateways: Object.fromEntries(
        gateways.map(({ id, password, store }) => [id, { password, store: store.save() }]),
      ),
      hasEnded,
      plant: plant.save(),
    });
  };
  save(false);
  if (stop.aborted) return;

  // One that goes on looks for the ports of last time until it has its settings: told only where it comes to nothing.
  const early: string[] = [];
  let heard = (line: string): void => void early.push(line);
  // A demo that ended a moment ago has measured the window that is open still.
  const aheadMs = plant.atMs - Date.now();
  if (aheadMs > 0) await pause(aheadMs, undefined, { signal: stop }).catch(() => {});
  const site = await DemoSite.start({
    scenario,
    plant,
    gateways: gateways.flatMap(({ id, password, store }, index) => {
      const share = shares[index];
      if (share === undefined) return [];
      const options = {
        id,
        slots: slots(),
        store,
        broker: { host: '127.0.0.1', port: proxy.port, username: id, password },
        setSettings: (settings: Parameters<HostClient['setSettings']>[1]) => client.setSettings(id, settings),
        log: (level: string, text: string) => {
          if (level !== 'info') heard(`${id}: ${text}`);
        },
      };
      return [{ share, options }];
    }),
  });
  atEnd(async () => {
    await site.close();
    save(true);
  });

  checkDemoSchedule({ host, site, proxy });
  const hostEnded = host.ended.then(how => {
    throw new Error(`the host ended by itself (${how})`);
  });
  const beganMs = Date.now();
  const pastMs = beganMs - plant.atMs;
  say.filling(pastMs, ids.length);
  const isLive = await Promise.race([
    site.catchUp(say.progress).then(() => true),
    terminal.stopped.then(() => false),
    hostEnded,
  ]).catch(error => {
    for (const line of early) terminal.err(line);
    throw error;
  });
  if (!isLive) return;
  heard = terminal.err;
  site.setBusFaults(fault);
  const lab = await startDemoLab({ host, site, proxy });
  atEnd(lab.close);
  const { url, mqttPort } = host;
  const around = { client, mqttPort, scenario, plant, tell: terminal.err, signal: stop };
  if (values.sources || values['all-sources']) {
    const close = await startOtherSources({ ...around, url, seed: plant.seed }).catch(error => {
      if (stop.aborted) return undefined;
      throw error;
    });
    if (close !== undefined) atEnd(close);
  }
  if (values['all-sources']) atEnd(await startMoreSources(around));
  if (stop.aborted) return;
  const { password } = access;
  say.ready({
    url: host.url,
    laboratory: lab.address,
    user,
    password,
    mqttPort: host.mqttPort,
    scenario: scenario.id,
    name: scenario.name,
    gateway: ids[0] ?? '',
    gateways: ids,
    seed: plant.seed,
    filledHours: pastMs / hourMs,
    tookS: (Date.now() - beganMs) / 1000,
    data: values.data,
  });
  const saving = setInterval(() => save(false), saveEveryMs);
  atEnd(() => clearInterval(saving));
  await Promise.race([terminal.stopped, hostEnded]);
  say.ending();
}

/** The folder, which is there from now on and takes files. */
function made(folder: string): string {
  try {
    makeFolder(folder);
    rmdirSync(mkdtempSync(join(folder, '.joulegate-')));
    return folder;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(
      `--data ${JSON.stringify(folder)} cannot be made or used (${code}); a folder that may be written to is allowed`,
    );
  }
}

/** What the demo in this folder, or a new one, simulates; a file by its whole path. */
function nameOf(saved: SavedDemo | undefined, asked: string | null): string {
  const wanted = asked !== null && isScenarioPath(asked) ? resolve(asked) : asked;
  if (saved === undefined) return wanted ?? usualScenario;
  if (wanted === null || wanted === saved.scenario) return saved.scenario;
  throw new UsageError(
    `--scenario ${asked}: the demo in this folder has the scenario ${saved.scenario}; leave --scenario away or choose another --data`,
  );
}

/** A scenario of the package lies where this machine is, so that its noon is ours; a file says itself where it lies. */
function hereAndNow(scenario: Scenario, name: string): Scenario {
  if (isScenarioPath(name)) return scenario;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const longitudeDeg = Math.max(-180, Math.min(180, -new Date().getTimezoneOffset() / 4));
  return { ...scenario, place: { ...scenario.place, zone, longitudeDeg } };
}

const gatewayIdOf = ({ id }: Scenario, count: number, index: number): string => {
  const base = id === usualScenario ? 'demo-house' : `demo-${id}`;
  return count === 1 ? base : `${base}-${index + 1}`;
};

/** A new plant some hours ago, or the one of last time where it was left, at the next border of a window. */
function plantOf(
  { plant: plan, place }: Scenario,
  saved: SavedDemo | undefined,
  { seed, hours }: Values<typeof demoOptions>,
): RunningPlant {
  const nowMs = Date.now();
  if (saved === undefined) {
    const startMs = Math.floor((nowMs - hours * hourMs) / minuteMs) * minuteMs;
    return createPlant(plan, place, { seed: seedOf(seed), startMs });
  }
  if (seed !== null && seed !== saved.plant.seed) {
    throw new UsageError(
      `--seed ${seed}: the demo in this folder has the seed ${saved.plant.seed}; leave --seed away or choose another --data`,
    );
  }
  const plant = resumePlant(plan, place, saved.plant);
  const sentMs = plant.atMs + (saved.hasEnded ? 0 : uncertainMs);
  const windowMs = nowMs - sentMs < shortPastMs ? live.windowS * 1000 : minuteMs;
  plant.leapTo(Math.ceil((Math.max(sentMs, nowMs - longestPastMs) + 1) / windowMs) * windowMs);
  return plant;
}

/** Makes the account. */
async function firstAccess(
  client: HostClient,
  setupCode: string | undefined,
  folder: string,
): Promise<Pick<SavedDemo, 'user' | 'password'>> {
  if (setupCode === undefined) {
    throw new Error(
      `the host in ${folder} has an account that is not the demo's; choose another folder with --data`,
    );
  }
  const password = readablePassword();
  await client.setUp(setupCode, user, password);
  return { user, password };
}

/** 80 random bits in letters and digits that are not taken for each other. */
function readablePassword(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  const text = Array.from(randomBytes(16), byte => letters[byte & 31]).join('');
  return text.replace(/(.{4})(?=.)/g, '$1-');
}

export const demo = command({
  name: 'demo',
  about:
    'Starts a host of its own, makes an account, and measures a simulated house (or another scenario) with the real\n' +
    'firmware: first the last hours as fast as possible, then live. Ends with Ctrl-C.',
  options: demoOptions,
  run: runDemo,
});
