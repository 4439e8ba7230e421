import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { MqttDevice } from '../../../simulator/sources/mqtt-device.ts';

const taken = 0;
const wrongLogin = 5;

test('a device that was let in and is then refused tries again, as real ones do', async () => {
  const answers = [taken, wrongLogin, taken];
  let logins = 0;
  let back = () => {};
  const isBack = new Promise<void>(resolve => {
    back = resolve;
  });
  const broker = createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', () => {
      const answer = answers[logins++] ?? taken;
      socket.write(Buffer.from([0x20, 2, 0, answer]));
      // The connector was taken away: its devices are sent away, and refused while there is none.
      if (logins === 1) socket.end();
      if (logins === 3) back();
    });
  }).listen(0, '127.0.0.1');
  await once(broker, 'listening');
  const { port } = broker.address() as AddressInfo;
  const script = { clientId: 'plug', everyMs: 60_000, birth: [], messages: () => [] };
  const device = await MqttDevice.start(script, { url: `mqtt://127.0.0.1:${port}` });
  try {
    await isBack;
    expect(logins).toBe(3);
  } finally {
    await device.cut();
    broker.close();
  }
});

test('a device that is refused at its first login ends', async () => {
  const broker = createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write(Buffer.from([0x20, 2, 0, wrongLogin])));
  }).listen(0, '127.0.0.1');
  await once(broker, 'listening');
  const { port } = broker.address() as AddressInfo;
  const script = { clientId: 'plug', everyMs: 60_000, birth: [], messages: () => [] };
  await expect(MqttDevice.start(script, { url: `mqtt://127.0.0.1:${port}` })).rejects.toThrow(
    'Connection refused',
  );
  await new Promise(resolve => broker.close(resolve));
});
