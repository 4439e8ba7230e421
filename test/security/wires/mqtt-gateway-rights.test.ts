import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { downChannels, protocolVersion, topicOf, upChannels } from '#core/wire/topics.ts';
import { patienceMs } from '../../patience.ts';
import { seed } from '../../seed.ts';
import { heardBy, type ProgramHost, startProgramHost } from '../../wires/program-host.ts';
import { filtersOf, topicsOf } from './foreign-topics.ts';
import { chance } from './malformed-packets.ts';
import {
  connectPacket,
  exchange,
  type Login,
  loggedIn,
  openWire,
  publishPacket,
  subscribePacket,
  type Wire,
} from './mqtt-packets.ts';

const soon = { interval: 10 };
const mark = 'said by attic';
let host: ProgramHost;
let login: Login;

beforeAll(async () => {
  host = await startProgramHost();
  login = { id: 'attic', password: await host.passwordOf('attic') };
});
afterEach(() => host.hangUp());
afterAll(() => host.close());

/** The other gateway, and a program that hears all there is: what both heard of what attic said elsewhere. */
async function others() {
  const cellar = await host.gateway('cellar');
  await cellar.subscribeAsync(
    downChannels.map(channel => topicOf('cellar', channel)),
    { qos: 1 },
  );
  const watcher = await host.program('watcher', { sites: ['*'] });
  await watcher.subscribeAsync('#', { qos: 1 });
  const [heard, watched] = [heardBy(cellar), heardBy(watcher)];
  const got = () =>
    [...heard, ...watched].filter(
      ({ topic, text }) => text.includes(mark) && !topic.startsWith('joulegate/attic/'),
    ).length;
  return { cellar, watched, got };
}

/** Sends packets and waits until they have been looked at. Whether the connection stands. */
const say = async (wire: Wire, ...packets: readonly Buffer[]) =>
  (await exchange(wire, packets)) !== undefined;

/** What each filter is answered with; undefined where it was hung up on. */
const listen = async (wire: Wire, ...filters: readonly string[]) =>
  (await exchange(wire, [subscribePacket(...filters)], 9))?.find(({ type }) => type === 9)?.body.subarray(2);

test('a gateway that publishes as another: every channel, quality, retained or not, by words and by last will', async () => {
  const { cellar, watched, got } = await others();
  const before = { ...host.engine.fleet.gateway('cellar')?.ingest };
  let wire = await loggedIn(host.port, login);
  let tries = 0;
  let ended = 0;
  const topics = topicsOf('cellar', 'attic');
  for (const topic of topics) {
    for (const qos of [0, 1, 2]) {
      for (const retain of [false, true]) {
        tries++;
        if (!(await say(wire, publishPacket(topic, mark, qos, retain)))) {
          ended++;
          wire = await loggedIn(host.port, login);
        }
      }
    }
  }
  // The other half of QoS 2, for one that was never begun and one that was.
  await say(wire, Buffer.from([0x62, 2, 0, 7]), Buffer.from([0x62, 2, 0, 99]));
  wire.socket.destroy();
  let wills = 0;
  for (const topic of topics) {
    const dying = await loggedIn(host.port, { ...login, will: { topic, payload: mark } });
    dying.socket.destroy();
    await dying.closed;
    wills++;
  }
  await expect.poll(() => host.engine.broker.connected('attic'), soon).toBe(false);
  // A gateway's own will is heard: the way is open.
  const last = await loggedIn(host.port, {
    ...login,
    will: { topic: 'joulegate/attic/status', payload: mark },
  });
  last.socket.destroy();
  await expect.poll(() => watched.filter(({ text }) => text === mark), soon).toHaveLength(1);
  await cellar.publishAsync('joulegate/cellar/health', '{}', { qos: 1 });
  expect(got()).toBe(0);
  const after = host.engine.fleet.gateway('cellar');
  // Its own `{}` is malformed, and the only one.
  const { malformed = 0, messages = 0 } = before;
  expect(after?.ingest).toEqual({ ...before, malformed: malformed + 1, messages: messages + 1 });
  expect(after?.about).toBeNull();
  // Whoever subscribes now finds nothing kept of it.
  const late = await host.program('late', { sites: ['*'] });
  const found = heardBy(late);
  await late.subscribeAsync('#', { qos: 1 });
  await expect.poll(() => found.length, soon).toBeGreaterThan(1);
  expect(found.filter(({ text }) => text.includes(mark))).toEqual([]);
  console.log(
    `  gateway A publishes as B: ${tries} publishes (${topics.length} topics x 3 qualities x retained or not) and ${wills} last wills, ${ended} connections ended, ${got()} got through`,
  );
});

