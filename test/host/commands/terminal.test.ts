import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { UsageError, type World } from '../../../host/commands/command.ts';
import { instantOf } from '../../../host/commands/instants.ts';
import { askNewSecret, askSecret } from '../../../host/commands/terminal.ts';
import { tableLines } from '../../../host/commands/text-table.ts';

/** A terminal that says what is typed at it, and whether it shows that. */
function terminal(isTTY: boolean) {
  const modes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), {
    isTTY,
    setRawMode: (isRaw: boolean) => void modes.push(isRaw),
  });
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const world: World = { env: {}, stdin, stdout: new PassThrough(), print: say, complain: say };
  return { world, stdin, modes, said };
}

test('a secret is typed without being shown, with what was wrong taken back', async () => {
  const { world, stdin, modes, said } = terminal(true);
  const asked = askSecret(world, 'Password of ada');
  stdin.write('wrong\u0015violett\u007f heron');
  stdin.write(Buffer.from('é').subarray(0, 1));
  stdin.write(Buffer.from('é').subarray(1));
  stdin.write('\u001b\r');
  expect(await asked).toBe('violet heroné');
  expect(modes).toEqual([true, false]);
  expect(said.join()).not.toContain('heron');
});

test('a new one is asked for twice at a terminal, and once where it comes from a program', async () => {
  const typed = terminal(true);
  const asked = askNewSecret(typed.world, 'New password');
  typed.stdin.write('one\r');
  await new Promise(setImmediate);
  typed.stdin.write('other\r');
  await expect(asked).rejects.toThrow('not alike');
  const piped = terminal(false);
  piped.stdin.end('violet heron\r\nand more');
  expect(await askNewSecret(piped.world, 'New password')).toBe('violet heron');
  const empty = terminal(false);
  empty.stdin.end('\n');
  await expect(askSecret(empty.world, 'Password')).rejects.toThrow(UsageError);
});

test('Ctrl-C ends the question, and nothing is changed', async () => {
  const { world, stdin, modes } = terminal(true);
  const asked = askSecret(world, 'Password');
  stdin.write('abc\u0003');
  await expect(asked).rejects.toThrow('nothing was changed');
  expect(modes).toEqual([true, false]);
});

test.each([
  ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00Z'],
  ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00Z'],
  ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00Z'],
  ['2026-01-01', 'Asia/Kolkata', '2025-12-31T18:30:00Z'],
  // Clocks go from 0:00 to 1:00: that day begins at 1:00.
  ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00Z'],
  ['2026-03-29T12:00:00+02:00', 'UTC', '2026-03-29T10:00:00Z'],
])('%s in %s begins at %s', (text, zone, at) => {
  expect(new Date(instantOf('from', text, zone)).toISOString()).toBe(at.replace('Z', '.000Z'));
});

test('what is no instant is named with what is allowed', () => {
  for (const text of ['2026-02-30', 'yesterday', '2026-01-01T12:00:00', '1767225600000', ''])
    expect(() => instantOf('from', text, 'UTC'), text).toThrow(/--from: .* is allowed/);
});

test('a name cannot move the cursor of a terminal', () => {
  expect(tableLines(['id', 'name'], [['a', 'x\u001b[2Jy\n\u202e']])).toEqual(['id  name', 'a   x·[2Jy··']);
});
