import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from '#core/bytes.ts';
import {
  type ImprovCommand,
  ImprovReader,
  improvCommand,
  improvError,
  improvResult,
  improvState,
} from '#core/improv.ts';
import { encodeUtf8 } from '#core/utf8.ts';

function reader() {
  const commands: ImprovCommand[] = [];
  let invalid = 0;
  const read = new ImprovReader(
    command => commands.push(command),
    () => invalid++,
  );
  return { read, commands, invalid: () => invalid };
}

const wifi = improvCommand(1, ['MyWirelessAP', 'mysecurepassword']);

test('the WiFi command is the one of the standard, byte for byte', () => {
  // Header, version, type 3, length; 01 1E 0C … 10 … as its page has it; the sum of all that, and a line feed.
  const body = `011e0c${toHex(encodeUtf8('MyWirelessAP'))}10${toHex(encodeUtf8('mysecurepassword'))}`;
  const head = `494d50524f56010320${body}`;
  const sum = Buffer.from(head, 'hex').reduce((total, byte) => (total + byte) & 0xff, 0);
  expect(toHex(wifi)).toBe(`${head}${toHex(Uint8Array.of(sum))}0a`);
  expect(toHex(improvState(2))).toBe('494d50524f56010101 02e2 0a'.replaceAll(' ', ''));
  expect(toHex(improvError(3))).toBe('494d50524f5601020103e40a');
});

test('commands are found in any noise, in any pieces, each once', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.constant(undefined), fc.uint8Array({ maxLength: 12 }), fc.constant(encodeUtf8('IMPRO'))),
        {
          maxLength: 12,
        },
      ),
      fc.integer({ min: 1, max: 9 }),
      (parts, size) => {
        const bytes = Buffer.concat(parts.map(part => part ?? wifi));
        const { read, commands } = reader();
        for (let at = 0; at < bytes.length; at += size) read.add(bytes.subarray(at, at + size));
        const due = parts.filter(part => part === undefined).length;
        expect(commands).toHaveLength(due);
        for (const command of commands)
          expect(command).toEqual({ command: 1, texts: ['MyWirelessAP', 'mysecurepassword'] });
      },
    ),
  );
});

test('a wrong checksum is told, and what follows it is heard', () => {
  const { read, commands, invalid } = reader();
  const spoilt = wifi.slice();
  spoilt[12] = 0x41;
  read.add(spoilt);
  read.add(improvCommand(3, []));
  expect([commands.length, invalid()]).toEqual([1, 1]);
});

test('lengths that do not fit give no texts, and no bytes make it throw', () => {
  const { read, commands } = reader();
  const wrong = improvCommand(1, ['abc']).slice();
  // The text claims more than there is; the checksum is right.
  wrong[11] = 200;
  wrong[wrong.length - 2] = wrong.subarray(0, -2).reduce((sum, byte) => (sum + byte) & 0xff, 0);
  read.add(wrong);
  expect(commands).toEqual([{ command: 1, texts: undefined }]);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), bytes => read.add(bytes)));
});

test('an answer that is too long is cut between characters', () => {
  const bytes = improvResult(4, ['é'.repeat(200), 'lost']);
  expect(bytes.length).toBeLessThanOrEqual(9 + 255 + 2);
  expect(Buffer.from(bytes.subarray(12, -2)).toString()).toMatch(/^é+$/);
});
