import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Provisioner } from '#app/provisioner.ts';
import { ImprovReader, improvCommands, improvResult, improvState } from '#core/improv.ts';
import { encodeUtf8 } from '#core/utf8.ts';
import type { Ports, SerialHandlers } from '#ports';
import { bareBoard } from '../../../simulator/gateway/board.ts';
import { nodeCrypto } from '../../../simulator/gateway/node-crypto.ts';
import { seededRandom } from '../../../simulator/gateway/random.ts';
import { SimulatedNetwork } from '../../../simulator/gateway/simulated-network.ts';
import { memoryStore } from '../../../simulator/gateway/stores.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { ImprovClient, ImprovFailure } from '../../../web/gateways/improv.ts';
import { commandPacket, PacketReader, resultOf } from '../../../web/gateways/improv-packets.ts';
import { setUpGateway } from '../../../web/gateways/new-gateway.ts';

const home = { name: 'Home & "Garden"', password: 'correct horse' };
const nobody = { connect: () => ({ subscribe: () => {}, publish: () => {}, close: () => {} }) };

/** The gateway's own code at one end of a serial line, the page's at the other; time is virtual. */
function lineTo({ bootMs = 0, hasWifi = true } = {}) {
  const time = new VirtualTime();
  const after = (delayMs: number, callback: () => void) => time.after(delayMs, callback);
  let handlers: SerialHandlers | undefined;
  const heard: number[] = [];
  const client = new ImprovClient({
    after,
    write: bytes => time.after(1, () => handlers?.onBytes(bytes)),
  });
  const network = new SimulatedNetwork({
    time,
    networks: [{ name: 'Café', rssiDbm: -80 }, home, { ...home, rssiDbm: -90 }],
  });
  const ports: Ports = {
    ...{ time, store: memoryStore(), random: seededRandom(1), crypto: nodeCrypto, mqtt: nobody },
    ...(hasWifi && { network }),
    openSerial: () => {
      throw new Error('no lines');
    },
    openI2c: () => {
      throw new Error('no lines');
    },
    openConsole: given => {
      handlers = given;
      return {
        write: bytes => {
          heard.push(...bytes);
          // Among what the board logs, and in pieces.
          const all = [...encodeUtf8('I (12) wifi: IMPROV\n'), ...bytes];
          for (let at = 0; at < all.length; at += 5)
            time.after(1, () => client.take(Uint8Array.from(all.slice(at, at + 5))));
        },
        close: () => {},
      };
    },
    // Nobody listens where a host is looked for.
    http: { get: () => () => {}, post: (_url, _json, done) => time.after(5, () => done(0, 'refused')) },
    board: bareBoard({}),
    log: () => {},
  };
  const provisioner = new Provisioner({ ports, isPaired: false, mqttOf: () => nobody, restart: () => {} });
  if (bootMs === 0) provisioner.start();
  else time.after(bootMs, () => provisioner.start());
  /** What comes of a question while time goes on. */
  const settled = async <T>(question: Promise<T>): Promise<T | ImprovFailure> => {
    let outcome: T | ImprovFailure | undefined;
    question.then(
      value => {
        outcome = value;
      },
      (error: ImprovFailure) => {
        outcome = error;
      },
    );
    for (let tries = 0; outcome === undefined && tries < 4000; tries++) {
      time.advance(50);
      for (let turn = 0; turn < 4; turn++) await Promise.resolve();
    }
    return outcome as T | ImprovFailure;
  };
  return {
    client,
    settled,
    provisioner,
    network,
    said: () => new TextDecoder('latin1').decode(Uint8Array.from(heard)),
  };
}

