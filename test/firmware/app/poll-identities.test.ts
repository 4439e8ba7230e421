import { expect, it } from 'vitest';
import { createBusSource } from '#app/poller.ts';
import type { MeterIdentity, MeterSink } from '#app/source.ts';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';
import { lineRig, meterSettings, noLog, recordingSink } from './line-rig.ts';

/** A meter that says who it is, asked each second; what of it was told, and when, s. */
function rigOf() {
  const identity = { serial: '1001' };
  let isWanted = false;
  const slave = { address: 1, profile: eastronSdm630, read: () => 1, identity };
  const rig = lineRig([slave]);
  const record = recordingSink();
  const told: [number, MeterIdentity][] = [];
  const sink: MeterSink = {
    ...record.sink,
    identified: (ticksMs, who) => told.push([Math.round(ticksMs / 1000), who]),
    get isIdentityWanted() {
      return isWanted;
    },
  };
  const { time, openSerial, settings: line } = rig;
  const settings = meterSettings('m', 1, { sampleMs: 1000 });
  const meters = [{ settings, profile: eastronSdm630, sink }];
  createBusSource({ time, line, openSerial, meters, log: noLog }).start();
  return {
    ...{ time, told, samples: record.samples, failures: record.failures },
    become: (next: string) => {
      identity.serial = next;
    },
    want: (next: boolean) => {
      isWanted = next;
    },
    isAway: (next: boolean) => {
      rig.line.setFaults({ deadAddresses: next ? [1] : [] });
    },
  };
}

it('who a meter is is read once it answers, and each ten minutes', () => {
  const { time, told, samples } = rigOf();
  time.advance(1_300_000);
  expect(told.map(([atS, { serial }]) => [Math.round(atS / 10), serial])).toEqual([
    [0, '1001'],
    [60, '1001'],
    [120, '1001'],
  ]);
  expect(samples.length).toBeGreaterThan(1295);
});

it('where a counter is odd it is read at once, and no more often than each five seconds', () => {
  const { time, told, become, want } = rigOf();
  time.advance(60_000);
  become('2002');
  want(true);
  time.advance(21_000);
  want(false);
  time.advance(60_000);
  const later = told.slice(1).map(([, { serial }]) => serial);
  expect([...new Set(later)]).toEqual(['2002']);
  // The last one was due already.
  expect(later).toHaveLength(6);
  expect((told[1] as [number, MeterIdentity])[0]).toBeLessThanOrEqual(62);
});

it('after a silence it is read again, and a silent meter is not asked who it is', () => {
  const { time, told, become, isAway, failures } = rigOf();
  time.advance(60_000);
  isAway(true);
  time.advance(120_000);
  become('2002');
  isAway(false);
  time.advance(70_000);
  expect(told.map(([, { serial }]) => serial)).toEqual(['1001', '2002']);
  expect(failures.every(({ reason }) => reason === 'timeout' || reason === 'offline')).toBe(true);
});
