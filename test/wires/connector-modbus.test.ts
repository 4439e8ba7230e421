import { realpathSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { crc16Modbus } from '#core/crc.ts';
import { type QuantityId, quantities } from '#core/quantities.ts';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';
import { profileQuantities } from '#profiles/profile.ts';
import { connector } from '../../host/connectors/modbus/connector.ts';
import { nodeTime } from '../../simulator/gateway/node-time.ts';
import { listenOnTcp } from '../../simulator/line/tcp-listener.ts';
import { answerOf, type ModbusSlave } from '../../simulator/meters/modbus-slave.ts';
import { serveModbusTcp } from '../../simulator/meters/modbus-tcp-server.ts';
import { isSocatInstalled, openPty } from '../../simulator/meters/pty.ts';
import { serveRtuOverTcp } from '../../simulator/meters/rtu-tcp-server.ts';
import { sunspecSlave } from '../../simulator/meters/sunspec-device.ts';
import { TcpProxy } from '../../simulator/network/tcp-proxy.ts';
import { type HostWithConnectors, startHostWithConnectors } from '../host/connectors/host-with-connectors.ts';
import { patienceMs } from '../patience.ts';

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

/** Values that tell meters apart, and that a meter may have: whole steps of each quantity, other ones for each meter. */
const trueValue = (address: number) => (quantity: QuantityId) => {
  const { unit, wire } = quantities[quantity];
  if (unit === 'V') return 230 + address;
  if (unit === 'Hz') return 50;
  return unit === '1' ? 0.5 : wire * address;
};

/** A line with an SDM630 at each of these units, behind a converter and a gateway for Modbus TCP, each cut as one likes. */
async function meters(...slaves: (number | ModbusSlave)[]) {
  const sdm630 = (address: number): ModbusSlave => ({
    address,
    profile: eastronSdm630,
    read: trueValue(address),
  });
  const bus = await serveRtuOverTcp({
    slaves: slaves.map(each => (typeof each === 'number' ? sdm630(each) : each)),
    time: nodeTime,
    port: 0,
    baud: 115_200,
    parity: 'none',
    stopBits: 1,
    seed: 1,
    turnaroundMs: 5,
  });
  ended.push(() => bus.close());
  const tcp = await serveModbusTcp({ time: nodeTime, line: bus.line, turns: bus.turns, port: 0 });
  ended.push(() => tcp.close());
  const proxy = async (target: number) => {
    const made = await TcpProxy.start({ target });
    ended.push(() => made.close());
    return made;
  };
  return { bus, rtu: await proxy(bus.port), tcp: await proxy(tcp.port) };
}

/** A device that speaks Modbus TCP itself and does not look at the unit, as many do. */
async function anyUnitDevice() {
  const slave = { address: 1, profile: eastronSdm630, read: trueValue(1) };
  const device = await listenOnTcp(0, socket => {
    socket.on('data', bytes => {
      for (let at = 0; at + 12 <= bytes.length; at += 12) {
        const request = Uint8Array.of(1, ...bytes.subarray(at + 7, at + 12), 0, 0);
        const crc = crc16Modbus(request, 0, 6);
        request.set([crc & 0xff, crc >> 8], 6);
        const pdu = answerOf(slave, request)?.slice(1, -2) ?? new Uint8Array(0);
        socket.write(
          Uint8Array.of(...bytes.subarray(at, at + 5), pdu.length + 1, bytes[at + 6] ?? 0, ...pdu),
        );
      }
    });
  });
  ended.push(() => device.close());
  return device;
}

/** Of real time at once: where the process was held up, answers that came meanwhile are read before their time is over. */
const mostLeapMs = 20;

/** A host whose time goes on as the machine's does. */
async function startHost(): Promise<HostWithConnectors> {
  const host = await startHostWithConnectors({ kinds: [connector] });
  ended.push(() => host.close());
  let beforeMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    host.time.advance(Math.min(nowMs - beforeMs, mostLeapMs));
    beforeMs = nowMs;
  }, 2);
  ended.push(() => clearInterval(timer));
  return host;
}

const uart = { baud: 115_200, parity: 'none', stopBits: 1 };
const row = (unit: number, more = {}) => ({
  id: `m${unit}`,
  name: `Meter ${unit}`,
  profile: 'eastron-sdm630',
  unit,
  windowS: 1,
  sampleMs: 500,
  ...more,
});
const saved = (id: string, settings: object) => ({ id, kind: 'modbus', name: id, isOn: true, settings });
const at = (transport: 'rtu' | 'tcp', { port }: { port: number }) => ({
  transport,
  host: '127.0.0.1',
  port,
  ...uart,
});

