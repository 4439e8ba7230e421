import { afterEach, describe, expect, it } from 'vitest';
import { createHeadSource } from '#app/head-reader.ts';
import type { QuantityId } from '#core/quantities.ts';
import { smlMeter } from '#profiles/sml-meter.ts';
import { openNodeSerial } from '../../simulator/gateway/node-serial.ts';
import { nodeTime } from '../../simulator/gateway/node-time.ts';
import { SmlHead } from '../../simulator/meters/sml-head.ts';
import {
  type SmlTcpOptions,
  type SmlTcpServer,
  serveSmlOverTcp,
} from '../../simulator/meters/sml-tcp-server.ts';
import { headKinds } from '../../simulator/meters/telegram-head.ts';
import { until } from '../comes-true.ts';
import { meterSettings, noLog, recordingSink } from '../firmware/app/line-rig.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A head on a real socket and a reader at its other end. */
async function wire(options: Partial<SmlTcpOptions> = {}) {
  let powerW = 0;
  const read = (quantity: QuantityId): number | undefined => (quantity === 'powerW' ? ++powerW : undefined);
  const server: SmlTcpServer = await serveSmlOverTcp({
    time: nodeTime,
    head: new SmlHead({ read }),
    port: 0,
    everyMs: 50,
    baud: 115_200,
    ...options,
  });
  closers.push(() => server.close());
  const record = recordingSink();
  const source = createHeadSource({
    time: nodeTime,
    line: { id: 'ir', kind: 'ir', port: `tcp://127.0.0.1:${server.port}` },
    openSerial: openNodeSerial,
    meter: { settings: meterSettings('grid', 1), profile: smlMeter, sink: record.sink },
    log: noLog,
  });
  source.start();
  closers.push(() => source.stop());
  return { server, source, ...record };
}

describe('an SML head on a TCP wire', () => {
  it.each(Object.keys(headKinds))('of kind %s is read as it is', async kind => {
    let energyImportWh = 1_000_000;
    const read = (quantity: QuantityId): number | undefined => {
      if (quantity === 'powerW') return 7;
      if (quantity !== 'energyImportWh') return undefined;
      energyImportWh += 1000;
      return energyImportWh;
    };
    const { samples, failures, source } = await wire({ head: headKinds[kind]!(read), baud: 0 });
    await until(() => samples.length >= 3);
    const energies = samples.map(({ values }) => values.energyImportWh as number);
    expect(energies.every((energy, index) => energy === (energies[0] as number) + index * 1000)).toBe(true);
    expect(samples[0]?.values.powerW).toBe(kind === 'sml-reduced' ? undefined : 7);
    expect(source.head?.()).toMatchObject({ format: kind.slice(0, kind.startsWith('sml') ? 3 : 2) });
    expect(failures).toEqual([]);
  });

  it('pushes telegrams that the reader takes, each once and in order', async () => {
    const { samples, failures } = await wire();
    await until(() => samples.length >= 10);
    const powers = samples.map(({ values }) => values.powerW as number);
    expect(powers.every((power, index) => index === 0 || power > (powers[index - 1] as number))).toBe(true);
    expect(failures).toEqual([]);
  });

  it('sends all of a telegram on a machine that is busy for longer than one takes', async () => {
    const { samples, failures } = await wire();
    await until(() => samples.length >= 2);
    for (let turn = 0; turn < 10; turn++) {
      for (const sinceMs = performance.now(); performance.now() - sinceMs < 70; );
      await new Promise(resolve => setTimeout(resolve, 23));
    }
    const { length } = samples;
    await until(() => samples.length >= length + 2);
    expect(failures).toEqual([]);
  });

  it('takes the time of 9600 baud for a telegram, and rests until the next', async () => {
    const { server } = await wire({ everyMs: 500, baud: 9600 });
    const heard: { ticksMs: number; bytes: number }[] = [];
    const listener = openNodeSerial(
      { id: 'ir', kind: 'ir', port: `tcp://127.0.0.1:${server.port}` },
      {
        onBytes: bytes => heard.push({ ticksMs: nodeTime.ticksMs(), bytes: bytes.length }),
        onClosed: () => {},
      },
    );
    closers.push(() => listener.close());
    await until(() => server.counts.sent >= 4);
    const rests = heard.filter(
      ({ ticksMs }, index) => ticksMs - (heard[index - 1]?.ticksMs ?? ticksMs) > 150,
    );
    const [first = 0, second = 0] = rests.map(rest => heard.indexOf(rest));
    const telegram = heard.slice(first, second);
    const bytes = telegram.reduce((sum, part) => sum + part.bytes, 0);
    const durationMs = (telegram.at(-1)?.ticksMs ?? 0) - (telegram[0]?.ticksMs ?? 0);
    expect(bytes).toBe(new SmlHead({ read: id => (id === 'powerW' ? 1 : undefined) }).telegram(1).length);
    // Its first 16 bytes come at once; a busy machine may take longer, the line never less.
    expect(durationMs).toBeGreaterThan(((bytes - 16) * 10_000) / 9600 - 20);
  });

  it('is heard again after each kind of fault, and every fault has its counter', async () => {
    const { server, source, samples, failures } = await wire();
    await until(() => samples.length >= 2);
    for (const fault of ['corruptShare', 'cutShare', 'lostShare', 'joinedShare'] as const) {
      const before = { failures: failures.length };
      server.setFaults({ [fault]: 1 });
      await until(() => failures.length >= before.failures + 3);
      server.setFaults({ [fault]: 0 });
      const { length } = samples;
      await until(() => samples.length >= length + 3);
    }
    const { crcErrors = 0, broken = 0, valid } = source.counters();
    expect(crcErrors).toBeGreaterThan(0);
    expect(broken).toBeGreaterThan(0);
    expect(failures.length).toBe(crcErrors + broken);
    server.setFaults({ doubledShare: 1 });
    const { length } = samples;
    await until(() => samples.length >= length + 4);
    expect(server.counts.doubled).toBeGreaterThan(0);
    expect(server.counts.joined).toBeGreaterThan(0);
    expect(source.counters().valid).toBe(samples.length);
    expect(valid).toBeGreaterThan(0);
    expect(server.counts.corrupted + server.counts.cut + server.counts.lost).toBeGreaterThanOrEqual(9);
  });

  it('is timed out when it falls silent, and found again', async () => {
    const { server, samples, failures } = await wire();
    await until(() => samples.length >= 2);
    server.setFaults({ isSilent: true });
    await until(() => failures.some(({ reason }) => reason === 'timeout'));
    server.setFaults({ isSilent: false });
    const { length } = samples;
    await until(() => samples.length > length);
  });

  it('is connected to again after its connection broke', async () => {
    const { server, source, samples } = await wire();
    await until(() => samples.length >= 2);
    server.disconnect();
    const { length } = samples;
    await until(() => source.counters().opens === 2 && samples.length > length + 2);
  });
});
