import { expect, test } from 'vitest';
import type { Talk } from '#app/doctor/talk.ts';
import { SharedLine } from '../../../../host/connectors/modbus/shared-line.ts';
import { wayOf } from '../../../../host/connectors/modbus/way.ts';
import { VirtualTime } from '../../../../simulator/gateway/virtual-time.ts';

const way = wayOf({ transport: 'rtu', host: 'converter.example', port: 8899 });
const { signal } = new AbortController();

/** A line in virtual time, and whether it told that nobody is on it. */
function lineAt(time: VirtualTime) {
  const told = { isEmpty: false };
  const line = new SharedLine(
    way,
    time,
    () => {},
    () => {
      told.isEmpty = true;
    },
  );
  return { line, told };
}

// biome-ignore lint/correctness/useYield: it asks nobody
const finds = function* (what: string): Talk<string> {
  return what;
};

test('who searches a line right after a search waits until no answer to that can come', async () => {
  const time = new VirtualTime({ wallMs: Date.UTC(2026, 5, 1) });
  const { line, told } = lineAt(time);
  expect(await line.visit(finds('first'), 100, signal)).toBe('first');
  const [second, third] = ['second', 'third'].map(what => line.visit(finds(what), 100, signal));
  await expect(Promise.race([second, Promise.resolve('waits')])).resolves.toBe('waits');
  time.advance(1000);
  expect(await second).toBe('second');
  time.advance(1000);
  expect(await third).toBe('third');
  time.advance(10_000);
  expect([told.isEmpty, line.isFree]).toEqual([true, true]);
});

test.each([
  ['goes on waiting', 'second'],
  ['is broken off', undefined],
  ['is overtaken by a meter that comes', undefined],
])(
  'who searches a line right after its meters went waits for what they may be answered, and %s',
  async (how, found) => {
    const time = new VirtualTime({ wallMs: Date.UTC(2026, 5, 1) });
    const { line, told } = lineAt(time);
    const member = { meters: [] };
    line.join(member);
    time.advance(0);
    line.leave(member);
    const leaving = new AbortController();
    let hasAsked = false;
    // biome-ignore lint/correctness/useYield: it asks nobody
    const asks = function* (): Talk<string> {
      hasAsked = true;
      return 'second';
    };
    const visit = line.visit(asks(), 100, leaving.signal);
    time.advance(999);
    expect([hasAsked, told.isEmpty, line.isFree]).toEqual([false, false, false]);
    if (how === 'is broken off') leaving.abort();
    if (how === 'is overtaken by a meter that comes') line.join(member);
    time.advance(1);
    expect(await visit).toBe(found);
    time.advance(10_000);
    if (how === 'is overtaken by a meter that comes') line.leave(member);
    time.advance(10_000);
    expect([hasAsked, told.isEmpty, line.isFree]).toEqual([found !== undefined, true, true]);
  },
);
