import { expect, test } from 'vitest';
import { p1Clock } from '../../../simulator/meters/p1-clock.ts';
import { P1Head } from '../../../simulator/meters/p1-head.ts';
import { SwitchedHead } from '../../../simulator/meters/switched-head.ts';

const second = (text: string): number => Date.parse(text) / 1000;

test.each([
  ['Europe/Amsterdam', '2026-01-05T22:59:07Z', '260105235907W'],
  ['Europe/Amsterdam', '2026-12-31T23:00:00Z', '270101000000W'],
  ['Europe/Amsterdam', '2026-03-29T00:59:59Z', '260329015959W'],
  ['Europe/Amsterdam', '2026-03-29T01:00:00Z', '260329030000S'],
  // The hour that comes twice is told apart.
  ['Europe/Amsterdam', '2026-10-25T00:30:00Z', '261025023000S'],
  ['Europe/Amsterdam', '2026-10-25T01:30:00Z', '261025023000W'],
  ['Australia/Sydney', '2026-01-05T00:00:00Z', '260105110000S'],
  ['Australia/Sydney', '2026-07-05T00:00:00Z', '260705100000W'],
  ['UTC', '2026-07-05T12:34:56Z', '260705123456W'],
])('the clock of a P1 meter in %s at %s says %s', (zone, at, text) => {
  expect(p1Clock(zone)(second(at))).toBe(text);
});

test('each telegram has it, with quirks, too', () => {
  const clock = p1Clock('Europe/Amsterdam');
  let now = second('2026-07-05T12:00:00Z');
  const head = new SwitchedHead('p1', () => undefined, { clock: () => clock(now) });
  const said = (): string => Buffer.from(head.telegram(0)).toString('latin1');
  expect(said()).toContain('0-0:1.0.0(260705140000S)');
  now += 10;
  head.setQuirks(['doubled']);
  expect(said().match(/0-0:1\.0\.0\(260705140010S\)/g)).toHaveLength(2);
});

test('a gas meter behind it was asked in these five minutes, summer time or not', () => {
  const said = (clock: string): string =>
    Buffer.from(
      new P1Head({
        read: quantity => (quantity === 'gasVolumeM3' ? 12.5 : undefined),
        clock: () => clock,
      }).telegram(),
    ).toString('latin1');
  expect(said('260705140742S')).toContain('(260705140500S)(00012.500*m3)');
  expect(said('261231235959W')).toContain('(261231235500W)(00012.500*m3)');
});
