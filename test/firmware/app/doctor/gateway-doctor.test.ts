import { describe, expect, it } from 'vitest';
import { siteSettings, testSite } from '../test-site.ts';

/** A gateway that has run for a while. */
function running(options: Parameters<typeof testSite>[0] = {}) {
  const site = testSite(options);
  site.gateway.start();
  site.time.advance(15_000);
  return site;
}

describe('a gateway that is asked what is wrong', () => {
  it('tells the diagnosis of a line each second, for as long as was asked', () => {
    const { time, diagnosis, results, command } = running();
    expect(diagnosis).toEqual([]);
    command({ id: 'a', name: 'diagnose', line: 'bus', seconds: 10 });
    time.advance(30_000);
    expect(results).toEqual([{ v: 1, id: 'a', ok: true }]);
    expect(diagnosis.length).toBe(10);
    expect(diagnosis.at(-1)).toMatchObject({
      line: 'bus',
      kind: 'rs485',
      causes: [],
      slaves: [
        { address: 1, meter: 'kitchen', state: 'answering' },
        { address: 2, meter: 'pump', state: 'answering' },
      ],
    });
    expect(diagnosis.at(-1)?.slaves[0]?.answers).toBeGreaterThan(10);
  });

  it('tells what an optical head hears, and of lines of chips that nothing is wrong', () => {
    const { time, diagnosis, command } = running();
    command({ id: 'a', name: 'diagnose', line: 'head', seconds: 2 });
    time.advance(3000);
    expect(diagnosis.at(-1)).toMatchObject({ kind: 'ir', causes: [], slaves: [], head: { crcErrors: 0 } });
    expect(diagnosis.at(-1)?.head?.telegrams).toBeGreaterThan(5);
    command({ id: 'b', name: 'diagnose', line: 'chips', seconds: 2 });
    time.advance(3000);
    expect(diagnosis.at(-1)).toEqual({ v: 1, line: 'chips', kind: 'i2c', causes: [], slaves: [] });
  });

  it('ends diagnosis, trace and scan when the broker is lost and when settings change', () => {
    for (const how of ['cut', 'settings'] as const) {
      const { time, broker, diagnosis, trace, scan, stored, command, desire } = running();
      command({ id: 'a', name: 'diagnose', line: 'bus', seconds: 600 });
      command({ id: 'b', name: 'trace', line: 'bus', seconds: 600 });
      command({ id: 'c', name: 'scan', line: 'bus' });
      time.advance(5000);
      expect(Math.min(diagnosis.length, trace.length, scan.length)).toBeGreaterThan(3);
      if (how === 'cut') broker.cutOff();
      else desire({ ...siteSettings, version: 2 });
      time.advance(3000);
      const told = [diagnosis.length, trace.length, scan.length];
      time.advance(60_000);
      expect([diagnosis.length, trace.length, scan.length]).toEqual(told);
      expect(stored('kitchen').at(-1)?.values[0]?.samples).toBe(10);
    }
  });

  it('scans a line for its meters; what could not be sampled meanwhile is missing with its reason', () => {
    const { time, scan, stored, results, command } = running();
    command({ id: 's', name: 'scan', line: 'bus', scan: { fromAddress: 1, toAddress: 247 } });
    time.advance(90_000);
    expect(results).toEqual([{ v: 1, id: 's', ok: true }]);
    const last = scan.at(-1);
    expect(last).toMatchObject({ id: 's', line: 'bus', state: 'done', tried: 247, total: 247 });
    expect(last?.found.map(({ address, profile }) => [address, profile])).toEqual([
      [1, 'eastron-sdm120'],
      [2, 'peacefair-pzem-004t-v3'],
    ]);
    const windows = stored('kitchen');
    const missing = windows.filter(({ values }) => values.length === 0);
    expect(missing.length).toBeGreaterThanOrEqual(2);
    expect(missing.map(({ failures }) => failures)).toEqual(
      missing.map(() => [{ reason: 'offline', count: 10 }]),
    );
    expect(windows.at(-1)?.values.length).toBeGreaterThan(3);
  });

  it('writes once what comes to it twice, as QoS 1 may deliver it', () => {
    const { time, trace, results, command } = running();
    command({ id: 't', name: 'trace', line: 'bus', seconds: 60 });
    for (let times = 0; times < 3; times++) {
      command({ id: 'w', name: 'write', meter: 'kitchen', write: { command: 'baud-code', value: 2 } });
      time.advance(3000);
    }
    expect(results.filter(({ id }) => id === 'w')).toEqual([{ v: 1, id: 'w', ok: true }]);
    const frames = trace.flatMap(message => message.frames);
    expect(frames.filter(({ is, hex }) => is === 'request' && hex.startsWith('0110'))).toHaveLength(1);
    command({ id: 'x', name: 'write', meter: 'kitchen', write: { command: 'baud-code', value: 2 } });
    time.advance(3000);
    expect(results.at(-1)).toEqual({ v: 1, id: 'x', ok: true });
  });

  it('reads by a profile on trial, and says what a command lacks', () => {
    const { time, probe, results, command } = running();
    command({ id: 'p', name: 'probe', line: 'bus', address: 1, profile: 'eastron-sdm120' });
    time.advance(5000);
    expect(probe[0]?.registers[0]).toMatchObject({ quantity: 'voltageV', value: 230 });
    command({ id: 'q', name: 'probe', line: 'head', address: 1, profile: 'eastron-sdm120' });
    command({ id: 'r', name: 'write', meter: 'attic', write: { command: 'baud-code', value: 2 } });
    command({ id: 's', name: 'write', meter: 'kitchen', write: { command: 'explode' } });
    command({ id: 't', name: 'stopScan' });
    time.advance(1000);
    expect(results.slice(1).map(({ ok, message }) => [ok, message])).toEqual([
      [false, 'line: head is of kind ir; only lines of kind rs485 have addresses'],
      [false, 'meter: attic given; one of kitchen, pump, utility, battery is allowed'],
      [false, expect.stringContaining('"explode" given')],
      [false, 'stopScan: no scan runs'],
    ]);
  });
});