const gauges = ({ store }: HostWithConnectors, gateway: string, fromS = 0) =>
  store.all(
    `SELECT meter.id AS meter, quantity, startS, min, max, last FROM gauge JOIN series ON series.number = gauge.series
     JOIN meter ON meter.number = series.meter WHERE gateway = '${gateway}' AND startS >= ${fromS}`,
  );
const counters = ({ store }: HostWithConnectors, gateway: string) =>
  store.all(
    `SELECT meter.id AS meter, quantity, last FROM counter JOIN series ON series.number = counter.series
     JOIN meter ON meter.number = series.meter WHERE gateway = '${gateway}'`,
  );

const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  const endMs = performance.now() + patienceMs;
  while (!(await isSo()) && performance.now() < endMs) await new Promise(resolve => setTimeout(resolve, 100));
  expect(await isSo()).toBe(true);
};

/** All that the host stored of a meter is what the meter has, and each quantity that its profile has was stored. */
async function expectTrue(host: HostWithConnectors, gateway: string, unit: number): Promise<void> {
  const stored = [...(await gauges(host, gateway)), ...(await counters(host, gateway))];
  const own = stored.filter(({ meter }) => meter === `m${unit}`);
  const wrong = own.filter(({ quantity, min, max, last }) => {
    const value = trueValue(unit)(quantity as QuantityId);
    const near = (other: unknown) => Math.abs(Number(other ?? last) - value) < value * 1e-5;
    return !(near(min) && near(max) && near(last));
  });
  expect(wrong).toEqual([]);
  expect(new Set(own.map(({ quantity }) => quantity))).toEqual(new Set(profileQuantities(eastronSdm630)));
}

const seen = async (host: HostWithConnectors, gateway: string, unit: number): Promise<boolean> => {
  const stored = [...(await gauges(host, gateway)), ...(await counters(host, gateway))];
  const own = stored.filter(({ meter }) => meter === `m${unit}`).map(({ quantity }) => quantity);
  return new Set(own).size >= profileQuantities(eastronSdm630).length;
};

describe('Modbus from the host', () => {
  it('stores what SDM630s say behind a converter and behind Modbus TCP, value by value, also after a cut', async () => {
    const [first, second] = [await meters(1), await meters(7)];
    const host = await startHost();
    await host.connectors.save(saved('ew11', { ...at('rtu', first.rtu), meters: [row(1)] }));
    await host.connectors.save(saved('gateway', { ...at('tcp', second.tcp), meters: [row(7)] }));
    await until(async () => (await seen(host, 'ew11', 1)) && (await seen(host, 'gateway', 7)));
    await expectTrue(host, 'ew11', 1);
    await expectTrue(host, 'gateway', 7);
    expect(host.connectors.list().map(({ fault }) => fault)).toEqual([undefined, undefined]);

    for (const proxy of [first.rtu, second.tcp]) proxy.setFaults({ passage: 'refused' });
    await until(async () => host.connectors.list().every(({ fault }) => fault !== undefined));
    expect(host.connectors.get('ew11')?.fault?.message).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+ was lost: /);
    await until(async () => (await host.store.all('SELECT * FROM missing')).length >= 2);
    const backS = Math.ceil((host.time.wallMs() ?? 0) / 1000);
    for (const proxy of [first.rtu, second.tcp]) proxy.setFaults({ passage: 'open' });
    await until(
      async () =>
        (await gauges(host, 'ew11', backS)).length > 0 && (await gauges(host, 'gateway', backS)).length > 0,
    );
    await expectTrue(host, 'ew11', 1);
    await expectTrue(host, 'gateway', 7);
    expect(host.connectors.list().map(({ fault }) => fault)).toEqual([undefined, undefined]);
  });

  it('tells of a slave that is silent as missing, with the reason, beside one that answers', async () => {
    const { rtu, tcp } = await meters(1);
    const host = await startHost();
    await host.connectors.save(saved('line', { ...at('rtu', rtu), meters: [row(1), row(9)] }));
    await host.connectors.save(saved('dead', { ...at('tcp', tcp), meters: [row(9)] }));
    await until(
      async () => (await seen(host, 'line', 1)) && host.connectors.get('dead')?.fault !== undefined,
    );
    await until(
      async () => (await host.store.all('SELECT DISTINCT meter FROM missing WHERE isWhole = 1')).length === 2,
    );
    await expectTrue(host, 'line', 1);
    expect(host.connectors.get('line')?.fault?.message).toBeUndefined();
    expect(host.connectors.get('dead')?.fault?.message).toMatch(
      /^connected, and nobody answers as unit 9; see unit/,
    );
    expect(host.fleet.gateway('line')?.health?.meters.m9?.state).not.toBe('well');
    const ofDead = (await gauges(host, 'line')).filter(({ meter }) => meter === 'm9');
    expect(ofDead).toEqual([]);
  });

  it('has one connection and one master where several connectors name the same address', async () => {
    const { bus, rtu } = await meters(1, 2);
    const host = await startHost();
    await host.connectors.save(saved('one', { ...at('rtu', rtu), meters: [row(1)] }));
    await host.connectors.save(saved('two', { ...at('rtu', rtu), meters: [row(2)] }));
    await until(async () => (await seen(host, 'one', 1)) && (await seen(host, 'two', 2)));
    const tried = { ...at('rtu', rtu), meters: [row(1, { id: 'tried' })] };
    const probe = await host.connectors.probe('modbus', tried, new AbortController().signal);
    expect(probe).toMatchObject({ fault: undefined, meters: [{ id: 'tried', values: { voltageL1V: 231 } }] });
    expect(rtu.open).toBe(1);
    await expectTrue(host, 'one', 1);
    await expectTrue(host, 'two', 2);
    const other = { ...at('rtu', rtu), baud: 9600, meters: [row(2)] };
    expect((await host.connectors.save(saved('three', other))).fault?.message).toMatch(
      /is already read by another connector as RTU over TCP, 115200 baud.+switch the other off/,
    );
    await host.connectors.remove('one');
    const fromS = Math.ceil((host.time.wallMs() ?? 0) / 1000) + 1;
    await until(async () => (await gauges(host, 'two', fromS)).length > 0);
    expect(rtu.open).toBe(1);
    expect(bus.line.counts.collisions).toBe(0);
    await host.connectors.remove('two');
    await until(async () => rtu.open === 0);
  });
});

