import { describe, expect, it } from 'vitest';
import { argumentsOfDecode } from '../../../host/decode/arguments.ts';
import {
  absent,
  frame,
  list,
  message,
  octets,
  signed,
  unsigned,
} from '../../../simulator/meters/sml-encode.ts';
import { SmlHead } from '../../../simulator/meters/sml-head.ts';
import { voltageExchange } from './bus-frames.ts';
import { parsedLines } from './capture-lines.ts';
import { runCommand, runIntoClosedPipe } from './run-command.ts';

const telegram = (): Uint8Array =>
  new SmlHead({ read: quantity => (quantity === 'powerW' ? 250 : 12_345_678.9), quantities }).telegram(7);
const quantities = ['energyImportWh', 'powerW'] as const;

/** Noise that is the same in each run. */
function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state >> 16;
  });
}

describe('joulegate decode', () => {
  it('is known by its name, also behind --json', () => {
    expect(argumentsOfDecode(['decode', 'a', '--json'])).toEqual(['a', '--json']);
    expect(argumentsOfDecode(['--json', 'decode', 'a'])).toEqual(['--json', 'a']);
    for (const other of [[], ['serve'], ['backup', 'decode'], ['--data-dir', 'decode']])
      expect(argumentsOfDecode(other)).toBeUndefined();
  });

  it('tells people each telegram with names and units, and what it found in all', async () => {
    const { out, code } = await runCommand(['-'], telegram());
    expect(out).toMatch(/^SML telegram 1, \d+ bytes from byte 0 on\n/);
    expect(out).toMatch(/ 1-0:1\.8\.0\*255 {2,}12345678\.9 Wh {2}Energy taken from the grid\n/);
    expect(out).toMatch(/ 1-0:16\.7\.0\*255 {2,}250(\.0)? W {3}Power\n/);
    expect(out).toMatch(/SML, \d+ bytes: 1 valid telegram with \d values\.\n$/);
    expect(code).toBe(0);
  });

  it('counts places from the first byte of the capture, past any noise before it', async () => {
    const before = noise(100_000);
    const { out } = await runCommand(['-', '--json'], Buffer.concat([before, telegram()]), [4096]);
    const [line, last] = parsedLines(out) as Record<string, unknown>[];
    expect(line).toMatchObject({ format: 'sml', offset: before.length });
    expect(last?.summary).toMatchObject({ valid: 1, junkBytes: before.length });
  });

  it('says of noise that it is none of what it knows, and what may be wrong', async () => {
    const { out, code } = await runCommand(['-'], noise(200_000), [65_536]);
    expect(out).toContain('200000 bytes: nothing in it is SML, D0, P1 or Modbus RTU.');
    expect(out).toContain('Wrong baud or parity');
    expect(code).toBe(1);
    const json = await runCommand(['-', '--json'], noise(5000));
    expect(parsedLines(json.out)).toEqual([
      { summary: expect.objectContaining({ format: null, starts: 0, valid: 0, junkBytes: 5000 }) },
    ]);
  });

  it('says of an empty capture that it is empty', async () => {
    const { out, code } = await runCommand(['-']);
    expect(out).toContain('The capture is empty');
    expect(code).toBe(1);
  });

  it('tells a meter that waits for its PIN by whole kWh and no power', async () => {
    const { out } = await runCommand(['-'], telegramWithoutPin());
    expect(out).toMatch(/ 2043000 Wh {2}Energy taken from the grid/);
    expect(out).toContain('Ask its operator for the PIN');
    expect((await runCommand(['-'], telegram())).out).not.toContain('PIN');
  });

  it('reads as what it is told to', async () => {
    const { out, code } = await runCommand(['-', '--json', '--format', 'sml'], voltageExchange(1));
    expect(parsedLines(out)).toEqual([
      { summary: expect.objectContaining({ format: 'sml', starts: 0, valid: 0, junkBytes: 29 }) },
    ]);
    expect(code).toBe(1);
  });

  it('ends with 2 and says what is allowed where the command line is wrong', async () => {
    for (const [args, said] of [
      [[], /needs a capture: joulegate decode FILE/],
      [['a', 'b'], /b: is too much/],
      [['a', '--colour'], /--colour: is not known; allowed is/],
      [['a', '--format'], /--format: needs a value/],
      [['a', '--format', 'xml'], /"xml" is no format; allowed is sml, d0, p1, modbus/],
      [['a', '--profile', 'x'], /"x" is the id of no Modbus meter; the nearest are .*eastron-sdm630/],
      [['a', '--json=yes'], /--json: takes no value, "yes" was given/],
    ] as const) {
      const { code, out, err } = await runCommand(args);
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(said);
    }
  });

  it('ends with 1 and says what to do where the file cannot be read', async () => {
    const absent = await runCommand(['/no/such/capture.bin']);
    expect(absent).toMatchObject({ code: 1, out: '' });
    expect(absent.err).toMatch(/capture\.bin: there is no such file; give the path of a capture, or - for/);
    expect((await runCommand(['/'])).err).toMatch(/it is a folder/);
  });

  it('helps', async () => {
    const { code, out } = await runCommand(['--help']);
    expect(code).toBe(0);
    for (const option of ['--json', '--format', '--profile', 'standard input']) expect(out).toContain(option);
  });

  it('ends quietly when nobody reads on', async () => {
    const bytes = Buffer.concat(Array.from({ length: 50 }, telegram));
    expect(await runIntoClosedPipe(['-', '--json'], bytes)).toMatchObject({ code: 0, err: '' });
  });
});

/** What a modern meter sends before its PIN was entered: energy alone, with a scaler of 3. */
function telegramWithoutPin(): Uint8Array {
  const code = octets([1, 0, 1, 8, 0, 255]);
  const energy = list(code, absent, absent, unsigned(30, 1), signed(3, 1), unsigned(2043, 4), absent);
  const getList = list(absent, octets([1, 2]), absent, absent, list(energy), absent, absent);
  return frame([...message(1, 0x0701, getList)]);
}
