import { describe, expect, it } from 'vitest';
import { createBusSource } from '#app/poller.ts';
import { type QuantityId, quantities } from '#core/quantities.ts';
import type { ModbusProfile, ModbusRegister } from '#profiles/profile.ts';
import { trustedRegisters } from '#profiles/profile.ts';
import { profiles } from '#profiles/registry.ts';
import { sunspecDevice, sunspecInverter, sunspecMeter } from '#profiles/sunspec.ts';
import { DirectLines } from '../../../simulator/gateway/direct-lines.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import type { ModbusSlave } from '../../../simulator/meters/modbus-slave.ts';
import { SmlHead } from '../../../simulator/meters/sml-head.ts';
import { sunspecSlave } from '../../../simulator/meters/sunspec-device.ts';
import { lineRig, meterSettings, recordingSink } from '../app/line-rig.ts';

/** Of each quantity another value, whole in every meter's steps and inside every register. */
function trueValue(quantity: QuantityId, register?: ModbusRegister): number {
  const { kind, unit, wire } = quantities[quantity];
  if (kind === 'counter') return wire * 1000;
  if (unit === '1') return Math.fround(wire / 128) / 4;
  const isSigned = register !== undefined && !register.type.startsWith('u');
  const canBeNegative = unit === 'W' && !/Import|Export/.test(quantity);
  return (register?.scale ?? 1) < 0 || (isSigned && canBeNegative) ? -wire : wire;
}

/** What the gateway's own code reads of slaves on a simulated line within so many seconds. */
function readBack(slaves: readonly ModbusSlave[], asked: ModbusProfile, seconds: number) {
  const rig = lineRig(slaves);
  const { sink, samples, failures } = recordingSink();
  const said: string[] = [];
  const source = createBusSource({
    time: rig.time,
    line: rig.settings,
    openSerial: rig.openSerial,
    meters: [{ settings: meterSettings('m', 1, { sampleMs: 5000 }), profile: asked, sink }],
    log: (_, text) => said.push(text),
  });
  source.start();
  rig.time.advance(seconds * 1000);
  source.stop();
  return { values: Object.assign({}, ...samples.map(({ values }) => values)), failures, said };
}

/** Values that lie in a register as whole steps come back to a step; floats to their last bit. */
function expectTrue(
  values: Readonly<Record<string, number>>,
  quantity: QuantityId,
  register: ModbusRegister | undefined,
): void {
  const value = values[quantity] ?? Number.NaN;
  const expected = trueValue(quantity, register);
  const step = register?.type.startsWith('float')
    ? Math.abs(expected) * 1e-6
    : Math.abs(register?.scale ?? 0) / 2;
  expect(Math.abs(value - expected), `${quantity}: ${value}, not ${expected}`).toBeLessThanOrEqual(
    step + 1e-9,
  );
}

describe('a simulated meter of every profile, read by the gateway over a line', () => {
  const modbus = profiles.flatMap(profile =>
    profile.kind === 'modbus' && profile.sunspec === undefined ? [profile] : [],
  );

  it.each(modbus.map(profile => [profile.id, profile] as const))(
    '%s gives back what it was given',
    (_, profile) => {
      const slave: ModbusSlave = {
        address: 1,
        profile,
        read: (quantity, register) => trueValue(quantity, register),
      };
      const { values, failures } = readBack([slave], profile, 12);
      expect(failures).toEqual([]);
      const read = trustedRegisters(profile);
      expect(Object.keys(values).sort()).toEqual(read.map(({ quantity }) => quantity).sort());
      for (const register of read) expectTrue(values, register.quantity, register);
    },
  );
});

