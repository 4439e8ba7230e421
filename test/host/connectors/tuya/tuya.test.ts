import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import TuyAPI from 'tuyapi';
import { afterEach, describe, expect, it } from 'vitest';
import { connector } from '../../../../host/connectors/tuya/connector.ts';
import { announcedIn, discoverTuya } from '../../../../host/connectors/tuya/discover.ts';
import { layouts } from '../../../../host/connectors/tuya/layouts.ts';
import { readPoints } from '../../../../host/connectors/tuya/points.ts';
import { mistakesOf } from '../../../../host/set-up/settings-mistakes.ts';
import { listenOnTcp } from '../../../../simulator/line/tcp-listener.ts';
import { startTuyaDevice, type TuyaDevice } from '../../../../simulator/sources/tuya/tuya-device.ts';
import { announcement, type TuyaVersion } from '../../../../simulator/sources/tuya/tuya-frames.ts';
import { startHostWithConnectors } from '../host-with-connectors.ts';
import { runConnector } from '../run-connector.ts';

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

const versions: readonly TuyaVersion[] = ['3.1', '3.3', '3.4', '3.5'];
const deviceId = 'bf1234567890abcdefghij';
const key = '0123456789abcde<';
const plug = { '1': true, '9': 0, '17': 71, '18': 1630, '19': 3725, '20': 2301 };

async function device(version: TuyaVersion, dps: Record<string, unknown> = plug): Promise<TuyaDevice> {
  const made = await startTuyaDevice({ version, deviceId, key, dps: () => dps });
  ended.push(() => made.close());
  return made;
}

const settingsOf = (version: TuyaVersion, port: number, more: object = {}) => ({
  id: 'plug',
  name: 'Plug',
  address: '127.0.0.1',
  port,
  deviceId,
  key,
  version,
  layout: 'plug',
  ...more,
});

function run(version: TuyaVersion, port: number, more: object = {}) {
  const rig = runConnector(connector, settingsOf(version, port, more));
  ended.push(() => rig.source.stop());
  return rig;
}
type Rig = ReturnType<typeof run>;

/** Lets the connector's time go on until it is so: sockets have the machine's. */
async function until({ time }: Rig, isSo: () => boolean): Promise<void> {
  for (let step = 0; step < 2000 && !isSo(); step++) {
    await new Promise(resolve => setTimeout(resolve, 2));
    time.advance(100);
  }
  expect(isSo()).toBe(true);
}

describe('the simulated device', () => {
  it.each(versions)('is read by tuyapi itself, version %s', async version => {
    const { port } = await device(version);
    const client = new TuyAPI({
      id: deviceId,
      key,
      ip: '127.0.0.1',
      port,
      version,
      issueGetOnConnect: false,
    });
    const faults: unknown[] = [];
    client.on('error', error => faults.push(error));
    ended.push(() => client.disconnect());
    await client.connect();
    expect(await client.get({ schema: true })).toMatchObject({ dps: plug });
    expect(faults).toEqual([]);
  });
});