test('a gateway that listens to another: every channel and wildcard is refused, and nothing is heard', async () => {
  const { cellar } = await others();
  let wire = await loggedIn(host.port, login);
  const filters = filtersOf('cellar', 'attic');
  const ended: string[] = [];
  let granted = 0;
  for (const filter of filters) {
    const codes = await listen(wire, filter);
    if (codes === undefined) {
      ended.push(filter);
      wire = await loggedIn(host.port, login);
    } else if (codes[0] !== 0x80) granted++;
  }
  // All of them in one packet, with its own before them: that one alone is granted.
  const [qos, ...rest] =
    (await listen(wire, topicOf('attic', 'ack'), ...filters.filter(filter => !ended.includes(filter)))) ?? [];
  expect(qos).toBe(1);
  expect(rest.every(code => code === 0x80)).toBe(true);
  expect(rest).toHaveLength(filters.length - ended.length);
  const from = wire.heard().length;
  const { broker } = host.engine;
  broker.send('cellar', 'ack', { v: protocolVersion, epoch: '00000000000000aa', sequence: 1 });
  broker.send('cellar', 'command', { v: protocolVersion, id: 'secret', name: 'about' });
  broker.send('cellar', 'settings/desired', { v: protocolVersion, settings: 'secret' });
  for (const channel of upChannels)
    await cellar.publishAsync(topicOf('cellar', channel), 'secret', { qos: 1, retain: true });
  await say(wire);
  const heard = wire.heard().subarray(from);
  expect(heard).toEqual(Buffer.from([0xd0, 0]));
  expect(granted).toBe(0);
  wire.socket.destroy();
  console.log(
    `  gateway A listens to B: ${filters.length} filters, alone and together, ${ended.length} connections ended, ${granted} granted, 0 of ${3 + upChannels.length} messages heard`,
  );
});

test('names, client ids and versions of the protocol lead to nobody else', async () => {
  const { cellar } = await others();
  const ids = [
    'cellar',
    'program/watcher',
    'attic',
    '',
    '__proto__',
    'constructor',
    '#',
    '+',
    '\0',
    'x'.repeat(200),
  ];
  const closed = new Promise<string>(resolve => cellar.once('close', () => resolve('ended')));
  for (const clientId of ids) {
    for (const version of [3, 4, 5]) {
      const wire = await openWire(host.port);
      wire.socket.on('error', () => {});
      wire.socket.write(connectPacket({ ...login, clientId, version }));
      await Promise.race([wire.reply(4), wire.closed]);
      wire.socket.destroy();
      await wire.closed;
    }
  }
  // MQTT 5 is not spoken: no topic alias, no shared subscription, no session that outlives its connection.
  const five = await openWire(host.port);
  five.socket.write(
    Buffer.concat([connectPacket({ ...login, version: 5 }), publishPacket('', '\x03\x23\x00\x01', 1)]),
  );
  await five.closed;
  expect(five.heard()[3]).not.toBe(0);
  const names = [
    'cellar',
    'ATTIC',
    'attic ',
    ' attic',
    'attic\0',
    'attic/',
    '../attic',
    'attic/../cellar',
    '+',
    '#',
    '*',
    '',
    '__proto__',
    'watcher',
    'program/watcher',
    'joulegate',
  ];
  let letIn = 0;
  for (const name of names) {
    const wire = await openWire(host.port);
    wire.socket.write(connectPacket({ ...login, id: name, clientId: 'any' }));
    await wire.closed;
    if (wire.heard()[3] === 0) letIn++;
  }
  expect(letIn).toBe(0);
  expect(await Promise.race([closed, 'stands'])).toBe('stands');
  expect(host.engine.broker.connected('cellar')).toBe(true);
  console.log(
    `  gateway A comes as somebody else: ${ids.length * 3} client ids in MQTT 3.1, 3.1.1 and 5, ${names.length} names with its own password: ${letIn} let in as another, 0 sessions of others ended`,
  );
});

