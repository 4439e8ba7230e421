import { mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createBusSource } from '#app/poller.ts';
import { peacefairPzem004tV3 } from '#profiles/peacefair-pzem-004t-v3.ts';
import { openNodeSerial } from '../../simulator/gateway/node-serial.ts';
import { nodeTime } from '../../simulator/gateway/node-time.ts';
import { isSocatInstalled, openPty, openPtyCable } from '../../simulator/meters/pty.ts';
import { serveRtuOverTcp } from '../../simulator/meters/rtu-tcp-server.ts';
import { until } from '../comes-true.ts';
import { meterSettings, noLog, recordingSink } from '../firmware/app/line-rig.ts';

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

describe.skipIf(!isSocatInstalled())('a simulated meter behind a pseudo-terminal (needs socat)', () => {
  it('is put in the place of no file, device or foreign link, and in that of a link that an ended one left', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'joulegate-pty-'));
    ended.push(() => rm(folder, { recursive: true }));
    const [file, foreign, left] = ['notes', 'foreign', 'left'].map(name => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(file, 'mine');
    await symlink(file, foreign);
    for (const path of [file, foreign]) {
      await expect(openPty(path, 1)).rejects.toThrow('is there already, and is no link to a pseudo-terminal');
    }
    expect(await readFile(foreign, 'utf8')).toBe('mine');
    await symlink('/dev/pts/999999', left);
    const cable = await openPtyCable(left, join(folder, 'other'));
    ended.push(() => cable.close());
    expect(await readlink(left)).not.toBe('/dev/pts/999999');
  });

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
