import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { downChannels, topicOf, upChannels } from '#core/wire/topics.ts';
import { heardBy, type ProgramHost, startProgramHost } from '../../wires/program-host.ts';
import { channels, filtersOf, topicsOf } from './foreign-topics.ts';
import {
  connectPacket,
  exchange,
  loggedIn,
  openWire,
  packetsIn,
  publishPacket,
  subscribePacket,
  type Wire,
} from './mqtt-packets.ts';

const soon = { interval: 10 };
const command = '{"v":1,"id":"by-a-program","name":"identify","seconds":1}';
let host: ProgramHost;

beforeAll(async () => {
  host = await startProgramHost();
  await host.sites.create('barn', null);
  await host.sites.move('stable', 'barn');
});
afterEach(() => host.hangUp());
afterAll(() => host.close());

/** A gateway of its site and one of another's, and what programs told either. */
async function gateways() {
  const told: string[] = [];
  const [cellar, stable] = [await host.gateway('cellar'), await host.gateway('stable')];
  for (const [id, gateway] of Object.entries({ cellar, stable })) {
    await gateway.subscribeAsync(
      downChannels.map(channel => topicOf(id, channel)),
      { qos: 1 },
    );
    gateway.on('message', (topic, payload) => {
      if (payload.includes('by-a-program')) told.push(topic);
    });
  }
  const say = (topic: string, payload: string) =>
    (topic.includes('/stable/') ? stable : cellar).publishAsync(topic, payload, { qos: 1, retain: true });
  return { told, say };
}

async function loginOf(id: string, mayWrite: boolean) {
  const { mqttClients } = host.auth;
  if (mqttClients.get(id) !== undefined) await mqttClients.remove(id);
  return { id, password: await mqttClients.make({ id, sites: ['home'], mayWrite }) };
}

const stands = async (wire: Wire, ...packets: readonly Buffer[]) =>
  (await exchange(wire, packets)) !== undefined;

test('what a program publishes: commands to gateways of its sites where it may, and nothing else', async () => {
  const { told } = await gateways();
  const watcher = await host.program('watcher', { sites: ['*'] });
  await watcher.subscribeAsync('#', { qos: 1 });
  const watched = heardBy(watcher);
  await expect.poll(() => watched.length, soon).toBeGreaterThanOrEqual(2);
  const topics = [
    ...new Set([...topicsOf('stable', 'cellar'), ...channels.map(channel => topicOf('cellar', channel))]),
  ];
  const own = topicOf('cellar', 'command');
  let tries = 0;
  let wills = 0;
  for (const mayWrite of [false, true]) {
    const from = watched.length;
    const login = await loginOf(`program-${mayWrite}`, mayWrite);
    let wire = await loggedIn(host.port, login);
    for (const topic of topics.filter(each => each !== own)) {
      for (const [qos, retain] of [
        [0, true],
        [1, false],
        [2, true],
      ] as const) {
        tries++;
        if (!(await stands(wire, publishPacket(topic, command, qos, retain))))
          wire = await loggedIn(host.port, login);
      }
    }
    for (const topic of topics) {
      wire.socket.destroy();
      await wire.closed;
      wire = await loggedIn(host.port, { ...login, will: { topic, payload: command } });
      wills++;
    }
    expect(told).toEqual([]);
    expect(watched.slice(from)).toEqual([]);
    await stands(wire, publishPacket(own, command, 1));
    wire.socket.destroy();
    await wire.closed;
  }
  await expect.poll(() => told, soon).toEqual([own]);
  expect(host.engine.broker.counters()).toMatchObject({ programCommands: 1, flooded: 0 });
  console.log(
    `  a program publishes: ${tries} publishes and ${wills} last wills to ${topics.length - 1} topics, with and without mayWrite: 0 got through; its one command with mayWrite did`,
  );
});