describe('a plug of Tuya', () => {
  it.each(versions)(
    'is read over version %s, asked to measure first; energy that is no counter is left alone',
    async version => {
      const made = await device(version);
      const rig = run(version, made.port);
      await until(rig, () => rig.sink('plug').samplesTaken.length > 0);
      expect(rig.sink('plug').values).toEqual({ currentA: 1.63, powerW: 372.5, voltageV: 230.1 });
      expect(rig.source.fault()?.message).toBeUndefined();
      const question = version === '3.4' || version === '3.5' ? 16 : 10;
      expect(made.asked.filter(command => command >= 10)).toEqual([18, question]);
      made.tell({ '19': 15 });
      await until(rig, () => rig.sink('plug').values.powerW === 1.5);
      await until(rig, () => made.asked.includes(9));
    },
  );

  it('that knows no call to measure is read all the same, and called no more', async () => {
    const made = await startTuyaDevice({ version: '3.3', deviceId, key, dps: () => plug, isPlain: true });
    ended.push(() => made.close());
    const rig = run('3.3', made.port);
    await until(rig, () => made.asked.filter(command => command === 10).length === 3);
    expect(rig.sink('plug').values.powerW).toBe(372.5);
    expect(made.asked.filter(command => command === 18)).toEqual([18]);
    expect(rig.source.fault()?.message).toBeUndefined();
  });

  it('that is unplugged is told as missing, with why, and read again when it is back', async () => {
    const first = await device('3.3');
    const rig = run('3.3', first.port);
    await until(rig, () => rig.sink('plug').samplesTaken.length > 0);
    await first.close();
    await until(rig, () => rig.sink('plug').failures.length > 1);
    expect(rig.sink('plug').failures[0]).toBe('timeout');
    expect(rig.source.fault()?.message).toBe(
      `127.0.0.1 is there and takes no connection on port ${first.port}; see the port, and whether another program has its only connection`,
    );
    const again = await startTuyaDevice({
      version: '3.3',
      deviceId,
      key,
      dps: () => ({ '19': 10 }),
      port: first.port,
    });
    ended.push(() => again.close());
    await until(rig, () => rig.sink('plug').values.powerW === 1);
    expect(rig.source.fault()?.message).toBeUndefined();
  });
});

it('a DIN rail meter is stored as any other: power of each phase, and its counter to the step', async () => {
  const phases = { '6': 'CWkAARgAACo=', '7': 'CYYAAlsAAD8=', '8': 'CYoAAbkAACg=' };
  const made = await device('3.4', { '1': 3296, ...phases });
  const host = await startHostWithConnectors({ kinds: [connector] });
  ended.push(() => host.close());
  const settings = settingsOf('3.4', made.port, { layout: 'din-3p', everyS: 5 });
  await host.connectors.save({ id: 'cellar', kind: 'tuya', name: 'Cellar', isOn: true, settings });
  const rows = () =>
    host.store.all(
      `SELECT quantity, last FROM gauge JOIN series ON series.number = series WHERE quantity = 'powerL2W'
       UNION ALL SELECT quantity, last FROM counter JOIN series ON series.number = series`,
    );
  while (made.asked.filter(command => command === 16).length < 4) await host.pass(500);
  await host.pass(20_000);
  const told = (await rows()).map(({ quantity, last }) => `${quantity} ${last}`);
  expect(new Set(told)).toEqual(new Set(['powerL2W 63', 'energyImportWh 32960']));
  expect(host.connectors.get('cellar')?.fault?.message).toBeUndefined();
});

