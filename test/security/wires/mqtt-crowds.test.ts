import { afterEach, expect, test } from 'vitest';
import { type Broker, type BrokerOptions, startBroker } from '../../../host/broker/broker.ts';
import { brokerLimits } from '../../../host/broker/limits.ts';
import { patienceMs } from '../../patience.ts';
import { connectPacket, loggedIn, openWire, publishPacket, type Wire } from './mqtt-packets.ts';

/** A fleet of thousands with `npm run faults`. */
const fleetSize = process.env.JOULEGATE_FAULTS === 'long' ? 5000 : 1000;
const mostMs = 4 * patienceMs + fleetSize * 60;
const wires: Wire[] = [];
const brokers: Broker[] = [];

afterEach(async () => {
  for (const { socket } of wires.splice(0)) socket.destroy();
  for (const broker of brokers.splice(0)) await broker.close();
});

const options: BrokerOptions = {
  host: '127.0.0.1',
  port: 0,
  authenticate: async (gateway, password) => password === `of ${gateway}`,
  onMessage: () => {},
  onConnection: () => {},
  onRefused: () => {},
};

async function start(more: Partial<BrokerOptions> = {}): Promise<Broker> {
  const broker = await startBroker({ ...options, ...more });
  brokers.push(broker);
  return broker;
}

const addressOf = (number: number, network = 1) => `127.${network}.${number >> 8}.${number & 255 || 1}`;
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** Comes again, as a gateway does, until it is in. Gives how often it tried. */
async function comeBack(broker: Broker, number: number, address: string): Promise<number> {
  const login = { id: `gateway-${number}`, password: `of gateway-${number}` };
  for (let tries = 1; ; tries++) {
    try {
      const wire = await loggedIn(broker.port, login, address);
      wires.push(wire);
      return tries;
    } catch {
      await pause(500 + Math.random() * 500);
    }
  }
}

const fleetFrom = (broker: Broker, address: (number: number) => string) =>
  Promise.all(Array.from({ length: fleetSize }, (_, number) => comeBack(broker, number, address(number))));

/** Connections that say nothing, each made anew when it is hung up on, until told to stop. */
function holders(broker: Broker, count: number, address: (number: number) => string) {
  let isOver = false;
  let made = 0;
  const hold = async (number: number) => {
    while (!isOver) {
      const wire = await openWire(broker.port, address(number)).catch(() => undefined);
      if (wire === undefined) continue;
      made++;
      wires.push(wire);
      wire.socket.on('error', () => {});
      await wire.closed;
      await pause(50);
    }
  };
  for (let number = 0; number < count; number++) void hold(number);
  return { made: () => made, stop: () => (isOver = true) };
}

const told = (what: string, tries: number[], fromMs: number) => {
  const sum = tries.reduce((total, each) => total + each, 0);
  const again = tries.filter(each => each > 1).length;
  console.log(
    `  ${what}: ${tries.length} gateways at once, all in after ${((performance.now() - fromMs) / 1000).toFixed(1)} s with ${sum} tries (${again} of them more than once)`,
  );
};

test(
  'a fleet that comes back at once gets in, each from its own address',
  async () => {
    const broker = await start();
    const fromMs = performance.now();
    const tries = await fleetFrom(broker, number => addressOf(number));
    expect(broker.counters()).toMatchObject({ gatewaysConnected: fleetSize });
    told('a fleet from as many addresses', tries, fromMs);
  },
  mostMs,
);

test(
  'a fleet behind one proxy gets in, whether the host knows of it or not',
  async () => {
    for (const proxies of ['127.0.0.1', undefined]) {
      const broker = await start({ proxies });
      const fromMs = performance.now();
      const tries = await fleetFrom(broker, () => '127.0.0.1');
      expect(broker.counters()).toMatchObject({ gatewaysConnected: fleetSize });
      told(
        `a fleet from one address, ${proxies ? 'a proxy of the settings' : 'of which nobody said anything'}`,
        tries,
        fromMs,
      );
      for (const { socket } of wires.splice(0)) socket.destroy();
    }
  },
  mostMs,
);

