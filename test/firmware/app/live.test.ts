import { expect, it } from 'vitest';
import { Clock } from '#app/clock.ts';
import { Live } from '#app/live.ts';
import { Meter } from '#app/meter.ts';
import { NamedWindows } from '#app/named-windows.ts';
import { UndatedWindows } from '#app/undated.ts';
import { WindowTimer } from '#app/window-timer.ts';
import { limits } from '#core/limits.ts';
import { quantityIds } from '#core/quantities.ts';
import { encodeMessage, type Message } from '#core/wire/messages.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';

const epochMs = 1_700_000_000_000;

it('live values hold what is fresh: within three of the sample intervals, or the window', () => {
  const time = new VirtualTime({ wallMs: epochMs });
  const clock = new Clock(time, { synced: () => {}, jumped: () => {} });
  clock.start();
  const told: Message<'live'>[] = [];
  const options = {
    clock,
    named: new NamedWindows(),
    undated: new UndatedWindows(),
    windowTimer: new WindowTimer(clock, () => [meter]),
    emit: () => {},
  };
  const live: Live = new Live({
    clock,
    meters: () => [meter],
    publish: (_channel, message) => told.push(message),
  });
  const meter: Meter = new Meter(
    { ...options, onSamples: () => live.sampled() },
    { id: 'm', windowS: 5, sampleMs: 1000 },
  );
  meter.start();
  live.ask(60);
  meter.samples(time.ticksMs(), [
    { quantity: 'powerW', value: 1 },
    { quantity: 'energyImportWh', value: 2 },
  ]);
  for (let second = 1; second <= 8; second++) {
    time.advance(999);
    meter.samples(time.ticksMs(), [{ quantity: 'powerW', value: second }]);
    time.advance(1);
  }
  time.advance(100);
  expect(told.map(({ meters }) => Object.keys(meters.m?.values ?? {}).length)).toEqual([
    2, 2, 2, 2, 2, 1, 1, 1, 1,
  ]);
  // What is fresh and was not sampled with the newest has its age.
  expect(told.map(({ meters }) => meters.m?.agesMs?.energyImportWh)).toEqual([
    ...[undefined, undefined, 1999, 2999, 3999],
    ...[undefined, undefined, undefined, undefined],
  ]);
  expect(told.at(-1)?.meters.m).toEqual({ atMs: epochMs + 7999, values: { powerW: 8 } });
  time.advance(10_000);
  expect(told.length).toBe(9);
  live.stop();
  meter.samples(time.ticksMs(), [{ quantity: 'powerW', value: 9 }]);
  time.advance(10_000);
  expect(told.length).toBe(9);
});

it('a live value is told within 30 ms of its sample, those of a burst together, and a fast meter ten times a second at most', () => {
  const time = new VirtualTime({ wallMs: epochMs });
  const clock = new Clock(time, { synced: () => {}, jumped: () => {} });
  clock.start();
  const told: { readonly afterMs: number; readonly meters: readonly string[] }[] = [];
  const meters: Meter[] = [];
  const live = new Live({
    clock,
    meters: () => meters,
    publish: (_channel, message) => {
      const newestMs = Math.max(...Object.values(message.meters).map(({ atMs }) => atMs));
      told.push({ afterMs: (clock.wallMs() ?? 0) - newestMs, meters: Object.keys(message.meters) });
    },
  });
  const options = {
    clock,
    named: new NamedWindows(),
    undated: new UndatedWindows(),
    windowTimer: new WindowTimer(clock, () => meters),
    emit: () => {},
    onSamples: () => live.sampled(),
  };
  for (const id of ['a', 'b']) meters.push(new Meter(options, { id, windowS: 5, sampleMs: 1000 }));
  for (const meter of meters) meter.start();
  const sample = (meter: Meter | undefined) =>
    meter?.samples(time.ticksMs(), [{ quantity: 'powerW', value: time.ticksMs() }]);
  sample(meters[0]);
  time.advance(1000);
  expect(told).toEqual([]);
  live.ask(60);
  expect(told.splice(0).map(one => one.meters)).toEqual([['a']]);
  for (let second = 0; second < 10; second++) {
    time.advance(980);
    sample(meters[0]);
    time.advance(20);
    sample(meters[1]);
  }
  time.advance(40);
  expect(told.length).toBe(10);
  expect(told.splice(0).every(one => one.afterMs <= 30 && one.meters.join() === 'a,b')).toBe(true);
  for (let step = 0; step < 100; step++) {
    time.advance(20);
    sample(meters[0]);
  }
  expect(told.length).toBeGreaterThanOrEqual(14);
  expect(told.length).toBeLessThanOrEqual(21);
});

it('a live value of a later read of one sample is told within 65 ms, though nothing else is sampled for long', () => {
  const time = new VirtualTime({ wallMs: epochMs });
  const clock = new Clock(time, { synced: () => {}, jumped: () => {} });
  clock.start();
  const told: { readonly atTicksMs: number; readonly values: object }[] = [];
  const meters: Meter[] = [];
  const live = new Live({
    clock,
    meters: () => meters,
    publish: (_channel, message) =>
      told.push({ atTicksMs: time.ticksMs(), values: message.meters.slow?.values ?? {} }),
  });
  const options = {
    clock,
    named: new NamedWindows(),
    undated: new UndatedWindows(),
    windowTimer: new WindowTimer(clock, () => meters),
    emit: () => {},
    onSamples: () => live.sampled(),
  };
  const meter = new Meter(options, { id: 'slow', windowS: 60, sampleMs: 60_000 });
  meters.push(meter);
  meter.start();
  live.ask(60);
  meter.samples(time.ticksMs(), [{ quantity: 'powerW', value: 1 }]);
  time.advance(60);
  meter.samples(time.ticksMs(), [{ quantity: 'energyImportWh', value: 2 }]);
  time.advance(30_000);
  expect(told).toEqual([
    { atTicksMs: 25, values: { powerW: 1 } },
    { atTicksMs: 125, values: { powerW: 1, energyImportWh: 2 } },
  ]);
  live.stop();
  expect(told.length).toBe(2);
});

it('live values of as many meters as there may be fit packets, and each meter is told once', () => {
  const time = new VirtualTime({ wallMs: epochMs });
  const clock = new Clock(time, { synced: () => {}, jumped: () => {} });
  clock.start();
  const told: Message<'live'>[] = [];
  const options = {
    clock,
    named: new NamedWindows(),
    undated: new UndatedWindows(),
    windowTimer: new WindowTimer(clock, () => []),
    emit: () => {},
  };
  const meters = Array.from({ length: limits.metersPerGateway }, (_, index) => {
    const meter = new Meter(options, { id: `meter-${index}`, windowS: 5, sampleMs: 1000 });
    meter.start();
    // A meter's float has digits that no one asked for: 0.10000000149011612.
    meter.samples(
      0,
      quantityIds.slice(0, limits.seriesPerMeter).map(quantity => ({ quantity, value: Math.fround(0.1) })),
    );
    return meter;
  });
  const live = new Live({ clock, meters: () => meters, publish: (_channel, message) => told.push(message) });
  live.ask(1);
  live.stop();
  expect(told.flatMap(message => Object.keys(message.meters))).toEqual(meters.map(({ id }) => id));
  for (const message of told) {
    expect(encodeMessage('live', message).length).toBeLessThan(limits.mqttPacketUpBytes / 2);
  }
});