describe('what is wrong is told in words', () => {
  const faultOf = async (version: TuyaVersion, port: number, more: object = {}) => {
    const rig = run(version, port, more);
    await until(rig, () => rig.source.fault() !== undefined);
    return rig.source.fault()?.message;
  };
  const otherKey = { key: 'fedcba9876543210' };

  it.each(['3.4', '3.5'] as const)('a wrong key, version %s', async version => {
    const { port } = await device(version);
    expect(await faultOf(version, port, otherKey)).toMatch(
      /^127\.0\.0\.1 is there, and key and version do not open what it says: the local key is another/,
    );
  });

  it('a wrong key, version 3.3: what the device tells by itself does not open', async () => {
    const made = await device('3.3');
    const rig = run('3.3', made.port, otherKey);
    await until(rig, () => {
      made.tell(plug);
      return rig.source.fault() !== undefined;
    });
    expect(rig.source.fault()?.message).toMatch(/^127\.0\.0\.1 is there, and key and version do not open/);
    expect(rig.source.counters().unreadable).toBeGreaterThan(0);
    await until(rig, () => rig.sink('plug').failures.length > 0);
    expect(rig.sink('plug').failures[0]).toBe('malformed');
  });

  it('a wrong version', async () => {
    const made = await device('3.4');
    const rig = run('3.3', made.port);
    await until(rig, () => {
      made.tell(plug);
      return rig.source.fault() !== undefined;
    });
    expect(rig.source.fault()?.message).toBe(
      '127.0.0.1 does not speak 3.3; look around tells which version it does',
    );
  });

  it('another device', async () => {
    const { port } = await device('3.3');
    expect(await faultOf('3.3', port, { deviceId: 'bf0000000000' })).toBe(
      '127.0.0.1 is not the device bf0000000000; see its id',
    );
  });

  it('another program that has its only connection', async () => {
    const { port } = await device('3.3');
    const first = run('3.3', port);
    await until(first, () => first.sink('plug').samplesTaken.length > 0);
    expect(await faultOf('3.3', port)).toMatch(
      /^127\.0\.0\.1 hung up without a word: another program \(Home Assistant, say\) has its only connection/,
    );
  });

  it('a device that answers nothing, one that is none of Tuya’s, and one without these data points', async () => {
    const mute = await listenOnTcp(0, () => {});
    ended.push(() => mute.close());
    const rig = run('3.3', mute.port);
    await until(rig, () => rig.source.fault()?.message.includes('do not open') === true);
    const other = await listenOnTcp(0, socket => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    ended.push(() => other.close());
    expect(await faultOf('3.3', other.port)).toMatch(/^what 127\.0\.0\.1 says on port \d+ is none of Tuya’s/);
    const { port } = await device('3.3', { '1': true });
    expect(await faultOf('3.3', port)).toMatch(/none of the data points comes; see the layout/);
  });

  it('and bytes of chance end nothing but their connection', async () => {
    const made = await device('3.4');
    const rig = run('3.4', made.port);
    await until(rig, () => rig.sink('plug').samplesTaken.length > 0);
    const before = rig.source.counters().connects ?? 0;
    for (const bytes of [
      Uint8Array.from({ length: 300 }, (_, index) => (index * 73 + 11) & 0xff),
      Uint8Array.from([0, 0, 0x55, 0xaa, 0, 0, 0, 1, 0, 0, 0, 8, 0x7f, 0xff, 0xff, 0xff, 0, 0]),
    ]) {
      const connects = rig.source.counters().connects ?? 0;
      made.say(bytes);
      await until(rig, () => (rig.source.counters().connects ?? 0) > connects);
    }
    expect(rig.source.counters().connects).toBeGreaterThanOrEqual(before + 2);
    await until(rig, () => rig.source.fault() === undefined);
  });
});

describe('the known layouts', () => {
  const read = (id: string, dps: unknown) => {
    const layout = layouts.find(each => each.id === id);
    const { samples, unreadable } = readPoints(layout?.points ?? [], dps);
    return { unreadable, ...Object.fromEntries(samples.map(({ quantity, value }) => [quantity, value])) };
  };

  it('read what others have published of such devices', () => {
    // codetheweb/tuyapi#121: the app shows 0 W, at 233.3 V.
    expect(read('plug', { '18': 0, '19': 0, '20': 2333, '22': 665 })).toEqual({
      unreadable: 0,
      currentA: 0,
      powerW: 0,
      voltageV: 233.3,
    });
    // tixi/Domoticz-Tuya-SmartPlug-Plugin#5
    expect(read('plug-old', { '1': true, '5': 224, '6': 2400, '2': 0, '4': 160 })).toEqual({
      unreadable: 0,
      currentA: 0.16,
      powerW: 22.4,
      voltageV: 240,
    });
    // Xenomes/Domoticz-TinyTUYA-Plugin#42: 228.4 V, 1.423 A, 272 W.
    expect(read('din-1p', { '1': 3296, '6': 'COwABY8AARA=' })).toEqual({
      unreadable: 0,
      energyImportWh: 32_960,
      voltageV: 228.4,
      currentA: 1.423,
      powerW: 272,
    });
    // make-all/tuya-local#1473
    expect(
      read('din-3p', { '1': 3296, '6': 'CWkAARgAACo=', '7': 'CYYAAlsAAD8=', '8': 'CYoAAbkAACg=' }),
    ).toEqual({
      unreadable: 0,
      energyImportWh: 32_960,
      voltageL1V: 240.9,
      currentL1A: 0.28,
      powerL1W: 42,
      voltageL2V: 243.8,
      currentL2A: 0.603,
      powerL2W: 63,
      voltageL3V: 244.2,
      currentL3A: 0.441,
      powerL3W: 40,
    });
  });

  it('make no value of what has another form', () => {
    expect(read('din-1p', { '6': 'CWkAARgAACoAAA==' })).toEqual({ unreadable: 3 });
    // 230 V; current and power below nothing, as far as that can be: 16.8 kA and 16.8 MW they are not.
    const fedIn = Buffer.from('08fcfff830fffe0c', 'hex').toString('base64');
    expect(read('din-1p', { '6': fedIn })).toEqual({ unreadable: 2, voltageV: 230 });
    expect(read('plug', { '19': true, '20': 'high' })).toEqual({ unreadable: 2 });
    expect(read('plug', null)).toEqual({ unreadable: 0 });
  });
});

describe('settings', () => {
  const wrong = (more: object) =>
    mistakesOf(connector, settingsOf('3.3', 6668, more)).map(({ field, message }) => `${field}: ${message}`);

  it('are right as they are, and each mistake is told', () => {
    expect(wrong({})).toEqual([]);
    expect(wrong({ key: 'short' })).toEqual(['key: 5 characters given; a local key has 16, without blanks']);
    expect(wrong({ address: 'http://plug' })[0]).toMatch(
      /^address: http:\/\/plug given; an IP address or a name/,
    );
    expect(wrong({ layout: 'own' })).toEqual(['points: at least one data point is needed']);
    expect(wrong({ points: [{ dp: 1, quantity: 'powerW' }] })).toEqual([
      'points: the layout plug has its own; choose own',
    ]);
    expect(wrong({ layout: 'own', points: [{ dp: 19, quantity: 'powerW', scale: 0.1 }] })).toEqual([]);
    expect(wrong({ version: '3.2' })[0]).toMatch(/^version: /);
  });

  it('take energy for a reading only where a person says that it rises for ever', () => {
    const energy = { dp: 17, quantity: 'energyImportWh', scale: 1 };
    expect(wrong({ layout: 'own', points: [energy] })[0]).toMatch(
      /^points\.0\.isTotal: data point 17 would be stored as a meter's reading; most plugs/,
    );
    expect(wrong({ layout: 'own', points: [{ ...energy, isTotal: true }] })).toEqual([]);
    expect(wrong({ layout: 'own', points: [{ ...energy, isTotal: true, scale: -1 }] })).toEqual([
      'points.0.scale: -1 given; energyImportWh only grows, so it must be above 0',
    ]);
  });
});

describe('a look around', () => {
  it('finds devices by their announcements, whatever else comes', async () => {
    const about = (version: TuyaVersion) => ({
      gwId: `bf${version.replace('.', '')}00000000`,
      ip: '192.168.1.7',
    });
    for (const version of versions)
      expect(announcedIn(announcement(version, about(version)))).toEqual({
        address: '192.168.1.7',
        deviceId: about(version).gwId,
        version,
      });
    const probe = createSocket('udp4').bind(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address();
    probe.close();
    await once(probe, 'close');
    const sender = createSocket('udp4');
    ended.push(() => sender.close());
    const noise = [Buffer.alloc(0), Buffer.from('hello'), Buffer.alloc(4000, 7), Buffer.alloc(40)];
    const packets = [...noise, ...versions.map(version => announcement(version, about(version)))];
    const telling = setInterval(() => {
      for (const packet of packets) sender.send(packet, port, '127.0.0.1');
    }, 50);
    ended.push(() => clearInterval(telling));
    const found = await discoverTuya(
      { log: () => {}, signal: new AbortController().signal },
      { address: '127.0.0.1', ports: [port], ms: 400 },
    );
    expect(found.map(({ title }) => title).sort()).toEqual(
      versions.map(version => `192.168.1.7, version ${version}`),
    );
    for (const { settings } of found)
      expect(mistakesOf(connector, { ...(settings as object), key })).toEqual([]);
  });
});