describe('the page at the serial port of a new gateway', () => {
  test('learns who it is, also while it still starts, and which networks it hears', async () => {
    const { client, settled } = lineTo({ bootMs: 3500 });
    const board = await settled(client.hello());
    expect(board).toMatchObject({ hasWifi: true });
    expect(board).toHaveProperty('device', expect.stringMatching(/^gateway-[0-9a-f]{4}$/));
    expect(await settled(client.networks())).toEqual([
      { name: home.name, rssiDbm: -60, isOpen: false },
      { name: 'Café', rssiDbm: -80, isOpen: true },
    ]);
  });

  test('says a wrong password by name, joins with the right one, and never hears it back', async () => {
    const { client, settled, network, said } = lineTo();
    const wrong = await settled(client.join(home.name, 'correct house'));
    expect(wrong).toMatchObject({ fault: 'wifi.password', message: expect.stringContaining('refused') });
    expect(await settled(client.join(home.name, 'short'))).toMatchObject({ fault: 'wifi.length' });
    await settled(client.join(home.name, home.password));
    expect(network.joined).toBe(home.name);
    for (const secret of ['correct house', home.password]) expect(said()).not.toContain(secret);
  });

  test('hears why it did not pair, and that it is at work', async () => {
    const { client, settled, provisioner } = lineTo();
    await settled(client.join(home.name, home.password));
    expect(await settled(client.pair('192.168.1.10:8080', 'no code'))).toMatchObject({ fault: 'code.form' });
    expect(await settled(client.pair('192.168.1.10:8080', '0000-0000-0000'))).toMatchObject({
      fault: 'host.unreachable',
    });
    expect(await settled(client.pair('', '0000-0000-0000'))).toMatchObject({ fault: 'host.none' });
    expect(provisioner.state).toBe('joined');
    const first = client.pair('', '0000-0000-0000');
    await expect(client.networks()).rejects.toMatchObject({ fault: 'busy' });
    expect(await settled(first)).toMatchObject({ fault: 'host.none' });
  });

  test('asks a board without WiFi for none', async () => {
    const { client, settled } = lineTo({ hasWifi: false });
    expect(await settled(client.hello())).toMatchObject({ hasWifi: false });
  });

  test('gives up where nothing answers, and at once where the port is gone', async () => {
    const { client, settled } = lineTo({ bootMs: 1e9 });
    expect(await settled(client.hello())).toMatchObject({ fault: 'silent' });
    const asked = client.networks();
    client.stop();
    await expect(asked).rejects.toBeInstanceOf(ImprovFailure);
  });
});

describe('packets', () => {
  test('of the page are understood by the gateway, and the other way round, in any pieces and any noise', () => {
    const text = fc.string({ maxLength: 40, unit: 'grapheme' });
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 3 }),
        fc.uint8Array({ maxLength: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (texts, noise, size) => {
          fc.pre(encodeUtf8(texts.join('')).length < 240);
          const got: unknown[] = [];
          new ImprovReader(
            command => got.push(command),
            () => {},
          ).add(commandPacket(improvCommands.wifi, texts));
          expect(got).toEqual([{ command: improvCommands.wifi, texts }]);
          const reader = new PacketReader();
          const bytes = [...noise, ...improvResult(improvCommands.info, texts), ...noise, ...improvState(2)];
          const packets = [];
          for (let at = 0; at < bytes.length; at += size)
            packets.push(...reader.add(Uint8Array.from(bytes.slice(at, at + size))));
          expect(packets.map(({ type }) => type)).toEqual([4, 1]);
          expect(resultOf(packets[0]?.data ?? new Uint8Array())).toEqual({
            command: improvCommands.info,
            texts,
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  test('of random bytes throw nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
        for (const { data } of new PacketReader().add(bytes)) resultOf(data);
        resultOf(bytes);
      }),
    );
    expect(() => commandPacket(1, ['x'.repeat(254)])).toThrow('253 are allowed');
  });
});

describe('a gateway set up by cable', () => {
  const refusing = (faults: readonly (string | null)[]) => {
    const tried: string[] = [];
    return {
      tried,
      join: async (name: string) => void tried.push(name),
      pair: async (host: string) => {
        const fault = faults[tried.push(host) - 2];
        if (typeof fault === 'string') throw new ImprovFailure(fault);
        return { gateway: 'attic', isConnected: true };
      },
    };
  };
  const order = { wifiName: 'Home', wifiPassword: '' };
  const newCode = async () => ({ code: 'X', hosts: ['10.0.0.1:80', '10.0.0.2:80'] });

  test('joins first, and tries each address of the host until one answers', async () => {
    const steps: string[] = [];
    const client = refusing(['host.unreachable', null]);
    const made = await setUpGateway(client, order, newCode, step => steps.push(step));
    expect(made.gateway).toBe('attic');
    expect(client.tried).toEqual(['Home', '10.0.0.1:80', '10.0.0.2:80']);
    expect(steps).toEqual(['joining', 'pairing']);
  });

  test('tries no other address where the code is wrong, and none where the host knows none', async () => {
    const client = refusing(['code.wrong']);
    const failed = setUpGateway(client, order, newCode, () => {});
    await expect(failed).rejects.toMatchObject({ fault: 'code.wrong' });
    expect(client.tried).toHaveLength(2);
    const alone = refusing([null]);
    await setUpGateway(
      alone,
      order,
      async () => ({ code: 'X', hosts: [] }),
      () => {},
    );
    expect(alone.tried).toEqual(['Home', '']);
  });
});
