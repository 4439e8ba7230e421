import { expect, test } from 'vitest';
import { limits } from '#core/limits.ts';
import { newBrokerCounters } from '../../../host/broker/counters.ts';
import { Intake } from '../../../host/broker/intake.ts';
import { brokerLimits } from '../../../host/broker/limits.ts';

const { perSecond, burst } = brokerLimits.flood;

function intake() {
  const counters = newBrokerCounters();
  const taken: string[] = [];
  const refused: string[] = [];
  const clock = { nowMs: 0 };
  const of = new Intake({
    counters,
    nowMs: () => clock.nowMs,
    onMessage: (gateway, channel) => taken.push(`${gateway} ${channel}`),
    onRefused: (gateway, code) => refused.push(`${gateway} ${code}`),
  });
  return { of, counters, taken, refused, clock };
}

test('only an up-channel of a gateway’s own is taken, and everything else is counted and told', () => {
  const { of, counters, refused } = intake();
  expect(of.sender('joulegate/attic/records', 'attic')).toEqual({ gateway: 'attic', channel: 'records' });
  expect(of.sender('joulegate/attic/settings/reported')).toMatchObject({ channel: 'settings/reported' });
  for (const topic of ['joulegate/cellar/records', 'joulegate/attic/ack', 'joulegate/attic', 'x', '']) {
    expect(of.sender(topic, 'attic')).toBeUndefined();
  }
  for (const topic of [
    'joulegate/Attic!/records',
    'joulegate/attic/ack',
    `joulegate/${'a'.repeat(65)}/live`,
  ]) {
    expect(of.sender(topic)).toBeUndefined();
  }
  expect(counters).toMatchObject({ received: 10, foreign: 8 });
  expect(refused).toEqual([
    ...Array(5).fill('attic mqtt.foreign'),
    ...Array(3).fill('undefined mqtt.foreign'),
  ]);
});

test('a payload of exactly the limit passes, one byte more does not', () => {
  const { of, counters, taken, refused } = intake();
  of.take('attic', 'records', new Uint8Array(limits.mqttPacketUpBytes));
  of.take('attic', 'records', new Uint8Array(limits.mqttPacketUpBytes + 1));
  expect(taken).toEqual(['attic records']);
  expect(counters.packetsTooLarge).toBe(1);
  expect(refused).toEqual(['attic mqtt.tooLarge']);
});

test('a gateway that floods is cut to its share, told once, and costs another nothing', () => {
  const { of, counters, taken, refused, clock } = intake();
  const payload = new Uint8Array(10);
  for (let sent = 0; sent < burst + 500; sent++) of.take('attic', 'live', payload);
  expect(taken).toHaveLength(burst);
  expect(counters.flooded).toBe(500);
  of.take('cellar', 'live', payload);
  expect(taken.at(-1)).toBe('cellar live');
  clock.nowMs += 1000;
  for (let sent = 0; sent < perSecond * 2; sent++) of.take('attic', 'live', payload);
  expect(taken).toHaveLength(burst + 1 + perSecond);
  expect(refused).toEqual(['attic mqtt.flood']);
});

test('large messages use a share up sooner', () => {
  const { of, taken } = intake();
  for (let sent = 0; sent < burst; sent++) of.take('attic', 'records', new Uint8Array(64 * 1024));
  expect(taken).toHaveLength(Math.floor(burst / 9));
});

test('an external broker cannot make up gateways without end', () => {
  const { of, counters, refused } = intake();
  for (let number = 0; number < brokerLimits.gateways; number++)
    of.take(`g${number}`, 'live', new Uint8Array(1));
  expect(of.sender('joulegate/one-more/live')).toBeUndefined();
  expect(of.sender('joulegate/g7/live')).toBeDefined();
  expect(counters.gatewaysRefused).toBe(1);
  expect(refused).toEqual(['undefined mqtt.gateways']);
});