test(
  '1,000 gateways come beside 1,000 strangers that hold connections and come again: all of the one, none of the other',
  async () => {
    const broker = await start();
    const strangers = holders(broker, 1000, number => addressOf(number % 150, 9));
    await expect.poll(() => strangers.made()).toBeGreaterThan(1000);
    const fromMs = performance.now();
    const tries = await fleetFrom(broker, number => addressOf(number));
    told('a fleet beside 1,000 strangers from 150 addresses', tries, fromMs);
    strangers.stop();
    const { arriving, most } = { arriving: brokerLimits.strangersArriving, most: brokerLimits.strangers };
    expect(broker.counters().strangers).toBeLessThanOrEqual(arriving + most);
    await expect.poll(() => broker.counters().strangers).toBeLessThanOrEqual(most);
    expect(broker.counters()).toMatchObject({ gatewaysConnected: fleetSize, loginsFailed: 0 });
    console.log(
      `  1000 strangers beside them: ${strangers.made()} connections, ${broker.counters().strangersRefused} hung up on, at most ${most} kept (${broker.counters().strangers} now), 0 logged in, 0 gateways kept out`,
    );
  },
  mostMs,
);

test('a flood of CONNECTs with wrong passwords lets nobody in and holds no gateway up', async () => {
  const broker = await start();
  const gateway = await loggedIn(broker.port, { id: 'attic', password: 'of attic' }, '127.0.0.2');
  wires.push(gateway);
  const floods = 2000;
  let sent = 0;
  let letIn = 0;
  const flood = async () => {
    while (sent < floods) {
      const number = sent++;
      const wire = await openWire(broker.port);
      wire.socket.on('error', () => {});
      wire.socket.write(connectPacket({ id: `gateway-${number % 50}`, password: `guess ${number}` }));
      await wire.reply(4);
      if (wire.heard()[3] === 0) letIn++;
      wire.socket.destroy();
    }
  };
  let said = 0;
  let longestMs = 0;
  const speaking = (async () => {
    while (sent < floods) {
      const fromMs = performance.now();
      const before = gateway.heard().length;
      gateway.socket.write(publishPacket('joulegate/attic/health', '{}', 1));
      await gateway.reply(before + 4);
      longestMs = Math.max(longestMs, performance.now() - fromMs);
      said++;
      await pause(5);
    }
  })();
  await Promise.all([speaking, ...Array.from({ length: 40 }, flood)]);
  expect(letIn).toBe(0);
  expect(gateway.socket.destroyed).toBe(false);
  expect(broker.counters()).toMatchObject({ received: said, gatewaysConnected: 1 });
  console.log(
    `  CONNECT flood: ${sent} with wrong passwords, ${letIn} let in; ${said} of ${said} messages of a gateway acknowledged meanwhile (longest ${longestMs.toFixed(0)} ms)`,
  );
});

/** 50 connections that send a byte each 0.5 s. Gives when each was closed, ms from its begin, and what the broker counted. */
async function slowConnects() {
  const broker = await startBroker(options);
  const bytes = connectPacket({ id: 'attic', password: 'of attic' });
  const tookMs = await Promise.all(
    Array.from({ length: 50 }, async (_, number) => {
      // From before, as the broker counts from when it has taken the connection.
      const fromMs = performance.now();
      const wire = await openWire(broker.port, addressOf(1 + (number % 5), 7));
      wire.socket.on('error', () => {});
      let at = 0;
      const drip = setInterval(() => {
        if (wire.socket.writable) wire.socket.write(bytes.subarray(at, ++at));
      }, 500);
      await wire.closed;
      clearInterval(drip);
      return performance.now() - fromMs;
    }),
  );
  const counters = broker.counters();
  await broker.close();
  return { tookMs, counters };
}

// Ten seconds of waiting, beside the others.
const slow = slowConnects();

test('a CONNECT that comes byte by byte has 10 s, on every connection', async () => {
  const { tookMs, counters } = await slow;
  expect(counters).toMatchObject({ connectTimeouts: 50, connects: 0, strangers: 0 });
  expect(Math.min(...tookMs)).toBeGreaterThan(9900);
  console.log(
    `  slow CONNECT: 50 connections with a byte each 0.5 s, all closed after ${(Math.min(...tookMs) / 1000).toFixed(1)} to ${(Math.max(...tookMs) / 1000).toFixed(1)} s, 0 logged in`,
  );
});