describe('devices that speak Modbus TCP themselves', () => {
  it('are read as unit 0 and as unit 255', async () => {
    const device = await anyUnitDevice();
    const host = await startHost();
    await host.connectors.save(saved('both', { ...at('tcp', device), meters: [row(0), row(255)] }));
    const voltages = async () =>
      (await gauges(host, 'both')).flatMap(({ meter, quantity, last }) =>
        quantity === 'voltageL1V' ? [`${meter} ${last}`] : [],
      );
    await until(async () => new Set(await voltages()).size === 2);
    expect(new Set(await voltages())).toEqual(new Set(['m0 231', 'm255 231']));
  });
});

describe('a SunSpec inverter behind Modbus TCP', () => {
  it('is found by its map, and what it feeds in is negative', async () => {
    const inverter = sunspecSlave({
      address: 1,
      manufacturer: 'SunMaker',
      parts: [{ models: [103], read: quantity => (quantity === 'powerW' ? -4200 : 230) }],
    });
    const { tcp } = await meters(inverter);
    const host = await startHost();
    const part = { ...row(1), profile: 'sunspec-inverter' };
    await host.connectors.save(saved('roof', { ...at('tcp', tcp), meters: [part] }));
    const powers = async () =>
      (await gauges(host, 'roof')).filter(({ quantity }) => quantity === 'powerW').map(({ last }) => last);
    await until(async () => (await powers()).length > 0);
    expect(new Set(await powers())).toEqual(new Set([-4200]));
  });
});

describe.skipIf(!isSocatInstalled())('an RS485 adapter on this machine (needs socat)', () => {
  it('is read, told of while it is unplugged, and read again when it is back', async () => {
    const { bus } = await meters(1);
    const folder = await mkdtemp(join(tmpdir(), 'joulegate-modbus-'));
    ended.push(() => rm(folder, { recursive: true }));
    const link = join(folder, 'rs485');
    let pty = await openPty(link, bus.port);
    ended.push(() => pty.close());
    const host = await startHost();
    const settings = { transport: 'serial', path: realpathSync(link), meters: [row(1)] };
    await host.connectors.save(saved('usb', settings));
    await until(async () => seen(host, 'usb', 1));
    await expectTrue(host, 'usb', 1);
    await pty.close();
    await until(async () => host.connectors.get('usb')?.fault !== undefined);
    expect(host.connectors.get('usb')?.fault?.message).toMatch(/unplugged|plugged in/);
    pty = await openPty(link, bus.port);
    const fromS = Math.ceil((host.time.wallMs() ?? 0) / 1000);
    // The system names it as before where nobody took the name meanwhile.
    if (realpathSync(link) !== settings.path)
      await host.connectors.save(saved('usb', { ...settings, path: realpathSync(link) }));
    await until(async () => (await gauges(host, 'usb', fromS)).length > 0);
    expect(host.connectors.get('usb')?.fault?.message).toBeUndefined();
    await expectTrue(host, 'usb', 1);
  });
});

