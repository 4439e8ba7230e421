import { expect, it } from 'vitest';
import { createBusSource } from '#app/poller.ts';
import type { Ports } from '#ports';
import { trustedRegisters } from '#profiles/profile.ts';
import { profiles } from '#profiles/registry.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { SerialLine } from '../../../simulator/line/serial-line.ts';
import { attachSlave } from '../../../simulator/meters/modbus-slave.ts';
import { meterSettings, noLog, recordingSink } from '../../firmware/app/line-rig.ts';

it('forty meters of all kinds share a line, and each is heard as itself', () => {
  const time = new VirtualTime();
  const line = new SerialLine({ time, baud: 9600, parity: 'none', stopBits: 1, seed: 1 });
  const kinds = profiles.flatMap(profile =>
    profile.kind === 'modbus' &&
    profile.sunspec === undefined &&
    trustedRegisters(profile).some(({ quantity }) => quantity === 'powerW')
      ? [profile]
      : [],
  );
  const meters = Array.from({ length: 40 }, (_, index) => {
    const profile = kinds[index % kinds.length] ?? kinds[0];
    if (profile === undefined) throw new Error('there is no profile');
    const { scale = 1 } = profile.registers.find(({ quantity }) => quantity === 'powerW') ?? {};
    const powerW = (100 + index) * Math.sign(scale);
    const record = recordingSink();
    attachSlave(line, { address: index + 1, profile, read: id => (id === 'powerW' ? powerW : 0) }, time, 15);
    return { profile, powerW, record, settings: meterSettings(`m${index}`, index + 1, { sampleMs: 30_000 }) };
  });
  const openSerial: Ports['openSerial'] = (_, handlers) => line.connect({ onBytes: handlers.onBytes });
  const source = createBusSource({
    time,
    line: { id: 'bus', kind: 'rs485', port: 'bus', baud: 9600 },
    openSerial,
    meters: meters.map(({ profile, settings, record }) => ({ profile, settings, sink: record.sink })),
    log: noLog,
  });
  source.start();
  time.advance(100_000);
  source.stop();
  for (const { profile, powerW, record, settings } of meters) {
    const powers = record.samples.flatMap(({ values }) => values.powerW ?? []);
    expect(powers.length, `${settings.id} ${profile.id}`).toBeGreaterThanOrEqual(3);
    for (const power of powers)
      expect(Math.abs(power - powerW), `${settings.id} ${profile.id}`).toBeLessThan(1);
    expect(record.failures.filter(({ reason }) => reason !== 'implausible')).toEqual([]);
  }
  expect(line.counts.collisions).toBe(0);
});
