import { describe, expect, it } from 'vitest';
import type { MqttConnection } from '#ports';
import { MemoryBroker } from '../../../simulator/gateway/memory-mqtt.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';

const will = { topic: 'a/status', payload: Uint8Array.of(0), retain: true };

function setUp() {
  const time = new VirtualTime();
  const broker = new MemoryBroker(time);
  const told: string[] = [];
  const connect = (clientId = 'a'): MqttConnection =>
    broker.port.connect(
      { clientId, keepAliveS: 30, will },
      {
        onConnected: () => told.push('connected'),
        onMessage: (topic, payload) => told.push(`${topic} ${payload.join()}`),
        onClosed: why => told.push(`closed: ${why}`),
      },
    );
  return { time, broker, told, connect };
}

describe('the broker in memory', () => {
  it('brings messages both ways, and retained ones to those who come later', () => {
    const { time, broker, told, connect } = setUp();
    const heard: string[] = [];
    broker.on('a/#', message => heard.push(`${message.topic} ${message.payload.join()}`));
    broker.publish('a/settings', Uint8Array.of(7), { retain: true });
    const connection = connect();
    time.advance(10);
    connection.subscribe(['a/settings', 'a/ack']);
    connection.publish('a/records', Uint8Array.of(1, 2), { qos: 1, retain: false });
    broker.publish('a/ack', Uint8Array.of(3));
    broker.publish('b/ack', Uint8Array.of(4));
    time.advance(10);
    expect(told).toEqual(['connected', 'a/settings 7', 'a/ack 3']);
    expect(heard).toEqual(['a/records 1,2']);
  });

  it('publishes the will of a client that is cut off, not of one that leaves', () => {
    const { time, broker, told, connect } = setUp();
    connect();
    time.advance(10);
    broker.cutOff();
    expect(told).toEqual(['connected', 'closed: connection cut']);
    expect(broker.retained.get('a/status')).toEqual(Uint8Array.of(0));
    broker.retained.clear();
    const second = connect();
    time.advance(10);
    second.close();
    time.advance(10);
    expect(broker.retained.size).toBe(0);
    expect(broker.connected).toEqual([]);
  });

  it('refuses connections while it is shut and loses what was on its way to a client', () => {
    const { time, broker, told, connect } = setUp();
    const connection = connect();
    time.advance(10);
    connection.subscribe(['a/ack']);
    broker.publish('a/ack', Uint8Array.of(1));
    broker.shut();
    connect();
    time.advance(10);
    expect(told).toEqual(['connected', 'closed: connection cut', 'closed: connection refused']);
    broker.open();
    connect();
    time.advance(10);
    expect(broker.connected).toEqual(['a']);
  });

  it('loses, doubles and delays messages as it is told to', () => {
    const { time, broker, told, connect } = setUp();
    const connection = connect();
    time.advance(10);
    connection.subscribe(['a/ack']);
    broker.faults = {
      lose: message => message.payload[0] === 1,
      duplicate: message => message.payload[0] === 2,
      delayMs: message => (message.payload[0] === 3 ? 50 : 0),
    };
    for (const byte of [3, 1, 2]) broker.publish('a/ack', Uint8Array.of(byte));
    time.advance(100);
    expect(told).toEqual(['connected', 'a/ack 2', 'a/ack 2', 'a/ack 3']);
  });

  it('lets a client of the same name take the connection over', () => {
    const { time, broker, told, connect } = setUp();
    connect();
    time.advance(10);
    connect();
    time.advance(10);
    expect(told).toEqual(['connected', 'closed: taken over', 'connected']);
    expect(broker.connected).toEqual(['a']);
  });
});
