import { describe, expect, test } from 'vitest';
import { withParity } from '#core/iec62056/line-coding.ts';
import { smlTelegrams, textTelegrams } from '../firmware/core/fuzz-telegrams.ts';
import { fuzzText } from '../firmware/core/iec62056/fuzz.ts';
import { fuzzSml } from '../firmware/core/sml/fuzz.ts';
import { judged } from '../firmware/core/sml/judge.ts';
import type { FuzzOutcome } from '../firmware/core/spoilt-stream.ts';
import { heldUpMs } from '../processor-time.ts';
import synthetic from '../vectors/sml/synthetic.json' with { type: 'json' };
import { rounds } from './chance.ts';

const perSeed = 50_000;
const longMs = 40 * 60_000;

/** Runs seeds 1, 2, … and prints what was done; stops at the first seed that shows something wrong. */
function fuzz(name: string, seeds: number, run: (seed: number) => FuzzOutcome): void {
  const sum = { telegrams: 0, bytes: 0, given: 0, givenSpoilt: 0, values: 0 };
  const faults: Record<string, number> = {};
  let slowestMs = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const beganMs = performance.now() - heldUpMs();
    const outcome = run(seed);
    slowestMs = Math.max(slowestMs, performance.now() - heldUpMs() - beganMs);
    expect(outcome.wrong).toEqual([]);
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += outcome[key];
    for (const [fault, count] of Object.entries(outcome.faults)) faults[fault] = (faults[fault] ?? 0) + count;
  }
  console.log(
    `${name}: seeds 1 to ${seeds}, ${sum.telegrams} telegrams (${Math.round(sum.bytes / 1e6)} MB), ` +
      `${sum.given} given, ${sum.givenSpoilt} of them spoilt with right CRCs, ${sum.values} values, all judged right; ` +
      `faults ${JSON.stringify(faults)}`,
  );
  // Both sides of the judge were seen.
  expect(sum.givenSpoilt).toBeGreaterThan(sum.telegrams / 100);
  expect(Object.values(faults).reduce((a, b) => a + b, 0)).toBeGreaterThan(sum.telegrams / 4);
  expect(slowestMs).toBeLessThan(120_000);
}

describe('spoilt telegrams of optical heads', () => {
  test('the judge refuses what is bad and knows what is good, by itself', () => {
    let good = 0;
    for (const { hex, frames } of synthetic) {
      const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
      for (const { offset, length, valid, values = [] } of frames) {
        if (length < 16) continue;
        const numbers = judged(bytes.subarray(offset, offset + length));
        if (!valid) expect(numbers).toBeUndefined();
        else {
          good++;
          expect(numbers?.length).toBe(values.filter(({ type }) => /^[iu]\d/.test(type)).length);
        }
      }
    }
    expect(good).toBeGreaterThan(30);
  });

  test(
    'SML: never a throw, a hang, bytes that are kept for ever, or a value of a bad CRC',
    () => fuzz('SML', rounds(2, 200), seed => fuzzSml(smlTelegrams, seed, perSeed)),
    longMs,
  );

  test(
    'D0 and P1: never a throw, a hang, bytes that are kept for ever, or a value of a bad check',
    () => {
      const telegrams = [...textTelegrams, ...textTelegrams.map(withParity)];
      fuzz('D0 and P1', rounds(1, 40), seed => fuzzText(telegrams, seed, perSeed));
    },
    longMs,
  );
});
