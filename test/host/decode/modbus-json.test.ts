import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeRegisters } from '#core/modbus/decode.ts';
import { quantities } from '#core/quantities.ts';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';
import { busFrame } from './bus-frames.ts';
import { parsedLines } from './capture-lines.ts';
import { runCommand } from './run-command.ts';

const anyFloat = fc.oneof(
  fc.float({ noNaN: false }),
  fc.float({ min: -1000, max: 1000, noNaN: true }),
  // Half a last digit, where rounding goes by the true value.
  fc.integer({ min: -20_000, max: 20_000 }).map(half => half / 2000),
);

it('values are written as the number of their quantity’s decimals that is nearest, whatever a meter sends', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyFloat, { minLength: 40, maxLength: 40 }), async floats => {
      const data = Buffer.alloc(160);
      for (const [index, value] of floats.entries()) data.writeFloatBE(value, index * 4);
      const exchange = Buffer.concat([busFrame(1, 4, 0, 0, 0, 80), busFrame(1, 4, 160, ...data)]);
      const { out } = await runCommand(['-', '--json', '--profile', 'eastron-sdm630'], exchange, [4096]);
      const [, answer] = parsedLines(out) as { values?: unknown; registers?: unknown }[];
      expect(answer?.registers).toEqual(data.toString('hex').toUpperCase().match(/.{4}/g));
      const registers = eastronSdm630.registers.filter(({ fc: own }) => own === 4);
      expect(answer?.values).toEqual(
        decodeRegisters(registers, 0, data).map(({ quantity, value }) => ({
          quantity,
          value: Number(value.toFixed(quantities[quantity].decimals)).toString(),
          unit: quantities[quantity].unit,
        })),
      );
    }),
    { numRuns: 100 },
  );
});
