import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { encodeRecord, encodeRecordsMessage } from '#core/wire/records.ts';
import { downChannels, topicOf } from '#core/wire/topics.ts';
import { Publisher } from './publisher.ts';
import type { TestEngine } from './test-engine.ts';
import { windowAt } from './windows.ts';

/** A host with the broker in question. */
export interface BrokerUnderTest {
  /** Another one after a restart where host and broker are one. */
  readonly engine: TestEngine;
  /** Where gateways connect; stays. */
  readonly port: number;
  /** Whom gateways trust, where that port speaks TLS. */
  readonly ca?: string;
  /** Takes the broker down under its clients, as hard as can be, and brings it back. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Who may log in, each with the test engine's password. */
export const contractGateways = Array.from({ length: 30 }, (_, index) => `gateway-${index + 1}`);

const epoch = '00000000000000aa';
const online = '{"v":1,"state":"online"}';
const offline = '{"v":1,"state":"offline"}';
/** `JOULEGATE_DEATHS=20` for the long set. */
const deaths = Number(process.env.JOULEGATE_DEATHS ?? 2);
const soon = { interval: 20 };

/** What the rest of the host relies on, whichever broker is behind it and whichever MQTT gateways speak. */
export function brokerContract(
  name: string,
  start: () => Promise<BrokerUnderTest>,
  gatewayVersion: 4 | 5 = 4,
): void {
  describe(name, () => {
    let broker: BrokerUnderTest;
    let closers: (() => unknown)[] = [];
    const unused = [...contractGateways];

    beforeAll(async () => {
      broker = await start();
    });
    afterAll(() => broker?.close());
    afterEach(async () => {
      for (const close of closers.reverse()) await close();
      closers = [];
    });

    /** A gateway that no other test had. */
    const newGateway = () => unused.shift() ?? '';
    const parts = () => broker.engine.parts;
    const gatewayState = (gateway: string) => parts().fleet.gateway(gateway);
    const isConnected = (gateway: string) => parts().broker.connected(gateway);

    /** A gateway's client that has said it is online, as the firmware does. */
    async function connect(gateway: string, options: IClientOptions = {}): Promise<MqttClient> {
      const client = mqtt.connect(`${broker.ca ? 'mqtts' : 'mqtt'}://127.0.0.1:${broker.port}`, {
        ...(broker.ca && { ca: broker.ca }),
        username: gateway,
        password: broker.engine.password,
        clientId: gateway,
        protocolVersion: gatewayVersion,
        reconnectPeriod: 0,
        will: { topic: topicOf(gateway, 'status'), payload: Buffer.from(offline), qos: 1, retain: true },
        ...options,
      });
      closers.push(() => client.endAsync(true));
      await new Promise<void>((resolve, reject) => {
        client.once('connect', () => resolve());
        client.once('error', reject);
        client.once('close', () => reject(new Error('closed before it was connected')));
      });
      client.on('error', () => {});
      await client.publishAsync(topicOf(gateway, 'status'), online, { qos: 1, retain: true });
      return client;
    }

    function publisherOf(gateway: string): Publisher {
      const { password } = broker.engine;
      const options = { perMessage: 5, inFlight: 4, resendMs: 500 };
      const publisher = new Publisher({
        gateway,
        password,
        port: broker.port,
        ...(broker.ca && { ca: broker.ca }),
        epoch,
        ...options,
      });
      closers.push(() => publisher.close());
      return publisher;
    }

    const heardBy = (client: MqttClient) => {
      const heard: { topic: string; text: string; retain: boolean }[] = [];
      client.on('message', (topic, payload, { retain }) =>
        heard.push({ topic, text: payload.toString('utf8'), retain }),
      );
      return heard;
    };
    const records = (first = 1) =>
      Buffer.from(
        encodeRecordsMessage({ epoch, oldest: 1, first, records: [encodeRecord(windowAt('main', first))] }),
      );
    /** Publishes, whatever the broker thinks of it. */
    const tryPublish = (client: MqttClient, topic: string, payload: Buffer | string) =>
      client.publishAsync(topic, payload, { qos: 1 }).catch(() => {});
    const settings = (period: number) => ({
      lines: [{ id: 'bus', kind: 'rs485', port: 'uart1' }],
      meters: [
        {
          id: 'main',
          name: 'Main',
          line: 'bus',
          profile: 'eastron-sdm120',
          address: 1,
          sampleMs: period,
          windowS: 10,
        },
      ],
    });

    test('the right password gets in, a wrong one, another’s and none do not', async () => {
      const [gateway, password] = [newGateway(), broker.engine.password];
      for (const login of [
        { password: 'wrong' },
        { username: 'nobody-here', password: 'wrong' },
        { username: '', password },
        { username: 'Not An Id', password: '' },
      ]) {
        await expect(connect(gateway, login), JSON.stringify(login)).rejects.toThrow();
      }
      expect(isConnected(gateway)).toBe(false);
      await connect(gateway);
      await expect.poll(() => isConnected(gateway), soon).toBe(true);
    });

    test('what a gateway publishes for another reaches nobody, and its own is still taken', async () => {
      const [attic, cellar] = [newGateway(), newGateway()];
      const [client, victim] = [await connect(attic), await connect(cellar)];
      await victim.subscribeAsync(
        downChannels.map(channel => topicOf(cellar, channel)),
        { qos: 1 },
      );
      const heard = heardBy(victim);
      await tryPublish(client, topicOf(cellar, 'records'), records());
      await tryPublish(client, topicOf(cellar, 'status'), offline);
      await tryPublish(client, topicOf(cellar, 'ack'), '{"v":1,"epoch":"00000000000000aa","sequence":9}');
      await tryPublish(client, topicOf(cellar, 'settings/desired'), '{"v":1,"settings":{}}');
      await tryPublish(client, 'something/else', 'x');
      await client.publishAsync(topicOf(attic, 'records'), records(), { qos: 1 });
      await expect.poll(() => gatewayState(attic)?.ingest.records, soon).toBe(1);
      expect(gatewayState(cellar)).toMatchObject({ online: true, ingest: { records: 0, malformed: 0 } });
      expect(heard).toEqual([]);
      expect(client.connected).toBe(true);
    });

    test('a gateway hears nothing of another, whatever it subscribes', async () => {
      const [attic, cellar] = [newGateway(), newGateway()];
      const spy = await connect(attic);
      const heard = heardBy(spy);
      for (const topic of [
        topicOf(cellar, 'ack'),
        'joulegate/+/ack',
        'joulegate/#',
        '#',
        topicOf(cellar, 'records'),
      ]) {
        await spy.subscribeAsync(topic, { qos: 1 }).catch(() => {});
      }
      await parts().fleet.desire(cellar, settings(1000));
      const publisher = publisherOf(cellar);
      publisher.add(windowAt('main', 1));
      await publisher.settled();
      // It is heard what is its own, so it could have heard the others.
      await spy.subscribeAsync(topicOf(attic, 'ack'), { qos: 1 });
      await spy.publishAsync(topicOf(attic, 'records'), records(), { qos: 1 });
      await expect.poll(() => heard.map(({ topic }) => topic), soon).toContain(topicOf(attic, 'ack'));
      expect(heard.filter(({ topic }) => !topic.startsWith(`joulegate/${attic}/`))).toEqual([]);
    });

    test('a client id that is another gateway’s does not end that one’s session', async () => {
      const [attic, cellar] = [newGateway(), newGateway()];
      const client = await connect(attic);
      await connect(cellar, { clientId: attic });
      await expect.poll(() => isConnected(cellar), soon).toBe(true);
      await client.publishAsync(topicOf(attic, 'records'), records(), { qos: 1 });
      await expect.poll(() => gatewayState(attic)?.ingest.records, soon).toBe(1);
      expect(client.connected && isConnected(attic)).toBe(true);
    });

    test('acknowledgements come after the commit, each to its gateway alone', async () => {
      const [attic, cellar] = [newGateway(), newGateway()];
      const publishers = [publisherOf(attic), publisherOf(cellar)] as const;
      publishers[0].add(...Array.from({ length: 60 }, (_, index) => windowAt('main', index)));
      publishers[1].add(...Array.from({ length: 25 }, (_, index) => windowAt('main', index)));
      await Promise.all(publishers.map(publisher => publisher.settled()));
      expect(parts().store.watermark(attic, epoch)).toBe(60);
      expect(parts().store.watermark(cellar, epoch)).toBe(25);
      expect([publishers[0].acked, publishers[1].acked]).toEqual([60, 25]);
      expect(gatewayState(attic)?.ingest).toMatchObject({ records: 60, lost: 0 });
    });

    test('desired settings wait for a gateway that is away, the newest alone, and reach one that is there', async () => {
      const gateway = newGateway();
      await parts().fleet.desire(gateway, settings(1000));
      const second = await parts().fleet.desire(gateway, settings(2000));
      expect(second).toMatchObject({ ok: true, settings: { version: 2 } });
      // An acknowledged send of another gateway: by then the broker has what was sent before.
      const other = publisherOf(newGateway());
      other.add(windowAt('main', 1));
      await other.settled();
      const client = await connect(gateway);
      const heard = heardBy(client);
      const versions = () => heard.map(({ text }) => JSON.parse(text).settings.version);
      await client.subscribeAsync(topicOf(gateway, 'settings/desired'), { qos: 1 });
      await expect.poll(versions, soon).toEqual([2]);
      expect(heard[0]).toMatchObject({ retain: true });
      await parts().fleet.desire(gateway, settings(3000));
      await expect.poll(versions, soon).toEqual([2, 3]);
      expect(heard[1]).toMatchObject({ retain: false });
    });

    test('what is said to a gateway that is away is not kept for it, but for settings', async () => {
      const gateway = newGateway();
      const request = { v: 1, id: 'one', name: 'about' } as const;
      parts().broker.send(gateway, 'command', request);
      const client = await connect(gateway);
      const heard = heardBy(client);
      await client.subscribeAsync(topicOf(gateway, 'command'), { qos: 1 });
      await expect.poll(() => isConnected(gateway), soon).toBe(true);
      parts().broker.send(gateway, 'command', { ...request, id: 'two' });
      await expect.poll(() => heard.map(({ text }) => JSON.parse(text).id), soon).toEqual(['two']);
    });

    test('a gateway is there from its first word to its good-bye, its broken line, or its silence', async () => {
      const gateway = newGateway();
      const ends: Record<string, (client: MqttClient) => unknown> = {
        async goodBye(client) {
          await client.publishAsync(topicOf(gateway, 'status'), offline, { qos: 1, retain: true });
          await client.endAsync();
        },
        broken: client => client.stream.destroy(),
      };
      for (const [how, end] of Object.entries(ends)) {
        const client = await connect(gateway);
        await expect.poll(() => isConnected(gateway), { ...soon, message: how }).toBe(true);
        expect(gatewayState(gateway)?.online).toBe(true);
        await end(client);
        await expect.poll(() => isConnected(gateway), { ...soon, message: how }).toBe(false);
        await expect.poll(() => gatewayState(gateway)?.online, { ...soon, message: how }).toBe(false);
      }
      const socket = await halfOpen(broker, gateway);
      closers.push(() => socket.destroy());
      await expect.poll(() => isConnected(gateway), { ...soon, message: 'half open' }).toBe(true);
      await expect.poll(() => isConnected(gateway), { ...soon, message: 'silent' }).toBe(false);
    });

    test('a gateway that comes anew takes over, and is there', async () => {
      const gateway = newGateway();
      const first = await connect(gateway);
      const closed = new Promise<void>(resolve => first.once('close', () => resolve()));
      await expect.poll(() => isConnected(gateway), soon).toBe(true);
      const second = await connect(gateway);
      await closed;
      await second.publishAsync(topicOf(gateway, 'records'), records(), { qos: 1 });
      await expect.poll(() => gatewayState(gateway)?.ingest.records, soon).toBe(1);
      expect(isConnected(gateway)).toBe(true);
      expect(gatewayState(gateway)?.online).toBe(true);
      expect(second.connected).toBe(true);
    });

    test('a message larger than allowed is not taken, and the others go on', async () => {
      const [attic, cellar] = [newGateway(), newGateway()];
      const [client, other] = [await connect(attic), await connect(cellar)];
      client.publish(topicOf(attic, 'records'), Buffer.alloc(70_000), { qos: 1 }, () => {});
      await expect.poll(() => client.connected, soon).toBe(false);
      await other.publishAsync(topicOf(cellar, 'records'), records(), { qos: 1 });
      await expect.poll(() => gatewayState(cellar)?.ingest.records, soon).toBe(1);
      expect(gatewayState(attic)?.ingest).toMatchObject({ records: 0, malformed: 0 });
      await expect.poll(() => isConnected(attic), soon).toBe(false);
    });

    test('messages that are no protocol are counted by their gateway', async () => {
      const gateway = newGateway();
      const client = await connect(gateway);
      await client.publishAsync(topicOf(gateway, 'records'), 'not records', { qos: 1 });
      await client.publishAsync(topicOf(gateway, 'about'), '{', { qos: 1 });
      await expect.poll(() => gatewayState(gateway)?.ingest.malformed, soon).toBe(2);
    });

    test('a broker that dies under load and comes back loses and doubles nothing that was acknowledged', async () => {
      const gateways = [newGateway(), newGateway(), newGateway()];
      const publishers = gateways.map(publisherOf);
      let added = 0;
      const slowest = () => Math.min(...publishers.map(({ acked }) => acked));
      const add = () => {
        // What waits while the broker is away can be caught up in a moment.
        if (added - slowest() > 200) return;
        for (const publisher of publishers) {
          publisher.add(...Array.from({ length: 4 }, (_, index) => windowAt('main', added + index)));
        }
        added += 4;
      };
      const taken = new Map<string, number>();
      const adding = setInterval(add, 5);
      for (let death = 0; death < deaths; death++) {
        const goal = slowest() + 80;
        await expect.poll(slowest, soon).toBeGreaterThan(goal);
        const before = parts();
        await broker.restart();
        if (parts() === before) continue;
        for (const each of gateways) {
          taken.set(each, (taken.get(each) ?? 0) + (before.fleet.gateway(each)?.ingest.records ?? 0));
        }
      }
      clearInterval(adding);
      await Promise.all(publishers.map(publisher => publisher.settled()));
      for (const gateway of gateways) {
        // Each record was taken once, and is there.
        expect((taken.get(gateway) ?? 0) + (gatewayState(gateway)?.ingest.records ?? 0)).toBe(added);
        expect(gatewayState(gateway)?.ingest.lost).toBe(0);
        const { mean } = await parts().store.readings({
          series: `${gateway}.main.voltageV`,
          fromMs: windowAt('main', 0).startMs,
          toMs: windowAt('main', added).startMs,
          points: added,
        });
        expect(mean).toEqual(Array(added).fill(230));
        expect(isConnected(gateway)).toBe(true);
      }
      const resent = publishers.reduce((sum, publisher) => sum + publisher.resent, 0);
      console.log(
        `${name}: broker died ${deaths} times, ${added * 3} records acknowledged, 0 lost, 0 doubled, ${resent} resends`,
      );
    });

    test('once it is closed nothing is taken or told any more', async () => {
      const gateway = newGateway();
      const client = await connect(gateway);
      await expect.poll(() => isConnected(gateway), soon).toBe(true);
      const before = parts();
      await before.close();
      client.publish(topicOf(gateway, 'records'), records(), { qos: 1 }, () => {});
      await new Promise(resolve => setTimeout(resolve, 100));
      expect(before.fleet.gateway(gateway)?.ingest.records).toBe(0);
      before.broker.send(gateway, 'command', { v: 1, id: 'late', name: 'about' });
      expect(() => before.broker.counters()).not.toThrow();
    });
  });
}

/** A gateway that logs in, says it is online, promises to speak every second and never does. */
function halfOpen({ port, ca, engine }: BrokerUnderTest, gateway: string): Promise<Socket> {
  const { password } = engine;
  const text = (value: string) => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
  const packet = (type: number, ...body: Buffer[]) => {
    const bytes = Buffer.concat(body);
    return Buffer.concat([Buffer.from([type, (bytes.length & 0x7f) | 0x80, bytes.length >> 7]), bytes]);
  };
  const status = topicOf(gateway, 'status');
  // MQTT 3.1.1; user, password, retained will of QoS 1, clean; keep alive of one second.
  const head = Buffer.concat([text('MQTT'), Buffer.from([4, 0b1110_1110, 0, 1])]);
  const connect = packet(0x10, head, ...[gateway, status, offline, gateway, password].map(text));
  const publish = packet(0x31, text(status), Buffer.from(online));
  return new Promise((resolve, reject) => {
    const hello = () => socket.write(connect);
    const socket: Socket = ca
      ? connectTls({ port, host: '127.0.0.1', ca }, hello)
      : connectTcp(port, '127.0.0.1', hello);
    socket.once('data', ([type, , , code]) => {
      if (type !== 0x20 || code !== 0) reject(new Error(`refused: ${code}`));
      socket.write(publish);
      resolve(socket);
    });
    socket.on('error', reject);
  });
}
