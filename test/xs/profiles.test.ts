import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';
import { checkProfile } from '#profiles/profile-check.ts';
import { whyNoEngine } from './engine-build.ts';
import { asJson, Session } from './session.ts';

const why = whyNoEngine();

/** A profile as it comes with settings: parsed from JSON. */
const written = { ...eastronSdm630, id: 'mine' };
const wrong = {
  ...written,
  registers: written.registers.map(register => ({ ...register, quantity: `${register.quantity}x` })),
};
const crowded = { ...written, registers: written.registers.map(register => ({ ...register, address: 7 })) };

describe.skipIf(why !== undefined)(
  `profiles of a user on the XS engine${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    let xs: Session;
    beforeAll(async () => {
      xs = await Session.open();
    });
    afterAll(() => xs?.close());

    test.each([
      ['without a mistake', written],
      ['of unknown quantities', wrong],
      ['of registers that lie on each other', crowded],
    ])(
      '%s, as long as any meter has them, are checked as on Node, in no more byte codes than 130 polls take',
      async (_what, profile) => {
        const { result, cost } = await xs.run('profile', { profile });
        expect(result).toEqual(asJson(checkProfile(asJson(profile))));
        // About half of these are the JSON of this test. With edit distances to all quantities it was 339 million.
        expect(cost.compute).toBeLessThan(6_500_000);
      },
    );
  },
);
