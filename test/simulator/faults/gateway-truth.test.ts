import { expect, test } from 'vitest';
import { RamJournal } from '#app/ram-journal.ts';
import { crc16Modbus } from '#core/crc.ts';
import { encodeRecord } from '#core/wire/records.ts';
import { answerFixtures } from '../../../simulator/faults/gateway/answer-fixtures.ts';
import { TrueRecords } from '../../../simulator/faults/gateway/flat-records.ts';
import { FixtureJudge, frameErrors } from '../../../simulator/faults/gateway/frame-errors.ts';
import { floorsOf, slopeOf } from '../../../simulator/faults/gateway/memory-slope.ts';
import { differencesOf } from '../../../simulator/faults/gateway/missing-windows.ts';
import { ReferenceGateway } from '../../../simulator/faults/gateway/reference-gateway.ts';
import { ReferenceLine } from '../../../simulator/faults/gateway/reference-line.ts';
import { referenceQuantities, shownBy, wasShown } from '../../../simulator/faults/gateway/reference-meter.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';

test('what a reference meter showed in a time is what it showed in one of its seconds', () => {
  for (let index = 0; index < 4000; index++) {
    const [unit, fromS] = [(index * 7) % 80, (index * 31) % 5000];
    const quantity = referenceQuantities[index % referenceQuantities.length] ?? 'powerW';
    const toS = fromS + (index % 1500);
    // One of three is off by a little.
    const value = shownBy(unit, quantity, (index * 7919) % 5000) + (index % 3 === 0 ? 1 : 0);
    let isSo = false;
    for (let second = fromS; second <= toS; second++) isSo ||= shownBy(unit, quantity, second) === value;
    expect([index, wasShown(unit, quantity, value, fromS, toS)]).toEqual([index, isSo]);
  }
});

test('a value that is older than its sample may be is found wrong on the reference line', () => {
  const wrongOf = (oldestS: number) => {
    const rig = new ReferenceLine({ seed: 1, sampleMs: 1000, registersPerRead: 24, oldestS });
    rig.time.advance(10_000);
    rig.source.stop();
    expect(rig.values).toBeGreaterThan(500);
    return rig.wrong / rig.values;
  };
  expect(wrongOf(2)).toBe(0);
  expect(wrongOf(-1)).toBe(1);
});

test('an answer to every profile is read right, and one whose check was forged is found wrong', () => {
  const fixtures = answerFixtures(1);
  // A full run wants as many as its table says.
  expect(fixtures.length).toBeGreaterThanOrEqual(frameErrors.times.full);
  for (const fixture of fixtures) expect(new FixtureJudge(fixture).read()).toBe('right');
  const fixture = fixtures.find(({ profile }) => profile === 'eastron-sdm120');
  if (fixture === undefined) throw new Error('no fixture of an SDM120');
  const answer = fixture.answer.slice();
  answer[3] = (answer[3] as number) ^ 1;
  const crc = crc16Modbus(answer, 0, answer.length - 2);
  answer.set([crc & 0xff, crc >> 8], answer.length - 2);
  const judge = new FixtureJudge({ ...fixture, answer });
  // What it takes for right is what it was given: turning the same bits and the check's back is wrong.
  const bits = [...answer].flatMap((byte, at) =>
    [0, 1, 2, 3, 4, 5, 6, 7]
      .filter(bit => ((byte ^ (fixture.answer[at] as number)) >> bit) & 1)
      .map(bit => at * 8 + bit),
  );
  judge.flip(...bits);
  expect(judge.wrong).toBe(1);
});

test('records that were dropped are left out, and all others come in their order', () => {
  const truth = new TrueRecords();
  for (let byte = 0; byte < 10; byte++) truth.append('gw', Uint8Array.of(byte, byte));
  truth.dropped('gw', 2, 5);
  truth.dropped('gw', 9, 10);
  expect([...truth.records('gw')].map(([first]) => first)).toEqual([0, 1, 5, 6, 7, 8]);
  expect([truth.count('gw'), truth.size]).toEqual([10, 10]);
});

test('the slope of a memory is that of its floor, whatever leaps there are', () => {
  const points = Array.from({ length: 1800 }, (_, second) => {
    const hours = second / 3600;
    return [hours, 200 + 3 * hours + (second % 7) * 5 + (second === 800 ? 90 : 0)] as const;
  });
  const slope = slopeOf(floorsOf(points));
  expect(slope.perHour).toBeCloseTo(3, 1);
  expect(slope.atLeastPerHour).toBeCloseTo(3, 1);
});

