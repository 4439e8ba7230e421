import { describe, expect, it } from 'vitest';
import { trialMs } from '#app/network-trial.ts';
import { decodeUtf8 } from '#core/utf8.ts';
import type { GatewaySettings } from '#core/wire/settings.ts';
import type { MqttPort } from '#ports';
import { memoryStore } from '../../../simulator/gateway/stores.ts';
import { LifeRig } from './life-rig.ts';

const noLines: GatewaySettings = { version: 1, lines: [], meters: [] };
const identity = {
  gateway: 'gw',
  broker: 'old.example',
  port: 1883,
  password: 'mqtt-secret',
  wifiName: 'old net',
  wifiPassword: 'wifi-secret',
};

/** A machine that reads its network as it starts, as the real ones do; only `reachable` leads to the host. */
function rigWith(reachable: readonly string[], settings: GatewaySettings = noLines) {
  const store = memoryStore();
  let kept: typeof identity = identity;
  const mqtt: MqttPort = {
    connect: (options, handlers) => {
      const now: typeof identity = JSON.parse(decodeUtf8(store.read('identity') ?? new Uint8Array()) ?? '{}');
      kept = now;
      if (reachable.includes(now.broker)) return rig.broker.port.connect(options, handlers);
      const cancel = rig.script.after(2000, () => handlers.onClosed('no route to it'));
      return { subscribe: () => {}, publish: () => {}, close: cancel };
    },
  };
  const rig: LifeRig = new LifeRig({ settings, store, ports: { mqtt } });
  rig.keepIdentity(identity);
  const results = rig.hear('result');
  const about = rig.hear('about');
  // The host confirms a trial by a command.
  rig.broker.on('joulegate/gw/about', () => {
    if (about.at(-1)?.network?.isOnTrial) rig.command({ id: 'confirm', name: 'about' });
  });
  rig.start();
  rig.time.advance(5000);
  return {
    rig,
    results,
    about,
    broker: () => kept.broker,
    kept: () => JSON.parse(decodeUtf8(store.read('identity') ?? new Uint8Array()) ?? '{}'),
    secrets: () => JSON.stringify(store.save()),
  };
}

