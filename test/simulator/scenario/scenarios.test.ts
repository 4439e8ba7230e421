import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { limits } from '#core/limits.ts';
import { loadKinds } from '../../../simulator/plant/load-kinds.ts';
import { checkScenario } from '../../../simulator/scenario/check.ts';
import { durationS } from '../../../simulator/scenario/duration.ts';
import { gatewaysOf } from '../../../simulator/scenario/gateways.ts';
import { loadScenario, scenarioNames } from '../../../simulator/scenario/load.ts';
import type { Scenario } from '../../../simulator/scenario/scenario.ts';

const textOf = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

test('the scenario of the page on how to write one is right, and each in the package is told of', () => {
  const [, text = ''] = /```yaml\n(.*?)```/s.exec(textOf('docs/extending.md')) ?? [];
  expect(checkScenario(text, 'my-shop')).toMatchObject({ scenario: { name: 'My shop' } });
  for (const name of scenarioNames())
    expect(textOf('docs/simulator.md')).toMatch(new RegExp(`^\\| \`${name}\` \\|`, 'm'));
});

test('each kind of load is told of', () => {
  for (const [kind, { what }] of Object.entries(loadKinds))
    expect(textOf('docs/simulator.md')).toContain(`| \`${kind}\` | ${what} |`);
});

test('the package has what its scenarios are found by', () => {
  expect(JSON.parse(textOf('package.json')).files).toContain('simulator/scenarios');
  expect(scenarioNames()).toEqual(
    expect.arrayContaining(['cabin', 'family-house', 'flat', 'office', 'workshop']),
  );
});

test.each([
  ['45 s', 45],
  ['10min', 600],
  ['1 h 30 min', 5400],
  ['2 d', 172_800],
  ['250 ms', 0.25],
  ['1.5 h', 5400],
  ['10', undefined],
  ['min', undefined],
  ['10 minutes', undefined],
  ['-1 s', undefined],
  ['1 h, 2 min', undefined],
])('the duration %s is %s s', (text, seconds) => expect(durationS(text)).toBe(seconds));

describe('lines are shared out to gateways', () => {
  const manyOf = (lines: number, each: number): Scenario => ({
    ...loadScenario('flat'),
    lines: Array.from({ length: lines }, (_, index) => ({ id: `line-${index}`, kind: 'rs485' as const })),
    meters: Array.from({ length: lines * each }, (_, index) => ({
      id: `meter-${index}`,
      name: `Meter ${index}`,
      profile: 'eastron-sdm120',
      at: 'supply',
      line: `line-${index % lines}`,
      address: 1 + Math.floor(index / lines),
    })),
  });

  test.each([
    [1, 32, 1],
    [2, 16, 1],
    [2, 17, 2],
    [9, 1, 2],
    [16, 2, 2],
    [4, 20, 4],
  ])(
    '%i lines of %i meters go to %i: none has more than it takes, every meter has one',
    (lines, each, count) => {
      const scenario = manyOf(lines, each);
      const shares = gatewaysOf(scenario);
      expect(shares.length).toBe(count);
      for (const share of shares) {
        expect(share.lines.length).toBeLessThanOrEqual(limits.linesPerGateway);
        expect(share.meters.length).toBeLessThanOrEqual(limits.metersPerGateway);
        for (const { line } of share.meters) expect(share.lines.map(({ id }) => id)).toContain(line);
      }
      const ids = shares.flatMap(share => share.meters.map(({ id }) => id));
      expect(ids.sort()).toEqual(scenario.meters.map(({ id }) => id).sort());
    },
  );
});
