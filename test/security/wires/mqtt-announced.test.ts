import { afterAll, beforeAll, expect, test } from 'vitest';
import { patienceMs } from '../../patience.ts';
import { heldUpMs } from '../../processor-time.ts';
import { type ProgramHost, startProgramHost } from '../../wires/program-host.ts';
import { flagsOf, length, loggedIn, openWire, packetNames } from './mqtt-packets.ts';

const announcedBytes = 268_435_455;
let host: ProgramHost;
beforeAll(async () => {
  host = await startProgramHost();
});
afterAll(() => host.close());

const usedMB = () => {
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss: rss / 1e6, heap: (heapUsed + external) / 1e6 };
};

test('14 packet types that announce 256 MB, before and after CONNECT, are hung up on before memory is taken', async () => {
  const attic = await host.gateway('attic');
  const login = { id: 'cellar', password: await host.passwordOf('cellar') };
  const said = async () => attic.publishAsync('joulegate/attic/health', '{}', { qos: 1 });
  await said();
  const before = usedMB();
  const most = { rss: 0, heap: 0, ms: 0 };
  let closed = 0;
  for (const isKnown of [false, true]) {
    for (const [index, name] of packetNames.entries()) {
      const wire = isKnown ? await loggedIn(host.port, login) : await openWire(host.port);
      const type = index + 1;
      const fromMs = performance.now() - heldUpMs();
      wire.socket.write(Buffer.concat([Buffer.from([(type << 4) | flagsOf(type)]), length(announcedBytes)]));
      // And what it announced, as far as it is taken.
      const body = Buffer.alloc(256 * 1024);
      const sending = setInterval(() => {
        if (wire.socket.writable && wire.socket.writableLength < 1e6) wire.socket.write(body);
      }, 1);
      await Promise.race([wire.closed, new Promise(resolve => setTimeout(resolve, patienceMs).unref())]);
      clearInterval(sending);
      const tookMs = performance.now() - heldUpMs() - fromMs;
      if (wire.socket.destroyed) closed++;
      expect(wire.socket.destroyed, name).toBe(true);
      most.ms = Math.max(most.ms, tookMs);
      most.rss = Math.max(most.rss, usedMB().rss - before.rss);
      most.heap = Math.max(most.heap, usedMB().heap - before.heap);
      await said();
    }
  }
  expect(closed).toBe(28);
  expect(most.ms).toBeLessThan(1000);
  expect(most.heap).toBeLessThan(30);
  expect(most.rss).toBeLessThan(30);
  expect(attic.connected).toBe(true);
  expect(host.engine.broker.counters()).toMatchObject({ packetsTooLarge: 28, gatewaysConnected: 1 });
  console.log(
    `  14 MQTT packet types announcing 256 MB, before and after CONNECT: 28 sent, ${closed} closed within ${most.ms.toFixed(0)} ms, +${most.rss.toFixed(1)} MB RSS (+${most.heap.toFixed(1)} MB heap and buffers) at most, 29 of 29 messages of another gateway taken, 0 got through`,
  );
});
