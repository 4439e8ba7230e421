import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHostLog, type LogLevel } from '../../../host/logging/host-log.ts';
import { lineMost, plainLine } from '../../../host/logging/plain-line.ts';

function logUnderTest() {
  const clock = { nowMs: 0 };
  const lines: string[] = [];
  const write = (level: LogLevel, line: string) => void lines.push(`${level} ${line}`);
  return { clock, lines, ...createHostLog({ write, nowMs: () => clock.nowMs }) };
}

test('100,000 refusals write a handful of lines a minute, and say how many they left out', () => {
  const { clock, lines, log, close } = logUnderTest();
  const refusals = 100_000;
  const minutes = 5;
  for (let index = 0; index < refusals; index++) {
    clock.nowMs = Math.floor((index / refusals) * minutes * 60_000);
    log('warn', `sign-in refused from 192.0.2.${index % 250}`, 'signIn.refused');
  }
  close();
  const left = lines.flatMap(line => /(\d+) more lines/.exec(line)?.[1] ?? []);
  const written = lines.length - left.length;
  expect(written).toBe(10 * minutes);
  expect(left).toHaveLength(minutes);
  expect(written + left.reduce((sum, count) => sum + Number(count), 0)).toBe(refusals);
  console.log(
    `${refusals} refusals in ${minutes} minutes: ${lines.length} lines, ${refusals - written} counted`,
  );
});

test('who makes up names cannot make up kinds, and nobody drowns errors', () => {
  const { lines, log, close } = logUnderTest();
  for (let index = 0; index < 100_000; index++)
    log('warn', `${index.toString(36)} ${'x'.repeat(index % 90)} came`);
  expect(lines.length).toBeLessThanOrEqual(300);
  log('error', 'the disk is full');
  expect(lines.at(-1)).toBe('error the disk is full');
  close();
  expect(lines.length).toBeLessThanOrEqual(300 + 1 + 201);
  console.log(`100000 lines of made up kinds in a minute: ${lines.length} lines`);
});

test('lines of one kind do not keep those of another out', () => {
  const { lines, log } = logUnderTest();
  for (let index = 0; index < 1000; index++) log('info', `gateway g${index} connected`, 'connection');
  for (let index = 0; index < 1000; index++) log('info', `backup ${index} made`);
  expect(lines.filter(line => line.includes('connected'))).toHaveLength(10);
  expect(lines.filter(line => line.includes('backup'))).toHaveLength(10);
});

test('a line stays one line and acts on no terminal, whatever is in it', () => {
  const forged = 'bob\r\n{"level":30,"msg":"ada signed in"}\u001b[2K\u0007\u009b31m\u2028\u202eevil\u200b';
  expect(plainLine(forged)).toBe(
    'bob\\r\\n{"level":30,"msg":"ada signed in"}\\u001b[2K\\u0007\\u009b31m\\u2028\\u202eevil\\u200b',
  );
  const runs = 2000;
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), text => {
      const line = plainLine(text);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
      expect(line.length).toBeLessThanOrEqual(6 * lineMost + 40);
    }),
    { numRuns: runs },
  );
});
