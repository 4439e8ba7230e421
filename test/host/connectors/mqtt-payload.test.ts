import { expect, test } from 'vitest';
import { limits } from '#core/limits.ts';
import { MqttPayload } from '../../../host/connectors/mqtt-payload.ts';

const payloadOf = (text: string) => new MqttPayload(new TextEncoder().encode(text));

test('a message is parsed once, for all that read it, and no other message is taken for it', () => {
  const [one, other] = [payloadOf('{"ENERGY":{"Power":5}}'), payloadOf('{"ENERGY":{"Power":6}}')];
  expect(one.json).toEqual({ ENERGY: { Power: 5 } });
  expect(other.json).toEqual({ ENERGY: { Power: 6 } });
  expect(one.json).toBe(one.json);
});

test('what is no JSON, or larger than any message of a meter, is nothing', () => {
  expect([payloadOf('21.5').text, payloadOf('{"a":').json, payloadOf('').json]).toEqual([
    '21.5',
    undefined,
    undefined,
  ]);
  const large = payloadOf(' '.repeat(limits.mqttPacketUpBytes + 1));
  expect([large.text, large.json]).toEqual([undefined, undefined]);
});
