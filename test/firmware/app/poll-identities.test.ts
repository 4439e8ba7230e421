import { expect, it } from 'vitest';
import { createBusSource } from '#app/poller.ts';
import type { MeterIdentity, MeterSink } from '#app/source.ts';
import type { Ports } from '#ports';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';
import { lineRig, meterSettings, noLog, recordingSink } from './line-rig.ts';

/** Stands for a read that never comes to the meter. */
const lost = 'lost';

/** A meter that says who it is, asked each second; what of it was told, and when, s. */
function rigOf(sampleMs = 1000) {
  let serial = '1001';
  let shown = serial;
  const next: string[] = [];
  const identity = {
    get serial() {
      return shown;
    },
  };
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
  const { time, settings: line } = rig;
  const openSerial: Ports['openSerial'] = (opened, handlers) => {
    const port = rig.openSerial(opened, handlers);
    const write = (bytes: Uint8Array) => {
      // Its number is a holding register, its values are not.
      if (bytes[1] === 3) shown = next.shift() ?? serial;
      if (bytes[1] !== 3 || shown !== lost) port.write(bytes);
    };
    return { write, close: () => port.close() };
  };
  const settings = meterSettings('m', 1, { sampleMs });
  const meters = [{ settings, profile: eastronSdm630, sink }];
  createBusSource({ time, line, openSerial, meters, log: noLog }).start();
  return {
    ...{ time, told, samples: record.samples, failures: record.failures },
    become: (other: string) => {
      serial = other;
    },
    /** What the next reads show, before it is again who it is. */
    show: (...some: string[]) => next.push(...some),
    want: (odd: boolean) => {
      isWanted = odd;
    },
    isAway: (away: boolean) => {
      rig.line.setFaults({ deadAddresses: away ? [1] : [] });
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

it('a number that flickers, or is zeros or ones for a while, is nobody else', () => {
  const { time, told, show } = rigOf(30_000);
  time.advance(60_000);
  show('77', '1001', '1001', '77', '88', '1001');
  time.advance(3 * 600_000);
  show(...new Array<string>(4).fill('0'), ...new Array<string>(4).fill('4294967295'));
  time.advance(10 * 600_000);
  expect(new Set(told.map(([, { serial }]) => serial))).toEqual(new Set(['1001']));
  show('2002', '2002');
  time.advance(600_000);
  expect(told.at(-1)?.[1]).toEqual({ serial: '2002' });
});

it('a number that was lost on the line is read again soon', () => {
  const { time, told, become, show } = rigOf(30_000);
  time.advance(60_000);
  show(lost, lost);
  become('2002');
  time.advance(690_000);
  expect(told.map(([, { serial }]) => serial)).toEqual(['1001', '2002']);
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