test('what a program hears: gateways of its sites, by any filter, and not a message of others', async () => {
  const { say } = await gateways();
  const filters = [
    ...new Set([...filtersOf('stable', 'cellar'), ...channels.map(channel => topicOf('cellar', channel))]),
  ];
  const login = await loginOf('listener', false);
  let granted = 0;
  let heard = 0;
  let foreign = 0;
  for (const filter of filters) {
    const wire = await loggedIn(host.port, login);
    const codes = (await exchange(wire, [subscribePacket(filter)], 9))?.find(({ type }) => type === 9)?.body;
    const from = wire.heard().length;
    const isGranted = codes?.[2] !== 0x80;
    if (isGranted) granted++;
    for (const channel of upChannels)
      for (const gateway of ['cellar', 'stable']) await say(topicOf(gateway, channel), `of ${gateway}`);
    await exchange(wire, []);
    const topics = packetsIn(wire.heard().subarray(from))
      .filter(({ type }) => type === 3)
      .map(({ body }) => body.subarray(2, 2 + body.readUInt16BE(0)).toString());
    heard += topics.length;
    foreign += topics.filter(topic => !topic.startsWith('joulegate/cellar/')).length;
    const levels = filter.split('/');
    const isOfIts = upChannels.some(channel => covers(levels, topicOf('cellar', channel).split('/')));
    expect(topics.length > 0, filter).toBe(isOfIts && !filter.startsWith('$'));
    wire.socket.destroy();
    await wire.closed;
  }
  expect(foreign).toBe(0);
  // Of another's gateway it may ask, so that nobody learns which there are; it hears nothing of it.
  const asked = await loggedIn(host.port, login);
  const ofOthers = await exchange(
    asked,
    [subscribePacket('joulegate/stable/live', 'joulegate/nowhere/live')],
    9,
  );
  const codes = ofOthers?.find(({ type }) => type === 9)?.body.subarray(2);
  expect(codes?.[0]).toBe(codes?.[1]);
  console.log(
    `  a program listens: ${filters.length} filters, ${granted} granted, ${heard} messages of its own gateways heard, ${foreign} of others`,
  );
});

/** MQTT 3.1.1, section 4.7, in the shortest words. */
const covers = (filter: readonly string[], topic: readonly string[]): boolean => {
  const [level, ...rest] = filter;
  if (level === '#') return rest.length === 0;
  if (level === undefined || topic.length === 0) return filter.length === 0 && topic.length === 0;
  return (level === '+' || level === topic[0]) && covers(rest, topic.slice(1));
};

test('a program’s password is worth nothing once it is renewed or withdrawn, nor as a gateway’s', async () => {
  const { mqttClients } = host.auth;
  const { broker } = host.engine;
  const attempt = async (id: string, password: string) => {
    const wire = await openWire(host.port);
    wire.socket.write(connectPacket({ id, password }));
    await wire.reply(4);
    wire.socket.destroy();
    return wire.heard()[3];
  };
  const { password } = await loginOf('short', true);
  const gatewayPassword = await host.passwordOf('cellar');
  const wrong: [string, string][] = [
    ['cellar', password],
    ['watcher', password],
    ['short', gatewayPassword],
    ['program/short', password],
    ['short', ''],
    ['short', `${password} `],
  ];
  let letIn = 0;
  for (const [id, given] of wrong) if ((await attempt(id, given)) === 0) letIn++;
  const standing = await loggedIn(host.port, { id: 'short', password });
  const renewed = await mqttClients.renew('short');
  broker.disconnectProgram('short');
  await standing.closed;
  if ((await attempt('short', password)) === 0) letIn++;
  expect(await attempt('short', renewed)).toBe(0);
  await mqttClients.remove('short');
  if ((await attempt('short', renewed)) === 0) letIn++;
  expect(letIn).toBe(0);
  console.log(
    `  passwords of programs: ${wrong.length + 2} tries with another's, an old or a withdrawn one, ${letIn} let in`,
  );
});
