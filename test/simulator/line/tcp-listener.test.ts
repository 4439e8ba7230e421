import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { listenOnTcp, sendTo } from '../../../simulator/line/tcp-listener.ts';

test('a client that has hung is cut off before what waits for it grows, and one that reads stays', async () => {
  const waiting: number[] = [];
  let read = 0;
  let isOver = false;
  const listener = await listenOnTcp(0, socket => {
    const chunk = new Uint8Array(32_768);
    const send = (): void => {
      if (isOver || socket.destroyed) return;
      sendTo(socket, chunk);
      waiting.push(socket.writableLength);
      setImmediate(send);
    };
    send();
  });
  onTestFinished(() => listener.close());
  const reader = connect(listener.port, '127.0.0.1').on('data', ({ length }) => {
    read += length;
  });
  const hung = connect(listener.port, '127.0.0.1').on('error', () => {});
  hung.pause();
  const closed = new Promise(resolve => reader.once('close', resolve));
  await expect.poll(() => waiting.some(bytes => bytes > 200_000)).toBe(true);
  await expect.poll(() => read).toBeGreaterThan(1_000_000);
  isOver = true;
  expect(Math.max(...waiting)).toBeLessThanOrEqual(262_144);
  // What the hung one still reads comes to an end.
  const ended = new Promise(resolve => hung.once('close', resolve));
  hung.resume();
  await ended;
  listener.disconnect();
  await closed;
});
