import { describe, expect, it } from 'vitest';
import { doctorRig, modbusProfile } from './doctor-rig.ts';

const sdm120 = { address: 1, profile: 'eastron-sdm120' };

describe('a probe', () => {
  it('reads a profile at an address and tells value and bytes of each register', () => {
    const rig = doctorRig({ slaves: [sdm120] });
    rig.time.advance(3000);
    expect(
      rig.doctor.probe(rig.command({ name: 'probe', address: 1, profile: 'eastron-sdm120' })),
    ).toBeUndefined();
    rig.time.advance(5000);
    const [told] = rig.told.probe;
    expect(told?.message).toMatchObject({ id: 'c1' });
    expect(told?.message.registers.length).toBe(modbusProfile('eastron-sdm120').registers.length);
    expect(told?.message.registers[0]).toEqual({
      quantity: 'voltageV',
      address: 0,
      value: 231,
      hex: '43670000',
    });
    const now = rig.time.ticksMs();
    rig.time.advance(5000);
    expect(rig.samplesAfter(now)[0]).toBeGreaterThanOrEqual(4);
  });

  it('takes a whole profile that is in no settings, and names the register that the meter does not have', () => {
    const rig = doctorRig({ slaves: [sdm120], polled: [] });
    const profile = {
      ...modbusProfile('eastron-sdm120'),
      id: 'my-meter',
      limits: { maxRegistersPerRead: 80, maxHoleRegisters: 2 },
      commands: undefined,
      registers: [
        { quantity: 'voltageV', fc: 4, address: 0, type: 'float32', order: 'big', scale: 1 },
        { quantity: 'currentA', fc: 4, address: 1, type: 'uint16', order: 'big', scale: 1 },
      ],
    };
    const wrong = rig.doctor.probe(rig.command({ name: 'probe', address: 1, profile }));
    expect(wrong).toMatch(/^profile: registers\[1\]/);
    const right = {
      ...profile,
      registers: [
        profile.registers[0],
        { quantity: 'frequencyHz', fc: 4, address: 3, type: 'float32', order: 'big', scale: 1 },
        {
          quantity: 'energyTotalWh',
          fc: 4,
          address: 0x0400,
          type: 'float32',
          order: 'big',
          scale: 1000,
          resolution: 1,
        },
      ],
    };
    expect(rig.doctor.probe(rig.command({ name: 'probe', address: 1, profile: right }))).toBeUndefined();
    rig.time.advance(5000);
    const registers = rig.told.probe[0]?.message.registers ?? [];
    expect(registers.map(({ quantity, value }) => [quantity, value])).toEqual([
      ['voltageV', 231],
      ['frequencyHz', 0],
      ['energyTotalWh', undefined],
    ]);
    expect(registers[2]?.error).toContain('exception 2');
  });

  it('of an address where nobody is says so of each register, and of a port that is gone why', () => {
    const rig = doctorRig({ slaves: [sdm120], polled: [] });
    rig.doctor.probe(rig.command({ name: 'probe', address: 7, profile: 'eastron-sdm120' }));
    rig.time.advance(20_000);
    expect(rig.told.probe[0]?.message.registers.every(({ error }) => error?.includes('no answer'))).toBe(
      true,
    );
    rig.port.isThere = false;
    rig.doctor.probe(rig.command({ name: 'probe', address: 7, profile: 'eastron-sdm120' }));
    rig.time.advance(20_000);
    expect(rig.told.probe[1]?.message).toMatchObject({
      registers: [],
      message: expect.stringContaining('no such device'),
    });
  });

  it.each([
    [{ address: 1, profile: 'ina219' }, 'profile: "ina219" given; the id of a Modbus profile'],
    [{ address: 1, profile: 7 }, 'profile: '],
    [{ address: 1 }, 'profile: '],
    [{ address: 248, profile: 'eastron-sdm120' }, 'address: 248 given; a probe needs one from 1 to 247'],
    [{ profile: 'eastron-sdm120' }, 'address: nothing given'],
  ])('of %j is refused in words', (what, why) => {
    const rig = doctorRig({ slaves: [sdm120] });
    expect(rig.doctor.probe(rig.command({ name: 'probe', ...what }))).toContain(why);
  });
});
