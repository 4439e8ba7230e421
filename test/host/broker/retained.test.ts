import { expect, test } from 'vitest';
import { Retained } from '../../../host/broker/retained.ts';

function retained() {
  const sent: { gateway: string; message: string; done: () => void }[] = [];
  const of = new Retained<string>((gateway, message, onDone) => {
    sent.push({ gateway, message, done: () => onDone() });
  });
  return { of, sent };
}

test('nothing is sent without a connection, then the newest of each', () => {
  const { of, sent } = retained();
  of.set('attic', 'old');
  of.set('attic', 'new');
  of.set('cellar', 'one');
  expect(sent).toEqual([]);
  of.up();
  expect(sent.map(({ gateway, message }) => `${gateway} ${message}`)).toEqual(['attic new', 'cellar one']);
});

test('thousands go out some at a time, each as others arrived', () => {
  const { of, sent } = retained();
  for (let number = 0; number < 5000; number++) of.set(`g${number}`, 'x');
  of.up();
  expect(sent.length).toBeLessThan(200);
  const most = sent.length;
  for (let next = 0; next < sent.length; next++) {
    sent[next]?.done();
    expect(sent.length - next - 1).toBeLessThanOrEqual(most);
  }
  expect(new Set(sent.map(({ gateway }) => gateway)).size).toBe(5000);
  expect(sent).toHaveLength(5000);
});

test('after a connection that ended all are sent again, and what the old one still answers changes nothing', () => {
  const { of, sent } = retained();
  for (let number = 0; number < 100; number++) of.set(`g${number}`, 'x');
  of.up();
  const before = [...sent];
  of.down();
  of.set('g1', 'y');
  sent.length = 0;
  for (const { done } of before) done();
  expect(sent).toEqual([]);
  of.up();
  for (const { done } of before) done();
  for (let next = 0; next < sent.length; next++) sent[next]?.done();
  expect(sent).toHaveLength(100);
  expect(sent.find(({ gateway }) => gateway === 'g1')?.message).toBe('y');
});