test('a memory that comes and goes is not taken for one that grows, and one that grows meanwhile is', () => {
  const wobbling = (perHour: number) =>
    Array.from({ length: 300 }, (_, index) => {
      const hours = (index * 4) / 3600;
      return [hours, 100 + perHour * hours + 4 * Math.sin(index / 19)] as const;
    });
  expect(slopeOf(floorsOf(wobbling(0))).atLeastPerHour).toBeLessThan(1);
  expect(slopeOf(floorsOf(wobbling(60))).atLeastPerHour).toBeGreaterThan(1);
});

test('two readings of one moment are no slope', () => {
  const both = Array.from({ length: 50 }, (_, index) => [index / 240, 40 + index / 480] as const);
  const points = both.flatMap(([hours, mb], index) => [
    [hours, mb] as const,
    [hours, mb + (index % 3) / 100] as const,
  ]);
  const { perHour, atLeastPerHour } = slopeOf(points);
  expect(perHour).toBeCloseTo(0.5, 1);
  expect(atLeastPerHour).toBeGreaterThan(0);
});

/** A reference gateway whose broker says nothing. */
function silentGateway() {
  const time = new VirtualTime({ wallMs: Date.UTC(2026, 5, 1) });
  const truth = new TrueRecords();
  const mqtt = { connect: () => ({ subscribe: () => {}, publish: () => {}, close: () => {} }) };
  const own = { id: 'gw1', unit: 0, meters: 2, time, mqtt, windowS: 5, sampleMs: 1000, truth, seed: 1 };
  const site = new ReferenceGateway(own);
  const behind = () => site.behind(time.wallMs() ?? Number.NaN, 5000);
  return { time, truth, site, behind };
}

test('a gateway that measures no more is found out, and one that leaves a window out', () => {
  const { time, truth, site, behind } = silentGateway();
  time.advance(60_000);
  expect([behind(), site.unmeasured, site.wrong]).toEqual([0, 0, 0]);
  expect(truth.size).toBe(2 * 12);
  site.gateway.stop();
  time.advance(60_000);
  // Two meters, and of each what 60 s have but for the window that is open and the one before it.
  expect(behind()).toBe(2 * 10 * referenceQuantities.length);
  const startMs = Date.UTC(2026, 5, 1, 0, 1, 10);
  const window = { meter: 'm1', startMs, windowS: 5, clock: 'synced', failures: [], values: [] } as const;
  const { journal } = site.gateway;
  if (!(journal instanceof RamJournal)) throw new Error('its journal is not in RAM');
  journal.append(encodeRecord(window));
  // Two windows have no record, and this one no values.
  expect(site.unmeasured).toBe(3 * referenceQuantities.length);
});

test('a window without a value has to be told as missing, by its own reason, and no other time', () => {
  const empty = (reasons: readonly string[]) => ({ reasons, windowMs: 5000 });
  const all = new Map([
    [0, empty(['timeout'])],
    [5000, empty(['timeout', 'crc'])],
    [20_000, empty(['crc'])],
  ]);
  const right = [
    { startMs: 0, endMs: 10_000, reason: 'timeout' },
    { startMs: 20_000, endMs: 25_000, reason: 'crc' },
  ];
  const [first, second] = right as [(typeof right)[0], (typeof right)[0]];
  expect(differencesOf(all, right)).toEqual([]);
  expect(differencesOf(all, [first])).toEqual(['1970-01-01T00:00:20.000Z is not told as missing (crc)']);
  expect(differencesOf(all, [first, { ...second, reason: 'timeout' }])).toEqual([
    '1970-01-01T00:00:20.000Z is missing by timeout instead of crc',
  ]);
  expect(differencesOf(all, [{ ...first, endMs: 15_000 }, second])).toEqual([
    '1970-01-01T00:00:10.000Z is told as missing (timeout), and was not',
  ]);
});

test('of a reader that hears nothing frame errors prove nothing', async () => {
  const [fixture] = answerFixtures(1);
  if (fixture === undefined) throw new Error('no fixture');
  // As of another meter's answer: no error of it is taken for a value, and nothing is read.
  const answer = fixture.answer.slice();
  answer[0] = 99;
  const judge = new FixtureJudge({ ...fixture, answer });
  expect(judge.read()).toBe('nothing');
  for (let bit = 0; bit < 16; bit++) judge.flip(bit);
  expect(judge.wrong).toBe(0);
  const folder = '';
  const run = { size: 'quick', times: 2, seed: 1, folder, progress: () => {} } as const;
  const counts = await frameErrors.run({ ...run, signal: new AbortController().signal });
  const read = counts.figures.find(({ name }) => name === 'answers read without an error');
  expect(read).toMatchObject({ value: 2, least: 2 });
});
