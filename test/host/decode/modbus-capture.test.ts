import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { busFrame, voltageExchange } from './bus-frames.ts';
import { parsedLines } from './capture-lines.ts';
import { runCommand } from './run-command.ts';

async function decoded(bytes: Uint8Array, ...args: string[]) {
  const { out, code } = await runCommand(['-', '--json', ...args], bytes, [61, 1]);
  const lines = parsedLines(out) as Record<string, unknown>[];
  return { frames: lines.slice(0, -1), summary: lines.at(-1)?.summary, code };
}

describe('a capture of an RS485 line', () => {
  it('is seen to be one, and tells both directions with what was asked', async () => {
    const { frames, summary, code } = await decoded(voltageExchange(1));
    expect(frames).toEqual([
      {
        format: 'modbus',
        offset: 0,
        length: 8,
        kind: 'request',
        address: 1,
        function: 4,
        register: 0,
        count: 8,
        values: [],
      },
      {
        format: 'modbus',
        offset: 8,
        length: 21,
        kind: 'answer',
        address: 1,
        function: 4,
        register: 0,
        registers: ['4367', 'AE14', '0000', '0000', '0000', '0000', '4060', '0000'],
        values: [],
      },
    ]);
    expect(summary).toMatchObject({ format: 'modbus', starts: 2, valid: 2, junkBytes: 0 });
    expect(code).toBe(0);
  });

  it('gives values where it is told what meter it is', async () => {
    const { frames } = await decoded(voltageExchange(1), '--profile', 'eastron-sdm630');
    expect(frames[1]?.values).toEqual([
      { quantity: 'voltageL1V', value: '231.68', unit: 'V' },
      { quantity: 'voltageL2V', value: '0', unit: 'V' },
      { quantity: 'voltageL3V', value: '0', unit: 'V' },
      { quantity: 'currentL1A', value: '3.5', unit: 'A' },
    ]);
  });

  it('tells writing, its echo as the answer that it is, coils and exceptions', async () => {
    const line = [
      busFrame(1, 6, 0, 5, 0, 7),
      busFrame(1, 6, 0, 5, 0, 7),
      busFrame(2, 16, 0, 1, 0, 2, 4, 1, 2, 3, 4),
      busFrame(2, 16, 0, 1, 0, 2),
      busFrame(3, 1, 0, 0, 0, 9),
      busFrame(3, 1, 2, 0xa5, 1),
      busFrame(4, 3, 1, 0, 0, 2),
      busFrame(4, 0x83, 2),
    ];
    const { frames } = await decoded(Buffer.concat(line));
    expect(frames.map(({ kind }) => kind)).toEqual([
      'request',
      'answer',
      'request',
      'answer',
      'request',
      'answer',
      'request',
      'exception',
    ]);
    expect(frames[2]).toMatchObject({ register: 1, count: 2, registers: ['0102', '0304'] });
    expect(frames[5]).toMatchObject({ register: 0, bits: 'a501' });
    expect(frames[7]).toMatchObject({ register: 256, exception: 2 });
    const { out } = await runCommand(['-'], Buffer.concat(line));
    expect(out).toContain('4 refuses: exception 2, it has no such register');
  });

  it('counts what was damaged between frames and what the end cut off, and loses no good frame', async () => {
    const exchange = voltageExchange(7);
    const damaged = Buffer.from(exchange);
    damaged[12] = (damaged[12] as number) ^ 0x10;
    const { frames, summary } = await decoded(
      Buffer.concat([exchange, damaged, exchange, exchange.subarray(0, 5)]),
    );
    expect(frames.map(({ offset }) => offset)).toEqual([0, 8, 29, 58, 66]);
    expect(summary).toMatchObject({
      starts: 7,
      valid: 5,
      transportCrcErrors: 1,
      incomplete: 1,
      junkBytes: 26,
    });
  });

  it('finds every frame of any traffic, whatever the pieces', async () => {
    const address = fc.integer({ min: 1, max: 247 });
    const count = fc.integer({ min: 1, max: 125 });
    const exchange = fc.record({ address, count, fill: fc.integer({ min: 0, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(exchange, { minLength: 2, maxLength: 8 }), async exchanges => {
        const line = exchanges.map(({ address, count, fill }) =>
          Buffer.concat([
            busFrame(address, 3, 0, 16, 0, count),
            busFrame(address, 3, 2 * count, ...new Uint8Array(2 * count).fill(fill)),
          ]),
        );
        const { summary } = await decoded(Buffer.concat(line));
        expect(summary).toMatchObject({ valid: 2 * exchanges.length, junkBytes: 0 });
      }),
      { seed: 20_261_121, numRuns: 25 },
    );
  });
});
