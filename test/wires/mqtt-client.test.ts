import { connect as connectTcp, type Socket } from 'node:net';
import mqtt from 'mqtt';
import { afterEach, describe, expect, test } from 'vitest';
import { limits } from '#core/limits.ts';
import { MqttClient } from '#core/mqtt/client.ts';
import { topicOf } from '#core/wire/topics.ts';
import { startBroker } from '../../host/broker/broker.ts';
import { hostUser, Mosquitto, mosquittoPath } from './mosquitto.ts';

const soon = { interval: 10 };
const password = 'a password of the test';
const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** The gateway's own client on a socket of Node, and what it told. */
function open(port: number, user = 'attic', secret = password, lastId = 0) {
  const told: string[] = [];
  const socket: Socket = connectTcp(port, '127.0.0.1', () => client.start());
  const client = new MqttClient(
    {
      clientId: user,
      user,
      password: secret,
      keepAliveS: 30,
      will: { topic: topicOf(user, 'status'), payload: bytes('{"v":1,"state":"offline"}'), retain: true },
      mostBytes: limits.mqttPacketDownBytes + 512,
      write: out => {
        socket.write(out.slice());
        return true;
      },
      after: (delayMs, callback) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
      onConnected: () => told.push('connected'),
      onMessage: (topic, payload) => told.push(`${topic} ${Buffer.from(payload)}`),
      onEnd: why => told.push(`ended: ${why}`),
    },
    lastId,
  );
  // Byte by byte where it is little: nothing may rest on how packets are cut.
  socket.on('data', data => {
    if (data.length > 64) client.received(data);
    else for (const byte of data) client.received(Uint8Array.of(byte));
  });
  socket.on('error', () => {});
  closers.push(() => {
    client.close();
    socket.destroy();
  });
  return { client, socket, told };
}

/** What a broker must do with the client, told by someone who hears and speaks beside it. */
function contract(
  start: () => Promise<{
    port: number;
    heard: () => readonly string[];
    command: (id: string) => unknown;
  }>,
): void {
  test('a gateway is heard, hears, and its last will goes out where its line breaks', async () => {
    const { port, heard, command } = await start();
    // Its ids pass 65,535 on the way.
    const { client, socket, told } = open(port, 'attic', password, 0xfff0);
    await expect.poll(() => told, soon).toContain('connected');
    client.subscribe([topicOf('attic', 'command'), topicOf('attic', 'ack')]);
    client.publish(topicOf('attic', 'status'), bytes('{"v":1,"state":"online"}'), { qos: 1, retain: true });
    await expect.poll(heard, soon).toContain('{"v":1,"state":"online"}');
    for (let number = 0; number < 40; number++) {
      client.publish(topicOf('attic', 'result'), bytes(`{"v":1,"id":"r${number}","ok":true}`), {
        qos: 1,
        retain: false,
      });
    }
    await expect.poll(() => heard().filter(text => text.includes('"ok":true')).length, soon).toBe(40);
    await command('c1');
    await expect.poll(() => told.join(), soon).toContain('"id":"c1"');
    // 15 + 40 messages and a subscription have all been answered, or it would have told.
    expect(told.filter(text => text.startsWith('ended'))).toEqual([]);
    socket.destroy();
    await expect.poll(() => heard().at(-1), soon).toBe('{"v":1,"state":"offline"}');
  });

  test('a good-bye leaves no last will; a wrong password is refused with the reason', async () => {
    const { port, heard } = await start();
    const { client, socket, told } = open(port);
    await expect.poll(() => told, soon).toContain('connected');
    client.publish(topicOf('attic', 'status'), bytes('{"v":1,"state":"online"}'), { qos: 1, retain: true });
    await expect.poll(heard, soon).toHaveLength(1);
    const closed = new Promise(resolve => socket.once('close', resolve));
    client.close();
    await closed;
    const wrong = open(port, 'attic', 'wrong');
    await expect.poll(() => wrong.told, soon).toHaveLength(1);
    expect(wrong.told[0]).toMatch(
      /ended: the broker refused: (user name or password|this gateway is not auth)/,
    );
    expect(heard()).toHaveLength(1);
  });
}

describe('the gateway’s MQTT client with the embedded broker', () =>
  contract(async () => {
    const heard: string[] = [];
    const broker = await startBroker({
      host: '127.0.0.1',
      port: 0,
      authenticate: async (_gateway, given) => given === password,
      onMessage: (_gateway, _channel, payload) => heard.push(Buffer.from(payload).toString()),
      onConnection: () => {},
      onRefused: () => {},
    });
    closers.push(() => broker.close());
    const command = (id: string) => broker.send('attic', 'command', { v: 1, id, name: 'about' });
    return { port: broker.port, heard: () => heard, command };
  }));

const isThere = mosquittoPath() !== undefined;
describe.skipIf(!isThere)(isThere ? 'with Mosquitto' : 'with Mosquitto, which is not installed here', () =>
  contract(async () => {
    const mosquitto = await Mosquitto.start({ [hostUser]: password, attic: password });
    closers.push(() => mosquitto.close());
    const host = await mqtt.connectAsync(`mqtt://127.0.0.1:${mosquitto.port}`, {
      username: hostUser,
      password,
    });
    closers.push(() => host.endAsync(true));
    const heard: string[] = [];
    host.on('message', (_topic, payload) => heard.push(payload.toString()));
    await host.subscribeAsync(['joulegate/+/status', 'joulegate/+/result'], { qos: 1 });
    const command = (id: string) =>
      host.publishAsync(topicOf('attic', 'command'), `{"v":1,"id":"${id}","name":"about"}`, { qos: 1 });
    return { port: mosquitto.port, heard: () => heard, command };
  }),
);
