import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../../seed.ts';
import { type ProgramHost, startProgramHost } from '../../wires/program-host.ts';
import { malformedPackets } from './malformed-packets.ts';
import { loggedIn, openWire, pingreq, type Wire } from './mqtt-packets.ts';

/** All of them with `npm run faults`: each takes a connection of its own, a minute or two together. */
const isLong = process.env.JOULEGATE_FAULTS === 'long';
const all = Number(process.env.JOULEGATE_MALFORMED ?? (isLong ? 100_000 : 2000));
const workers = 40;
let host: ProgramHost;
beforeAll(async () => {
  host = await startProgramHost();
});
afterAll(() => host.close());

test('malformed packets close their own connection at most: nothing is written, nobody else notices', async () => {
  const { broker, store } = host.engine;
  const { port } = host;
  const attic = await host.gateway('attic');
  const password = await host.passwordOf('spoiler-0');
  for (let worker = 1; worker < workers; worker++) await host.passwordOf(`spoiler-${worker}`);
  const next = malformedPackets(seed, { id: 'spoiler-0', password });
  const outcomes = { closed: 0, waited: 0, went: 0 };
  let sent = 0;
  let heard = 0;

  /** As the first packet of a connection: it ends, whatever it was. */
  async function asFirst(bytes: Buffer): Promise<void> {
    const wire = await openWire(port);
    wire.socket.on('error', () => {});
    wire.socket.end(bytes);
    await wire.closed;
    outcomes.closed++;
  }

  /** Of a gateway that has logged in: closed, or gone on as a ping behind it tells, or waiting for what was announced. */
  async function asKnown(wire: Wire, bytes: Buffer): Promise<boolean> {
    const before = wire.heard().length;
    wire.socket.write(bytes);
    wire.socket.write(pingreq);
    const deadline = new Promise<'waited'>(resolve => setTimeout(() => resolve('waited'), 100).unref());
    for (;;) {
      const outcome = await Promise.race([wire.reply(wire.heard().length + 1), deadline]);
      if (wire.socket.destroyed) {
        outcomes.closed++;
        return false;
      }
      if (outcome === 'waited') {
        outcomes.waited++;
        wire.socket.destroy();
        return false;
      }
      const answer = wire.heard().subarray(before);
      if (answer.length >= 2 && answer.readUInt16BE(answer.length - 2) === 0xd000) {
        outcomes.went++;
        return true;
      }
    }
  }

  async function work(worker: number): Promise<void> {
    const login = { id: `spoiler-${worker}`, password: await host.passwordOf(`spoiler-${worker}`) };
    let wire: Wire | undefined;
    while (sent < all) {
      const number = ++sent;
      const bytes = next();
      if (number % 2 === 0) await asFirst(bytes);
      else {
        wire ??= await loggedIn(port, login);
        wire.socket.on('error', () => {});
        if (!(await asKnown(wire, bytes))) wire = undefined;
        // A connection that goes on for long would gather listeners.
        else if (wire.heard().length > 4096) {
          wire.socket.destroy();
          wire = undefined;
        }
      }
      if (number % 1000 === 0) {
        await attic.publishAsync('joulegate/attic/health', '{}', { qos: 1 });
        heard++;
      }
    }
    wire?.socket.destroy();
  }

  await store.all('SELECT 1');
  const before = process.memoryUsage();
  const fromMs = performance.now();
  await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
  const tookS = (performance.now() - fromMs) / 1000;

  await expect.poll(() => broker.counters().connections).toBe(1);
  expect(broker.counters()).toMatchObject({ strangers: 0, gatewaysConnected: 1 });
  expect(attic.connected).toBe(true);
  expect(host.engine.fleet.gateway('attic')?.ingest.malformed).toBe(heard);
  let rows = 0;
  for (const table of ['gauge', 'counter'])
    rows += Number((await store.all(`SELECT count(*) AS rows FROM ${table}`))[0]?.rows);
  expect(rows).toBe(0);
  // Whoever spoke was one of those that have a password.
  const names = host.engine.fleet.gateways().map(({ id }) => id);
  expect(names.filter(id => id !== 'attic' && !id.startsWith('spoiler-'))).toEqual([]);
  const { loginsFailed, handshakesFailed, packetsTooLarge, foreign, subscriptionsRefused } =
    broker.counters();
  const grownMB = (process.memoryUsage().heapUsed - before.heapUsed) / 1e6;
  console.log(
    `  ${sent} malformed MQTT packets (seed ${seed}, ${tookS.toFixed(0)} s): ${outcomes.closed} closed, ${outcomes.went} refused or passed over and went on, ${outcomes.waited} cut off, 0 crashed, ${rows} rows written, ${heard} of ${heard} messages of another gateway taken (${packetsTooLarge} too large, ${foreign} foreign topics, ${subscriptionsRefused} foreign subscriptions, ${loginsFailed} bad logins, ${handshakesFailed} handshakes; heap ${grownMB.toFixed(0)} MB)`,
  );
  expect(outcomes.closed + outcomes.went + outcomes.waited).toBe(sent);
  expect(heard).toBe(Math.floor(all / 1000));
}, 900_000);