test('a credential that is withdrawn or renewed ends its connection, and its password lets nobody in', async () => {
  const { broker } = host.engine;
  const attempt = async (password: string) => {
    const wire = await openWire(host.port);
    wire.socket.write(connectPacket({ id: 'shed', password }));
    await wire.reply(4);
    wire.socket.destroy();
    return wire.heard()[3];
  };
  const old = await host.passwordOf('shed');
  const standing = await loggedIn(host.port, { id: 'shed', password: old });
  const renewed = await host.auth.credentials.issue('shed');
  broker.disconnect('shed');
  await standing.closed;
  expect(await attempt(old)).toBe(4);
  expect(await attempt(renewed)).toBe(0);
  await host.auth.credentials.revoke('shed');
  expect(await attempt(renewed)).toBe(4);
  expect(await attempt('')).toBe(4);
  // One that is just about to come, by the password of before.
  const last = await host.auth.credentials.issue('shed');
  let stood = 0;
  for (let round = 0; round < 50; round++) {
    await host.auth.credentials.issue('shed').then(async password => {
      const wire = await openWire(host.port);
      wire.socket.on('error', () => {});
      wire.socket.write(connectPacket({ id: 'shed', password }));
      if (round % 2 === 0) await wire.reply(4);
      await host.auth.credentials.revoke('shed');
      broker.disconnect('shed');
      const outcome = await Promise.race([
        wire.closed,
        new Promise(resolve => setTimeout(() => resolve('stands'), patienceMs).unref()),
      ]);
      if (outcome === 'stands') stood++;
      wire.socket.destroy();
      // Each that stands has been waited for.
      expect(stood).toBe(0);
    });
  }
  expect(last).not.toBe(old);
  console.log(
    `  passwords of withdrawn and renewed credentials: 54 tries, 0 let in, ${stood} connections left standing`,
  );
});

test('a gateway that comes and goes in any order is told away in the end, and nobody is left over', async () => {
  const { broker, fleet } = host.engine;
  const unit = chance(seed);
  const random = (most: number) => Math.floor(unit() * most);
  const rounds = 200;
  for (let round = 0; round < rounds; round++) {
    const wire = await openWire(host.port);
    wire.socket.on('error', () => {});
    wire.socket.write(connectPacket(login));
    for (let turns = random(6); turns > 0; turns--) await new Promise(resolve => setImmediate(resolve));
    if (random(3) > 0) wire.socket.destroy();
    else if (random(2) === 0) wire.socket.end();
  }
  const final = await loggedIn(host.port, login);
  await expect.poll(() => broker.counters().connections, soon).toBe(1);
  expect(broker.connected('attic')).toBe(true);
  expect(await say(final)).toBe(true);
  final.socket.destroy();
  await expect
    .poll(() => broker.counters(), soon)
    .toMatchObject({ connections: 0, gatewaysConnected: 0, strangers: 0 });
  expect(fleet.gateway('attic')?.online).toBe(false);
  console.log(
    `  sessions of one gateway: ${rounds} that came and went in any order (seed ${seed}), 0 left over`,
  );
});
