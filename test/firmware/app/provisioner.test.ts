import { expect, test } from 'vitest';
import { faultOf, readHost } from '#app/provision-order.ts';
import { askForProvisioning, Provisioner, takeProvisioningAsked } from '#app/provisioner.ts';
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
  return { time, store, network, state, provisioner, answer: () => answer };
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
