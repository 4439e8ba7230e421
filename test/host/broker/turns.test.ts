import { expect, test } from 'vitest';
import { turns } from '../../../host/broker/turns.ts';

test('no more than allowed run at once, all get their turn in order, and too many are refused', async () => {
  const inTurn = turns(2, 3);
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const task = (number: number) =>
    inTurn(async () => {
      most = Math.max(most, ++running);
      await new Promise(resolve => setTimeout(resolve, 2));
      order.push(number);
      running--;
      if (number === 1) throw new Error('one fails');
      return number;
    });
  const results = await Promise.allSettled([0, 1, 2, 3, 4, 5].map(task));
  expect(most).toBe(2);
  expect(order).toEqual([0, 1, 2, 3, 4]);
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
  ]);
  expect(await task(6)).toBe(6);
});
