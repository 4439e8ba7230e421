import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OutQueue } from '../../../firmware/moddable/out-queue.ts';

test('bytes go out in order and whole, however little room there is each time, and no more than it', () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 10 });
  const rooms = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 });
  fc.assert(
    fc.property(chunks, rooms, (given, sizes) => {
      const queue = new OutQueue(1000);
      for (const chunk of given) expect(queue.add(chunk)).toBe(true);
      const out: number[] = [];
      for (let index = 0; !queue.isEmpty; index++) {
        const room = sizes[index % sizes.length] ?? 1;
        const part = queue.take(room) ?? new Uint8Array();
        expect(part.length).toBeGreaterThan(0);
        expect(part.length).toBeLessThanOrEqual(room);
        out.push(...part);
      }
      expect(out).toEqual(given.flatMap(chunk => [...chunk]));
      expect(queue.take(10)).toBeUndefined();
    }),
  );
});

test('what would pass its bound is not taken, and there is room again once some is gone', () => {
  const queue = new OutQueue(100);
  expect(queue.add(new Uint8Array(90))).toBe(true);
  expect(queue.add(new Uint8Array(11))).toBe(false);
  expect(queue.take(0)).toBeUndefined();
  queue.take(10);
  expect(queue.add(new Uint8Array(20))).toBe(true);
});
