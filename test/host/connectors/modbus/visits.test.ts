import { expect, test } from 'vitest';
import type { Talk } from '#app/doctor/talk.ts';
import { SharedLine } from '../../../../host/connectors/modbus/shared-line.ts';
import { wayOf } from '../../../../host/connectors/modbus/way.ts';
import { VirtualTime } from '../../../../simulator/gateway/virtual-time.ts';

test('who searches a line right after a search waits until no answer to that can come', async () => {
  const time = new VirtualTime({ wallMs: Date.UTC(2026, 5, 1) });
  const way = wayOf({ transport: 'rtu', host: 'converter.example', port: 8899 });
  let isEmpty = false;
  const line = new SharedLine(
    way,
    time,
    () => {},
    () => {
      isEmpty = true;
    },
  );
  const { signal } = new AbortController();
  // biome-ignore lint/correctness/useYield: it asks nobody
  const finds = function* (what: string): Talk<string> {
    return what;
  };
  expect(await line.visit(finds('first'), 100, signal)).toBe('first');
  const [second, third] = ['second', 'third'].map(what => line.visit(finds(what), 100, signal));
  await expect(Promise.race([second, Promise.resolve('waits')])).resolves.toBe('waits');
  time.advance(1000);
  expect(await second).toBe('second');
  time.advance(1000);
  expect(await third).toBe('third');
  time.advance(10_000);
  expect([isEmpty, line.isFree]).toEqual([true, true]);
});