describe('a search from the host', () => {
  /** Whoever looks gets what was found until then, or hears of none: on a busy machine he looks again, for twice as long. */
  async function search(host: HostWithConnectors, way: object, isAll: (found: string) => boolean) {
    for (let lookMs = 5000; ; lookMs *= 2) {
      const looking = host.connectors.discover('modbus', way, AbortSignal.timeout(lookMs));
      if (lookMs > patienceMs) return looking;
      const found = await looking.catch(() => []);
      if (isAll(JSON.stringify(found))) return found;
    }
  }

  it('proposes the meters behind an address by what they say, as settings that are right', async () => {
    const [one, other] = [await meters(1), await meters(1, 3)];
    const host = await startHost();
    await host.connectors.save(saved('running', { ...at('rtu', one.rtu), meters: [row(1)] }));
    await until(async () => seen(host, 'running', 1));
    const unitsAt = async (way: object, last: number) => {
      const proposals = await search(host, way, found => found.includes(`"unit":${last}`));
      for (const { settings } of proposals) host.connectors.check('modbus', settings);
      const [whole] = proposals.map(
        ({ settings }) => settings as { meters: { unit: number; profile: string }[] },
      );
      return whole?.meters.map(({ unit, profile }) => `${unit} ${profile}`);
    };
    const found = await Promise.all([unitsAt(at('rtu', one.rtu), 1), unitsAt(at('tcp', other.tcp), 3)]);
    expect(found).toEqual([['1 eastron-sdm630'], ['1 eastron-sdm630', '3 eastron-sdm630']]);
    // Who was read before is read again.
    const fromS = Math.ceil((host.time.wallMs() ?? 0) / 1000);
    await until(async () => (await gauges(host, 'running', fromS)).length > 0 && other.tcp.open === 0);
    await expectTrue(host, 'running', 1);
  });

  it('names a device once that answers as every unit', async () => {
    const device = await anyUnitDevice();
    const host = await startHost();
    const proposals = await search(host, at('tcp', device), found => found.includes('SDM630'));
    expect(proposals.map(({ title }) => title)).toEqual([expect.stringMatching(/^Eastron SDM630.+ \(1\)$/)]);
  });

  it('tells which units it took for one where counters are equal and nobody gives a serial number', async () => {
    const unused = (address: number): ModbusSlave => ({
      address,
      profile: eastronSdm630,
      read: quantity => (quantities[quantity].kind === 'counter' ? 0 : trueValue(address)(quantity)),
    });
    // When the unit behind those is asked, enough was found.
    const enough = new AbortController();
    const next: ModbusSlave = {
      address: 126,
      profile: eastronSdm630,
      read(quantity) {
        enough.abort();
        return trueValue(126)(quantity);
      },
    };
    const { tcp } = await meters(unused(1), unused(3), 2, next);
    const host = await startHost();
    const found = await host.connectors.discover('modbus', at('tcp', tcp), enough.signal);
    const [whole, first, second] = found.map(({ detail }) => detail);
    expect(whole).toMatch(
      / · units 4 to 32, 126, 240 were not asked in time; a meter there is added by hand$/,
    );
    expect(first).toContain('1 equal answers were taken for this meter (unit 3)');
    expect(second).not.toContain('equal answers');
    expect(found).toHaveLength(3);
  });

  it('says what is wrong where nobody is at the address', async () => {
    const host = await startHost();
    const { signal } = new AbortController();
    const discover = (settings: object) => host.connectors.discover('modbus', settings, signal);
    await expect(discover({ transport: 'tcp', host: '127.0.0.1', port: 1 })).rejects.toThrow(
      'takes no connection on port 1',
    );
    await expect(discover({ transport: 'tcp', host: '' })).rejects.toThrow('host: none given');
    await expect(discover({ host: 'http://x' })).rejects.toThrow('without http:// and without port');
  });
});
