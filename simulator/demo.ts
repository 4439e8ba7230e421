import { randomBytes, randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Options, UsageError, type Values } from './arguments.ts';
import { command } from './command.ts';
import { makeDemoFirmware } from './demo/demo-firmware.ts';
import { DemoGateway, live, shortPastMs } from './demo/demo-gateway.ts';
import { startDemoLab } from './demo/demo-lab.ts';
import { freePort } from './demo/free-port.ts';
import { HostClient } from './demo/host-client.ts';
import { startHostProcess } from './demo/host-process.ts';
import { loadDemo, type SavedDemo, saveDemo } from './demo/saved-demo.ts';
import { speaker } from './demo/speaker.ts';
import { memoryStore } from './gateway/stores.ts';
import { House } from './house/house.ts';
import { faultOption, namedFault } from './line/named-faults.ts';
import { TcpProxy } from './network/tcp-proxy.ts';
import { largestSeed, seedOption, utcOffsetMinutes } from './serve.ts';
import type { Terminal } from './terminal.ts';

export const demoOptions = {
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
  fault: faultOption,
  seed: seedOption,
  json: { takes: 'nothing', help: 'print what happens as lines of JSON, for programs' },
} as const satisfies Options;

const user = 'demo';
const gatewayId = 'demo-house';
const defaultPort = 8080;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const longestPastMs = 48 * hourMs;
/** A demo that was cut off may have sent this much more than its house remembers. */
const uncertainMs = 15_000;
const saveEveryMs = 10_000;

/** Runs host, gateway and house until the person stops it. Everything that was started ends with it. */
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
  const fault = namedFault(values.fault);
  const folder = values.data === null ? mkdtempSync(join(tmpdir(), 'joulegate-demo-')) : made(values.data);
  if (values.data === null) atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const saved = values.data === null ? undefined : loadDemo(folder);
  const house = houseOf(saved, values);

  const firmwareFolder = join(folder, 'firmware');
  const slots = makeDemoFirmware(firmwareFolder);
  const host = await startHostProcess({
    firmwareFolder,
    dataDir: join(folder, 'host'),
    httpPort: values.port ?? (await freePort(defaultPort)),
    mqttPort: values['mqtt-port'],
  });
  atEnd(host.close);
  const proxy = await TcpProxy.start({ target: host.mqttPort });
  atEnd(() => proxy.close());
  const client = new HostClient(host.url);
  const access = saved ?? (await firstAccess(client, host.setupCode, folder));
  if (saved !== undefined) await client.signIn(saved.user, saved.password);
  const store = memoryStore(saved?.store);
  const save = (hasEnded: boolean): void => {
    const { user, password, gatewayPassword } = access;
    saveDemo(folder, { user, password, gatewayPassword, hasEnded, store: store.save(), house: house.save() });
  };
  save(false);

  // A demo that ended a moment ago has measured the window that is open still.
  const aheadMs = house.atMs - Date.now();
  if (aheadMs > 0) await Promise.race([terminal.stopped, new Promise(done => setTimeout(done, aheadMs))]);
  const gateway = await DemoGateway.start({
    id: gatewayId,
    slots,
    house,
    store,
    broker: {
      host: '127.0.0.1',
      port: proxy.port,
      username: gatewayId,
      password: access.gatewayPassword,
    },
    setSettings: settings => client.setSettings(gatewayId, settings),
    log: (level, text) => {
      if (level !== 'info') terminal.err(`gateway: ${text}`);
    },
  });
  atEnd(async () => {
    await gateway.close();
    save(true);
  });

  const hostEnded = host.ended.then(how => {
    throw new Error(`the host ended by itself (${how})`);
  });
  const beganMs = Date.now();
  const pastMs = beganMs - house.atMs;
  say.filling(pastMs);
  const isLive = await Promise.race([
    gateway.catchUp(say.progress).then(() => true),
    terminal.stopped.then(() => false),
    hostEnded,
  ]);
  if (!isLive) return;
  gateway.setBusFaults(fault);
  const lab = await startDemoLab({ hostUrl: host.url, world: gateway.world, proxy });
  atEnd(lab.close);
  const { password } = access;
  say.ready({
    url: host.url,
    laboratory: lab.address,
    user,
    password,
    mqttPort: host.mqttPort,
    gateway: gatewayId,
    seed: house.seed,
    filledHours: pastMs / hourMs,
    tookS: (Date.now() - beganMs) / 1000,
    data: values.data,
  });
  const saving = setInterval(() => save(false), saveEveryMs);
  atEnd(() => clearInterval(saving));
  await Promise.race([terminal.stopped, hostEnded]);
  say.ending();
}

/** The folder, which is there from now on. */
function made(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true });
    return folder;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(
      `--data ${JSON.stringify(folder)} cannot be made or used (${code}); a folder is allowed`,
    );
  }
}

/** A new house some hours ago, or the one of last time where it was left, at the next border of a window. */
function houseOf(saved: SavedDemo | undefined, { seed, hours }: Values<typeof demoOptions>): House {
  const nowMs = Date.now();
  if (saved === undefined) {
    const startMs = Math.floor((nowMs - hours * hourMs) / minuteMs) * minuteMs;
    return new House({ seed: seed ?? randomInt(largestSeed), startMs, utcOffsetMinutes: utcOffsetMinutes() });
  }
  if (seed !== null && seed !== saved.house.seed) {
    throw new UsageError(
      `--seed ${seed}: the house in this folder has the seed ${saved.house.seed}; leave --seed away or choose another --data`,
    );
  }
  const house = House.resume(saved.house);
  const sentMs = house.atMs + (saved.hasEnded ? 0 : uncertainMs);
  const windowMs = nowMs - sentMs < shortPastMs ? live.windowS * 1000 : minuteMs;
  house.advanceTo(Math.ceil((Math.max(sentMs, nowMs - longestPastMs) + 1) / windowMs) * windowMs);
  return house;
}

/** Makes the account and the gateway's credential. */
async function firstAccess(
  client: HostClient,
  setupCode: string | undefined,
  folder: string,
): Promise<Pick<SavedDemo, 'user' | 'password' | 'gatewayPassword'>> {
  if (setupCode === undefined) {
    throw new Error(
      `the host in ${folder} has an account that is not the demo's; choose another folder with --data`,
    );
  }
  const password = readablePassword();
  await client.setUp(setupCode, user, password);
  return { user, password, gatewayPassword: await client.addGateway(gatewayId) };
}

/** 80 random bits in letters and digits that are not taken for each other. */
function readablePassword(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  const text = Array.from(randomBytes(16), byte => letters[byte & 31]).join('');
  return text.replace(/(.{4})(?=.)/g, '$1-');
}

export const demo = command({
  name: 'demo',
  summary: 'a house, its gateway and the host, ready to look at in the browser',
  about:
    'Starts a host of its own, makes an account, and measures a simulated house with the real firmware: first the\n' +
    'last hours in fast time, then live. Ends with Ctrl-C.',
  options: demoOptions,
  run: runDemo,
});
