import { connect as connectTcp, createServer, type Server, type Socket } from 'node:net';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { comesTrue } from '../comes-true.ts';
import { ForwardRig, forwardTo, startMs, windowAt } from '../host/forward/forward-rig.ts';
import { patienceMs } from '../patience.ts';
import { hostUser, Mosquitto, mosquittoPath } from './mosquitto.ts';

const password = 'a password of the test';
const isThere = mosquittoPath() !== undefined;

/** The way to a broker, which can be cut. */
class Cable {
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  readonly #to: number;
  port = 0;

  constructor(to: number) {
    this.#to = to;
  }

  async plug(): Promise<void> {
    const server = createServer(socket => {
      const other = connectTcp(this.#to, '127.0.0.1');
      for (const each of [socket, other]) {
        this.#sockets.add(each);
        each.on('error', () => {});
        each.on('close', () => this.#sockets.delete(each));
      }
      socket.pipe(other).pipe(socket);
      socket.on('close', () => other.destroy());
      other.on('close', () => socket.destroy());
    });
    await new Promise<void>(resolve => server.listen(this.port, '127.0.0.1', resolve));
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
    this.#server = server;
  }

  async cut(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await new Promise(resolve => server.close(resolve));
  }
}

describe.skipIf(!isThere)(isThere ? 'to Mosquitto' : 'to Mosquitto, which is not installed here', () => {
  let mosquitto: Mosquitto;
  let cable: Cable;
  let rig: ForwardRig;
  let reader: MqttClient;
  const heard: { readonly topic: string; readonly text: string }[] = [];
  beforeAll(async () => {
    // Everybody who logs in may say and hear everything.
    mosquitto = await Mosquitto.start({ [hostUser]: password, reader: password }, ['acl_file']);
    cable = new Cable(mosquitto.port);
    await cable.plug();
    rig = await ForwardRig.start();
    reader = await connectAsync(`mqtt://127.0.0.1:${mosquitto.port}`, { username: 'reader', password });
    reader.on('message', (topic, payload) => heard.push({ topic, text: payload.toString() }));
    await reader.subscribeAsync('joulegate/out/#', { qos: 1 });
  });
  afterAll(async () => {
    await reader.endAsync(true);
    await rig.close();
    await cable.cut();
    await mosquitto.close();
  });

  it('each window is one message of QoS 1; what was not acknowledged goes again when the line is back', async () => {
    const url = `mqtt://127.0.0.1:${cable.port}`;
    const topic = 'joulegate/out/{site}/{gateway}/{meter}';
    await rig.forwards.save(forwardTo('mqtt', { url, user: hostUser, password, topic }));
    await rig.commit([windowAt(startMs, 1), windowAt(startMs, 2, 'other')]);
    await comesTrue(() => expect(heard.length).toBe(2));
    expect(heard.map(each => each.topic)).toEqual([
      'joulegate/out/home/attic/main',
      'joulegate/out/home/attic/other',
    ]);
    expect(JSON.parse(heard[0]?.text ?? '')).toMatchObject({
      gateway: 'attic',
      meter: 'main',
      windowS: 10,
      values: { powerW: { unit: 'W', mean: 1 } },
    });
    await comesTrue(() => expect(rig.forwards.get('out')?.counts.windows).toBe(2));
    await cable.cut();
    for (let n = 1; n <= 30; n++) await rig.commit([windowAt(startMs + n * 10_000, n)]);
    await vi.waitFor(() => expect(rig.forwards.get('out')?.fault?.message).toMatch(/broker/), {
      timeout: patienceMs,
    });
    expect((await rig.forwards.details('out'))?.waiting).toBe(30);
    await cable.plug();
    await vi.waitFor(() => expect(rig.forwards.get('out')?.counts.windows).toBe(32), { timeout: patienceMs });
    const starts = heard.slice(2).map(({ text }) => (Date.parse(JSON.parse(text).start) - startMs) / 10_000);
    expect([...new Set(starts)]).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  });

  it('what the broker does not let it say is told, and waits', async () => {
    const strict = await Mosquitto.start({ [hostUser]: password });
    const url = `mqtt://127.0.0.1:${strict.port}`;
    await rig.forwards.save(forwardTo('mqtt', { url, user: hostUser, password }, { id: 'strict' }));
    await rig.commit([windowAt(startMs + 3_600_000, 1)]);
    await comesTrue(() => expect(rig.forwards.get('strict')?.fault?.message).toMatch(/[Nn]ot authorized/));
    expect(await rig.forwards.details('strict')).toMatchObject({ waiting: 1, counts: { windows: 0 } });
    await rig.forwards.remove('strict');
    await strict.close();
  });

  it('a password that is wrong is told', async () => {
    const url = `mqtt://127.0.0.1:${mosquitto.port}`;
    await rig.forwards.save(forwardTo('mqtt', { url, user: hostUser, password: 'another' }, { id: 'wrong' }));
    const said = await rig.forwards.test('wrong', new AbortController().signal).catch(String);
    expect(said).toMatch(/the user name and password of this forward/);
  });
});
