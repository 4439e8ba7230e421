import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createHeadSource } from '#app/head-reader.ts';
import { createBusSource } from '#app/poller.ts';
import { peacefairPzem004tV3 } from '#profiles/peacefair-pzem-004t-v3.ts';
import { smlMeter } from '#profiles/sml-meter.ts';
import { attachSerial } from '../../simulator/attach-serial.ts';
import { openNodeSerial } from '../../simulator/gateway/node-serial.ts';
import { nodeTime } from '../../simulator/gateway/node-time.ts';
import { isSocatInstalled, openPtyCable, type Pty } from '../../simulator/meters/pty.ts';
import { serveRtuOverTcp } from '../../simulator/meters/rtu-tcp-server.ts';
import { serveSmlOverTcp } from '../../simulator/meters/sml-tcp-server.ts';
import { headFor } from '../../simulator/meters/telegram-head.ts';
import { until } from '../comes-true.ts';
import { meterSettings, noLog, recordingSink } from '../firmware/app/line-rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'joulegate-serial-'));
const at = (name: string) => join(folder, name);
const uart = { baud: 9600, parity: 'none', stopBits: 1 } as const;
/** Cables end also where a test fails. */
const cables: Pty[] = [];
const cable = async (path: string, otherPath: string): Promise<Pty> => {
  const made = await openPtyCable(path, otherPath);
  cables.push(made);
  return made;
};
afterAll(async () => {
  for (const { close } of cables) await close();
  rmSync(folder, { recursive: true, force: true });
});

/** The meters on TCP, and what else they are put on. */
async function meters() {
  const read = (id: string) => (id === 'powerW' ? 42 : undefined);
  const slaves = [1, 2].map(address => ({
    address,
    profile: peacefairPzem004tV3,
    read: (id: string) => (id === 'voltageV' ? address * 100 : 1),
  }));
  const bus = await serveRtuOverTcp({ ...uart, slaves, time: nodeTime, seed: 1, turnaroundMs: 5, port: 0 });
  const head = await serveSmlOverTcp({ time: nodeTime, head: headFor('sml')(read), port: 0, everyMs: 500 });
  return { bus, head, close: () => Promise.all([bus.close(), head.close()]) };
}

it.skipIf(!isSocatInstalled())(
  'bus and head on serial ports are read by the gateway, also after an adapter was away (needs socat)',
  async () => {
    const { bus, head, close } = await meters();
    let busCable = await cable(at('bus'), at('bus-adapter'));
    const headCable = await cable(at('ir'), at('ir-adapter'));
    const said: string[] = [];
    const serial = attachSerial({
      time: nodeTime,
      bus: { path: at('bus-adapter'), uart, server: bus },
      head: { path: at('ir-adapter'), server: head },
      say: text => said.push(text),
    });
    const grid = recordingSink();
    const polled = [recordingSink(), recordingSink()] as const;
    const port = (path: string) => ({ time: nodeTime, openSerial: openNodeSerial, log: noLog, path });
    const ir = createHeadSource({
      ...port('ir'),
      line: { id: 'ir', kind: 'ir', port: at('ir') },
      meter: { settings: meterSettings('grid', 1), profile: smlMeter, sink: grid.sink },
    });
    const rs485 = createBusSource({
      ...port('bus'),
      line: { id: 'bus', kind: 'rs485', port: at('bus') },
      meters: polled.map(({ sink }, index) => ({
        settings: meterSettings(`m${index}`, index + 1, { sampleMs: 200 }),
        profile: peacefairPzem004tV3,
        sink,
      })),
    });
    ir.start();
    rs485.start();
    await until(() => grid.samples.length >= 3 && polled.every(({ samples }) => samples.length >= 5));
    expect(grid.samples[0]?.values.powerW).toBe(42);
    expect(polled.map(({ samples }) => samples[0]?.values.voltageV)).toEqual([100, 200]);
    // A busy machine may be late now and then; what came is right.
    const heard = polled.flatMap(({ samples }) => samples.map(({ values }) => values.powerW));
    expect(new Set(heard)).toEqual(new Set([1]));
    rs485.stop();
    // The adapter is pulled out and comes back.
    await busCable.close();
    await until(() => said.some(text => text.includes('it is tried again')));
    busCable = await cable(at('bus'), at('bus-adapter'));
    await until(() => said.some(text => text.includes('open again')));
    // A meter that was away is asked seldom; who begins anew asks at once.
    rs485.start();
    const before = polled[0].samples.length;
    await until(() => polled[0].samples.length > before + 3);
    ir.stop();
    rs485.stop();
    serial.close();
    await close();
    await Promise.all([busCable.close(), headCable.close()]);
  },
);

it('a port that cannot be had is told with what to do, and nothing stays open', async () => {
  const { bus, close } = await meters();
  const open = (path: string) => () =>
    attachSerial({ time: nodeTime, bus: { path, uart, server: bus }, say: () => {} });
  expect(open('/dev/ttyNOWHERE')).toThrow(
    /^--serial \/dev\/ttyNOWHERE: there is no such port; (there is|no USB adapter)/,
  );
  expect(open('COM3')).toThrow('--serial "COM3": a path is wanted');
  expect(open('/dev/null')).toThrow(/^--serial \/dev\/null: /);
  await close();
});
