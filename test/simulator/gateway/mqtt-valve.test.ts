import { expect, test } from 'vitest';
import { MqttValve } from '../../../simulator/gateway/mqtt-valve.ts';

const silent = { connect: () => ({ subscribe: () => {}, publish: () => {}, close: () => {} }) };

test('who waits at a valve that is closed is told at once', async () => {
  const valve = new MqttValve(silent);
  const waiting = valve.until('settings 3 to run', () => false, 3_600_000);
  valve.close();
  await expect(waiting).rejects.toThrow('waited for settings 3 to run until it was ended');
  await expect(valve.until('more', () => false)).rejects.toThrow('waited for more');
  // What is so already needs no waiting.
  await valve.until('nothing', () => true);
});
