import { describe, expect, it } from 'vitest';
import { lightPatterns } from '#app/light.ts';
import { LifeRig, lifeSettings } from './life-rig.ts';

/** How long the LED was on, off, on … over the last so many changes. */
function shown(rig: LifeRig, forMs: number): number[] {
  rig.board.lights.length = 0;
  rig.time.advance(forMs);
  const changes = rig.board.lights.filter(({ isOn }, index, all) => isOn !== all[index - 1]?.isOn);
  const first = changes.findIndex(({ isOn }) => isOn);
  return changes
    .slice(first, -1)
    .map(({ ticksMs }, index) => (changes[first + index + 1]?.ticksMs ?? 0) - ticksMs);
}

const isPattern = (spans: readonly number[], pattern: readonly number[]): boolean =>
  spans.length >= 2 * pattern.length &&
  pattern.some((_, from) => spans.every((ms, index) => ms === pattern[(from + index) % pattern.length]));

describe('the status light', () => {
  it('shows that all is well, that a meter fails, that there is no host, that somebody asked, and safe mode', () => {
    const settings = {
      ...lifeSettings,
      lines: lifeSettings.lines.slice(0, 1),
      meters: lifeSettings.meters.slice(0, 1),
    };
    const rig = new LifeRig({ settings });
    rig.start();
    rig.time.advance(10_000);
    expect(isPattern(shown(rig, 15_000), lightPatterns.well)).toBe(true);
    rig.isAnswering = false;
    rig.time.advance(10_000);
    expect(isPattern(shown(rig, 15_000), lightPatterns.metersFailing)).toBe(true);
    rig.command({ id: 'i', name: 'identify', seconds: 20 });
    rig.time.advance(1000);
    expect(isPattern(shown(rig, 10_000), lightPatterns.identify)).toBe(true);
    rig.time.advance(20_000);
    expect(isPattern(shown(rig, 15_000), lightPatterns.metersFailing)).toBe(true);
    rig.broker.shut();
    rig.time.advance(3000);
    expect(isPattern(shown(rig, 10_000), lightPatterns.connecting)).toBe(true);
    rig.broker.open();
    for (let start = 0; start < 6; start++) {
      rig.board.reset('panic');
      rig.time.advance(3000);
    }
    rig.time.advance(70_000);
    expect(isPattern(shown(rig, 15_000), lightPatterns.safe)).toBe(true);
  });

  it('has patterns that people tell apart: pairs of on and off, none like another, none too quick to see', () => {
    const patterns = Object.entries(lightPatterns);
    for (const [name, pattern] of patterns) {
      if (name !== 'held') expect(pattern.length % 2).toBe(0);
      expect(Math.min(...pattern)).toBeGreaterThanOrEqual(60);
      expect(pattern.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(3000);
    }
    expect(new Set(patterns.map(([, pattern]) => pattern.join())).size).toBe(patterns.length);
  });
});

describe('the button', () => {
  const pressed = (forMs: number) => {
    let presses = 0;
    const rig = new LifeRig({ gateway: { onButtonPress: () => presses++ } });
    rig.keepIdentity({ gateway: 'gw' });
    rig.start();
    rig.time.advance(10_000);
    rig.board.press(true);
    rig.time.advance(forMs);
    rig.board.press(false);
    rig.time.advance(1000);
    return { presses, isForgotten: rig.store.read('identity') === undefined };
  };

  it.each([
    [5, 0, false],
    [60, 1, false],
    [1000, 1, false],
    [3000, 1, false],
    [3500, 0, false],
    [9900, 0, false],
    [10_000, 0, true],
    [30_000, 0, true],
  ])('held for %d ms: %d presses, forgets all: %s', (ms, presses, isForgotten) => {
    expect(pressed(ms)).toEqual({ presses, isForgotten });
  });
});