describe('a simulated SunSpec device, read by the gateway over a line', () => {
  const inverter = { models: [103, 120, 160], read: (quantity: QuantityId) => trueValue(quantity) };
  const meter = { models: [213], read: (quantity: QuantityId) => -trueValue(quantity) };
  const device = (base: 40_000 | 50_000 | 0) =>
    sunspecSlave({ address: 1, manufacturer: 'Fronius', parts: [inverter, meter], base });

  it.each([40_000, 50_000, 0] as const)('is found at %i and read from then on', base => {
    const { values, failures, said } = readBack([device(base)], sunspecInverter, 20);
    expect(failures).toEqual([]);
    expect(said).toEqual([
      expect.stringContaining('is a SunSpec device of Fronius with models 1, 103, 120, 160, 1, 213'),
    ]);
    expect(values).toMatchObject({ powerW: trueValue('powerW'), voltageDc2V: trueValue('voltageDc2V') });
    expect(values).not.toHaveProperty('voltageDc3V');
    expect(values.energyExportWh).toBe(trueValue('energyExportWh'));
    expect(Object.keys(values).length).toBeGreaterThan(25);
  });

  it('gives the meter behind the inverter to whom asks for it', () => {
    const { values } = readBack([device(40_000)], sunspecMeter, 20);
    expect(values.powerL2W).toBe(-trueValue('powerL2W'));
    expect(values).not.toHaveProperty('powerDcW');
  });

  it('that has none of what is looked for, or no map at all, is told of with what to do', () => {
    const alone = sunspecSlave({ address: 1, manufacturer: 'Fronius', parts: [inverter] });
    expect(readBack([alone], sunspecMeter, 20).said).toEqual([
      expect.stringMatching(
        /has the SunSpec models 1, 103, 120, 160, of which none fits sunspec-meter; try another/,
      ),
    ]);
    const [none] = profiles.flatMap(profile => (profile.kind === 'modbus' ? [profile] : []));
    if (none === undefined) throw new Error('there is no profile');
    const { said, failures } = readBack([{ address: 1, profile: none, read: () => 1 }], sunspecDevice, 150);
    expect(new Set(said)).toEqual(
      new Set([expect.stringMatching(/has no SunSpec map at register 40000, 50000 or 0/)]),
    );
    expect(failures.length).toBe(3);
  });

  it('that has no counters does not fail for them', () => {
    const read = (quantity: QuantityId) =>
      quantities[quantity].kind === 'counter' ? undefined : trueValue(quantity);
    const bare = sunspecSlave({ address: 1, manufacturer: 'Fronius', parts: [{ models: [203], read }] });
    const { values, failures } = readBack([bare], sunspecMeter, 20);
    expect(failures).toEqual([]);
    expect(values).toHaveProperty('powerW');
    expect(values).not.toHaveProperty('energyImportWh');
  });

  it('whose map changes is searched anew before a value is taken for another', () => {
    // What one has as whole numbers with scale factors the other has as floats, at the same registers.
    const parts = [103, 113].map(model => ({ ...inverter, models: [model, 160] }));
    const [whole, floats] = parts.map(part =>
      sunspecSlave({ address: 1, manufacturer: 'Fronius', parts: [part] }),
    );
    if (whole === undefined || floats === undefined) throw new Error('there are two');
    const slaves = [whole];
    const time = new VirtualTime();
    const head = new SmlHead({ read: () => 0 });
    const lines = new DirectLines({
      time,
      rs485: { port: 'bus', slaves },
      ir: { port: 'none', head, everyMs: 1e6 },
    });
    const { sink, samples, failures } = recordingSink();
    const said: string[] = [];
    const source = createBusSource({
      time,
      line: { id: 'bus', kind: 'rs485', port: 'bus' },
      openSerial: lines.openSerial,
      meters: [{ settings: meterSettings('m', 1), profile: sunspecInverter, sink }],
      log: (_, text) => said.push(text),
    });
    source.start();
    for (const next of [floats, whole, floats]) {
      time.advance(20_000);
      slaves[0] = next;
    }
    time.advance(20_000);
    source.stop();
    for (const { values } of samples) {
      for (const [quantity, value] of Object.entries(values)) {
        const expected = trueValue(quantity as QuantityId);
        const off = Math.abs(Math.abs(value ?? Number.NaN) - Math.abs(expected));
        expect(off, `${quantity}: ${value}`).toBeLessThan(0.06);
      }
    }
    expect(said.filter(text => text.includes('is searched anew'))).toHaveLength(3);
    expect(said.filter(text => text.includes('is a SunSpec device'))).toHaveLength(4);
    expect(failures.length).toBeLessThanOrEqual(6);
    expect(samples.length).toBeGreaterThan(120);
  });

  it('says who it is: the inverter, and the meter behind it at the same address', () => {
    const rig = lineRig([device(40_000)]);
    const asked = [sunspecInverter, sunspecMeter].map(profile => {
      const identities: object[] = [];
      const { sink, samples } = recordingSink();
      const identified = (_ticksMs: number, identity: object) => identities.push(identity);
      return { profile, samples, identities, sink: { ...sink, identified } };
    });
    const meters = asked.map(({ profile, sink }, index) => ({
      settings: meterSettings(`m${index}`, 1),
      profile,
      sink,
    }));
    const { time, line, openSerial } = { ...rig, line: rig.settings };
    const source = createBusSource({ time, line, openSerial, meters, log: () => {} });
    source.start();
    rig.time.advance(20_000);
    expect(asked.map(({ identities }) => Object.assign({}, ...identities))).toMatchObject([
      { serial: 'SIM-0', model: 'Simulated' },
      { serial: 'SIM-1' },
    ]);
    for (const { samples } of asked) expect(samples.length).toBeGreaterThan(10);
  });

  it('that is silent at first is found once it answers', () => {
    const rig = lineRig([device(40_000)]);
    const { sink, samples } = recordingSink();
    const source = createBusSource({
      time: rig.time,
      line: rig.settings,
      openSerial: rig.openSerial,
      meters: [{ settings: meterSettings('m', 1), profile: sunspecDevice, sink }],
      log: () => {},
    });
    rig.line.setFaults({ deadAddresses: [1] });
    source.start();
    rig.time.advance(300_000);
    expect(samples).toEqual([]);
    rig.line.setFaults({ deadAddresses: [] });
    rig.time.advance(150_000);
    expect(samples.length).toBeGreaterThan(20);
  });
});
