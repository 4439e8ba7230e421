import { expect, test } from 'vitest';
import { faultOf, readHost } from '#app/provision-order.ts';
import { askForProvisioning, Provisioner, takeProvisioningAsked } from '#app/provisioner.ts';
import { encodeUtf8 } from '#core/utf8.ts';
import type { HttpRequest, HttpResponse, Ports } from '#ports';
import { bareBoard } from '../../../simulator/gateway/board.ts';
import { nodeCrypto } from '../../../simulator/gateway/node-crypto.ts';
import { seededRandom } from '../../../simulator/gateway/random.ts';
import { SimulatedNetwork } from '../../../simulator/gateway/simulated-network.ts';
import { memoryStore } from '../../../simulator/gateway/stores.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';

const nobody = { connect: () => ({ subscribe: () => {}, publish: () => {}, close: () => {} }) };

function newGateway(isPaired: boolean) {
  const time = new VirtualTime();
  const store = memoryStore();
  const network = new SimulatedNetwork({ time, networks: [{ name: 'Home', password: 'correct horse' }] });
  const state = { restarts: 0, blinks: 0, isListening: false };
  let token = '';
  let answer: ((request: HttpRequest) => HttpResponse) | undefined;
  const ports: Ports = {
    time,
    store,
    network,
    random: seededRandom(1),
    crypto: nodeCrypto,
    mqtt: nobody,
    openSerial: () => {
      throw new Error('no lines');
    },
    openI2c: () => {
      throw new Error('no lines');
    },
    httpServer: {
      listen: (_port, given) => {
        answer = given;
        state.isListening = true;
        return () => {
          state.isListening = false;
        };
      },
    },
    // Takes the request, and is silent.
    http: { get: () => () => {}, post: () => () => {} },
    board: bareBoard({ setLed: () => state.blinks++ }),
    log: () => {},
  };
  const provisioner = new Provisioner({
    ports,
    isPaired,
    mqttOf: () => nobody,
    restart: () => state.restarts++,
  });
  provisioner.start();
  const ask = (method: string, body: string) =>
    answer?.({
      method,
      path: '/',
      headers: new Map([['host', '192.168.4.1']]),
      body: encodeUtf8(body),
      from: '192.168.4.2',
    });
  /** As the page's form. */
  const send = (fields: Record<string, string>) => {
    token ||= /name="token" value="([0-9a-f]+)"/.exec(String(ask('GET', '')?.body))?.[1] ?? '';
    ask('POST', new URLSearchParams({ token, ...fields }).toString());
  };
  return { time, store, network, state, provisioner, send };
}

test('a gateway that is not set up stays open, blinking', () => {
  const { time, network, state } = newGateway(false);
  expect(network.accessPoint).toMatch(/^Joulegate [0-9a-f]{4}$/);
  time.advance(3_600_000);
  expect(state).toMatchObject({ restarts: 0, isListening: true });
  expect(network.accessPoint).toBeDefined();
  expect(state.blinks).toBeGreaterThan(7000);
});

test('one that is paired closes five minutes after the button, all of it, and restarts as what it was', () => {
  const { time, network, state } = newGateway(true);
  time.advance(299_999);
  expect(state).toMatchObject({ restarts: 0, isListening: true });
  time.advance(1);
  expect(state).toMatchObject({ restarts: 1, isListening: false });
  expect(network.accessPoint).toBeUndefined();
  const { blinks } = state;
  time.advance(10_000);
  expect(state.blinks).toBe(blinks);
});

test('one that is paired closes then, too, where somebody keeps it busy; what is under way may end', () => {
  const { time, network, state, send } = newGateway(true);
  time.advance(15_000);
  for (let atMs = 15_000; atMs < 300_000; atMs += 15_000) {
    send({ wifiName: 'Elsewhere', wifiPassword: 'some password' });
    time.advance(15_000);
  }
  expect(state.restarts).toBe(0);
  for (let tries = 0; tries < 400 && state.restarts === 0; tries++) {
    send({ wifiName: 'Elsewhere', wifiPassword: 'some password' });
    time.advance(100);
  }
  expect(state).toMatchObject({ restarts: 1, isListening: false });
  expect(network.accessPoint).toBeUndefined();
});

test('a false host that never ends its answer holds a new gateway for a minute at most', () => {
  const { time, provisioner, send } = newGateway(false);
  send({ wifiName: 'Home', wifiPassword: 'correct horse', host: '192.168.1.66', code: '7K3M-0QXW-9ZTB' });
  time.advance(50_000);
  expect(provisioner.state).toBe('pairing');
  time.advance(12_000);
  expect(provisioner.state).toBe('joined');
});

test('its name of its own is the same at each start, until it forgets everything', () => {
  const one = newGateway(false);
  const name = one.network.accessPoint;
  one.provisioner.stop();
  expect(one.store.read('device')).toHaveLength(32);
  expect(newGateway(false).network.accessPoint).toBe(name);
});

test('the button asks for it once', () => {
  const store = memoryStore();
  expect(takeProvisioningAsked(store)).toBe(false);
  askForProvisioning(store);
  expect([takeProvisioningAsked(store), takeProvisioningAsked(store)]).toEqual([true, false]);
});

test.each([
  ['192.168.1.10', '192.168.1.10', 8080],
  [' energy.local:80 ', 'energy.local', 80],
  ['http://energy.local:8080/', 'energy.local', 8080],
  ['HOST', 'HOST', 8080],
])('the address %s is a host', (typed, host, port) => {
  expect(readHost(typed)).toEqual({ host, port });
});

test.each(['', 'a b', 'https://a', 'a:0', 'a:65536', 'a/b', '-a', 'a:1:2', 'user@a', '[::1]', 'é'])(
  'the address %j is none',
  typed => {
    expect(readHost(typed)).toBeUndefined();
  },
);

test('what is wrong with an order is found before anything is tried', () => {
  const order = { wifiName: 'Home', wifiPassword: 'correct horse', host: '', code: '' };
  expect(faultOf(order, true)).toBeUndefined();
  expect(faultOf({ ...order, wifiPassword: '' }, true)).toBeUndefined();
  expect(faultOf({ ...order, wifiName: '' }, true)).toBe('wifi.missing');
  expect(faultOf({ ...order, wifiName: '' }, false)).toBeUndefined();
  expect(faultOf({ ...order, wifiName: 'é'.repeat(17) }, true)).toBe('wifi.length');
  expect(faultOf({ ...order, wifiPassword: 'short' }, true)).toBe('wifi.length');
  expect(faultOf({ ...order, wifiPassword: 'x'.repeat(65) }, true)).toBe('wifi.length');
  expect(faultOf({ ...order, host: 'no host' }, true)).toBe('host.form');
  expect(faultOf({ ...order, code: '1' }, true)).toBe('code.form');
});