describe('a trial of another network', () => {
  it('never puts a network in the place of an identity that cannot be read for a while', () => {
    const { rig, kept } = rigWith(['old.example']);
    rig.command({ id: 'n', name: 'network', network: { broker: 'nowhere.example' } });
    while (rig.board.resets.length === 0) rig.time.advance(100);
    const endsTicks = rig.time.ticksMs() + 500 + trialMs;
    const { read } = rig.store;
    let refused = 0;
    rig.store.read = key => {
      if (key !== 'identity' || Math.abs(rig.time.ticksMs() - endsTicks) > 200) return read(key);
      refused++;
      throw new Error('NVS: busy');
    };
    rig.time.advance(trialMs + 60_000);
    expect(refused).toBeGreaterThan(0);
    expect(kept()).toEqual(identity);
  });

  it('keeps what works as soon as the host was heard over it, and tells so', () => {
    const { rig, results, about, broker } = rigWith(['old.example', 'new.example']);
    expect(about.at(-1)?.network).toEqual({ wifiName: 'old net', broker: 'old.example', port: 1883 });
    rig.command({
      id: 'n',
      name: 'network',
      network: { broker: 'new.example', port: 8883, wifiName: 'new net' },
    });
    rig.time.advance(20_000);
    expect(broker()).toBe('new.example');
    expect(results.filter(({ id }) => id === 'n')).toEqual([
      { v: 1, id: 'n', ok: true },
      { v: 1, id: 'n', ok: true, message: 'the new network is kept' },
    ]);
    expect(about.at(-1)?.network).toEqual({ wifiName: 'new net', broker: 'new.example', port: 8883 });
    expect(about.some(({ network }) => network?.isOnTrial)).toBe(true);
    rig.time.advance(2 * trialMs);
    rig.cutPower();
    rig.time.advance(20_000);
    expect(broker()).toBe('new.example');
    expect(rig.board.resets).toEqual(['restart', 'powerOn']);
  });

  it('keeps it by an acknowledged record, too, and no password is told or left behind', () => {
    const { rig, kept, secrets } = rigWith(['old.example', 'new.example'], {
      version: 1,
      lines: [{ id: 'head', kind: 'ir', port: 'head' }],
      meters: [{ id: 'utility', name: 'U', profile: 'sml-meter', line: 'head' }],
    });
    const told: string[] = [];
    rig.broker.on('joulegate/gw/#', ({ payload }) => told.push(decodeUtf8(payload) ?? ''));
    rig.command({ id: 'n', name: 'network', network: { wifiName: 'open net', broker: 'new.example' } });
    rig.time.advance(60_000);
    expect(kept()).toEqual({
      gateway: 'gw',
      broker: 'new.example',
      port: 1883,
      password: 'mqtt-secret',
      wifiName: 'open net',
    });
    expect(told.join()).not.toMatch(/secret/);
    expect(rig.log.join()).not.toMatch(/secret/);
    expect(secrets()).not.toContain(Buffer.from('wifi-secret').toString('base64').slice(2, -4));
  });

  it('is taken back by itself after five minutes, and the host hears why', () => {
    const { rig, results, broker } = rigWith(['old.example']);
    rig.command({ id: 'n', name: 'network', network: { broker: 'gone.example' } });
    rig.time.advance(20_000);
    expect(broker()).toBe('gone.example');
    rig.time.advance(trialMs - 30_000);
    expect(broker()).toBe('gone.example');
    rig.time.advance(100_000);
    expect(broker()).toBe('old.example');
    expect(results.at(-1)).toMatchObject({ id: 'n', ok: false });
    expect(results.at(-1)?.message).toContain('was not heard over the new network within 5 minutes');
    rig.broker.cutOff();
    rig.time.advance(20_000);
    expect(results.filter(({ id }) => id === 'n')).toHaveLength(2);
  });

  it('is taken back in the same time, or sooner, whatever restarts in between', () => {
    for (const everyMs of [7000, 45_000, 200_000]) {
      const { rig, broker } = rigWith(['old.example']);
      rig.command({ id: 'n', name: 'network', network: { broker: 'gone.example' } });
      rig.time.advance(12_000);
      const from = rig.time.ticksMs();
      while (broker() !== 'old.example' && rig.time.ticksMs() - from < 2 * trialMs) {
        rig.time.advance(everyMs);
        if (broker() !== 'old.example') rig.cutPower();
        rig.time.advance(3000);
      }
      expect(rig.time.ticksMs() - from).toBeLessThanOrEqual(trialMs + everyMs + 20_000);
      expect(broker()).toBe('old.example');
    }
  });

  it('ends in the old or in the new network wherever the power is cut at a write', () => {
    for (const isReachable of [true, false]) {
      for (let cutAt = 1; cutAt <= 20; cutAt++) {
        const { rig, broker, results } = rigWith(
          isReachable ? ['old.example', 'new.example'] : ['old.example'],
        );
        const { write } = rig.store;
        let writes = 0;
        Object.assign(rig.store, {
          write: (key: string, value: Uint8Array) => {
            write(key, value);
            if (++writes === cutAt) rig.cutPower();
          },
        });
        rig.command({ id: 'n', name: 'network', network: { broker: 'new.example' } });
        rig.time.advance(trialMs + 120_000);
        expect(['old.example', 'new.example']).toContain(broker());
        expect(rig.broker.connected).toEqual(['gw']);
        if (!isReachable) expect(broker()).toBe('old.example');
        expect(results.filter(({ id }) => id === 'n').length).toBeGreaterThanOrEqual(1);
      }
    }
  });

  it.each([
    [undefined, 'network: is missing'],
    [{}, 'network: is empty; one of wifiName, wifiPassword, broker, port, timeServers is needed'],
    [{ broker: 'old.example' }, 'network: this is what runs already'],
    [{ timeServers: [] }, 'network.timeServers: none given'],
  ])('is refused with %o', (network, words) => {
    const { rig, results } = rigWith(['old.example']);
    rig.command({ id: 'n', name: 'network', ...(network && { network }) });
    rig.time.advance(20_000);
    expect(results.at(-1)?.message).toContain(words);
    expect(rig.board.resets).toEqual([]);
  });

  it('is not begun by a gateway that keeps no network, nor while another is on trial', () => {
    const rig = new LifeRig({ settings: noLines });
    const refused = rig.hear('result');
    rig.start();
    rig.time.advance(2000);
    rig.command({ id: 'a', name: 'network', network: { broker: 'x' } });
    rig.time.advance(2000);
    expect(refused.at(-1)?.message).toBe('network: this gateway keeps no network of its own');
    const two = rigWith(['old.example']);
    two.rig.command({ id: 'a', name: 'network', network: { broker: 'x' } });
    two.rig.command({ id: 'b', name: 'network', network: { broker: 'y' } });
    two.rig.time.advance(100);
    expect(two.results.at(-1)?.message).toContain('another network is on trial');
  });
});
