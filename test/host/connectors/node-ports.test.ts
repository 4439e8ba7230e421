import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { machineTime } from '../../../host/connectors/node-ports.ts';

test('what came while the machine was held up is heard before a wait for it ends', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asks = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [[answers]] = (await Promise.all([once(server, 'connection'), once(asks, 'connect')])) as [
    [Socket],
    unknown,
  ];
  const order: string[] = [];
  asks.on('data', () => order.push('answer'));
  const isOver = new Promise<void>(resolve => {
    machineTime.after(20, () => {
      order.push('time-out');
      resolve();
    });
  });
  answers.write('!');
  const untilMs = performance.now() + 40;
  while (performance.now() < untilMs);
  await isOver;
  expect(order).toEqual(['answer', 'time-out']);
  asks.destroy();
  answers.destroy();
  server.close();
});

test('a wait that is called off when its time has come does not end', async () => {
  let isOver = false;
  const cancel = machineTime.after(0, () => {
    isOver = true;
  });
  // Timers of one time go in their order: this one between the time and its end.
  setTimeout(cancel, 0);
  await new Promise(resolve => setTimeout(() => setImmediate(resolve), 0));
  expect(isOver).toBe(false);
});
