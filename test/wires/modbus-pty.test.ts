import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createBusSource } from '#app/poller.ts';
import { peacefairPzem004tV3 } from '#profiles/peacefair-pzem-004t-v3.ts';
import { openNodeSerial } from '../../simulator/gateway/node-serial.ts';
import { nodeTime } from '../../simulator/gateway/node-time.ts';
import { isSocatInstalled, openPty } from '../../simulator/meters/pty.ts';
import { serveRtuOverTcp } from '../../simulator/meters/rtu-tcp-server.ts';
import { meterSettings, noLog, recordingSink } from '../firmware/app/line-rig.ts';

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

const until = async (isTrue: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 500 && !isTrue(); tries++)
    await new Promise(resolve => setTimeout(resolve, 20));
};

describe.skipIf(!isSocatInstalled())('a simulated meter behind a pseudo-terminal (needs socat)', () => {
  it('is read by the firmware as over a real serial port', async () => {
    const server = await serveRtuOverTcp({
      slaves: [{ address: 3, profile: peacefairPzem004tV3, read: () => 1 }],
      time: nodeTime,
      port: 0,
      baud: 9600,
      parity: 'none',
      stopBits: 1,
      seed: 1,
      turnaroundMs: 20,
    });
    ended.push(() => server.close());
    const folder = await mkdtemp(join(tmpdir(), 'joulegate-pty-'));
    ended.push(() => rm(folder, { recursive: true }));
    const pty = await openPty(join(folder, 'rs485'), server.port);
    ended.push(() => pty.close());
    const { sink, samples, failures } = recordingSink();
    const source = createBusSource({
      time: nodeTime,
      line: { id: 'bus', kind: 'rs485', port: pty.path },
      openSerial: openNodeSerial,
      meters: [{ settings: meterSettings('pzem', 3, { sampleMs: 100 }), profile: peacefairPzem004tV3, sink }],
      log: noLog,
    });
    ended.push(() => source.stop());
    source.start();
    await until(() => samples.length >= 10);
    expect(samples.length).toBeGreaterThanOrEqual(10);
    expect(samples.at(-1)?.values).toMatchObject({ voltageV: 1, powerW: 1, energyImportWh: 1 });
    expect(failures).toEqual([]);
  });

  it('says what socat said where the terminal cannot be made', async () => {
    await expect(openPty('/nowhere/at/all', 1)).rejects.toThrow(
      /no pseudo-terminal at \/nowhere\/at\/all: .+/,
    );
  });
});
