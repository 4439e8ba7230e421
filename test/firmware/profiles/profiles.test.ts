import { describe, expect, it } from 'vitest';
import { limits } from '#core/limits.ts';
import { planReads } from '#core/modbus/plan.ts';
import { type Register, wordCount } from '#core/modbus/register.ts';
import { isQuantityId, quantities } from '#core/quantities.ts';
import { conforms } from '#core/rules.ts';
import { settingsRule } from '#core/wire/settings.ts';
import { type ModbusProfile, profileQuantities } from '#profiles/profile.ts';
import { findProfile, profiles } from '#profiles/registry.ts';
import facts from '../../vectors/modbus/registers.json' with { type: 'json' };

const modbusProfiles = profiles.filter(profile => profile.kind === 'modbus');

/** The registers' facts by address, as others published them, for the profiles that have any. */
const published: Record<
  string,
  {
    registers: {
      address: number;
      fc: number;
      type: string;
      wordOrder: string;
      scale: number;
      unit: string | null;
    }[];
  }
> = facts;

/** What others call a word order, in our words. */
const orders: Record<string, string> = { big: 'big', little: 'wordSwapped' };

const perKilo: Record<string, number> = { kWh: 1000, kvarh: 1000, kVAh: 1000 };

const rangesOf = (registers: readonly Register[]) =>
  registers
    .map(({ fc, address, type }) => [fc, address, address + wordCount(type)] as const)
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);

describe('profiles', () => {
  it('have ids of their own that settings accept', () => {
    expect(new Set(profiles.map(({ id }) => id)).size).toBe(profiles.length);
    for (const { id } of profiles) {
      const line = { id: 'bus', kind: 'rs485', port: 'uart1' };
      const meter = { id: 'meter', name: 'Meter', profile: id, line: 'bus' };
      expect(conforms(settingsRule, { version: 1, lines: [line], meters: [meter] }), id).toBe(true);
      expect(findProfile(id)?.id).toBe(id);
    }
    expect(findProfile('none-such')).toBeUndefined();
  });

  it('are frozen to the last register, so that a device keeps them in flash', () => {
    for (const profile of profiles) {
      expect(Object.isFrozen(profile), profile.id).toBe(true);
      expect(Object.isFrozen(profileQuantities(profile)) || profile.kind === 'modbus').toBe(true);
      if (profile.kind === 'modbus') {
        expect([profile.registers, profile.limits, ...profile.registers].every(Object.isFrozen)).toBe(true);
      }
    }
  });

  it('name quantities of the vocabulary, each once, and no more than a meter may have', () => {
    for (const profile of profiles) {
      const ids = profileQuantities(profile);
      expect(ids.every(isQuantityId), profile.id).toBe(true);
      expect(new Set(ids).size, profile.id).toBe(ids.length);
      expect(ids.length).toBeLessThanOrEqual(limits.seriesPerMeter);
      expect(ids.length).toBeGreaterThan(0);
    }
  });

  it('give SML quantities an OBIS code by which to find them', () => {
    for (const profile of profiles) {
      if (profile.kind !== 'sml') continue;
      for (const id of profile.quantities) expect(quantities[id].obis, id).toMatch(/^1-0:\d+\.\d+\.\d+$/);
    }
  });

  describe.each(modbusProfiles.map(profile => [profile.id, profile] as const))(
    '%s',
    (id, profile: ModbusProfile) => {
      it('has registers inside the address space that do not overlap', () => {
        const ranges = rangesOf(profile.registers);
        for (const [index, [fc, start, end]] of ranges.entries()) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(0x10000);
          const next = ranges[index + 1];
          if (next && next[0] === fc) expect(next[1], `register ${next[1]}`).toBeGreaterThanOrEqual(end);
        }
      });

      it('scales by whole numbers or their inverses, and says of each counter what it counts in', () => {
        for (const { quantity, scale, resolution } of profile.registers) {
          const factor = Math.abs(scale) < 1 ? 1 / scale : scale;
          expect(Math.abs(factor - Math.round(factor)), quantity).toBeLessThan(1e-9);
          expect(factor, quantity).not.toBe(0);
          if (quantities[quantity].kind === 'counter') expect(resolution, quantity).toBeGreaterThan(0);
          else expect(resolution, quantity).toBeUndefined();
          // A step must not be finer than what the wire carries.
          if (resolution !== undefined) {
            expect(resolution * 10 ** quantities[quantity].decimals, quantity).toBeGreaterThanOrEqual(1);
          }
        }
      });

      it('is read within its limits, power and energy of one moment in one read', () => {
        const blocks = planReads(profile.registers, profile.limits);
        for (const { count } of blocks) {
          expect(count).toBeLessThanOrEqual(profile.limits.maxRegistersPerRead);
          expect(count * 2 + 5).toBeLessThanOrEqual(limits.modbusAduBytes);
        }
        const read = blocks.flatMap(block => block.registers.map(register => register.quantity));
        expect(new Set(read)).toEqual(new Set(profileQuantities(profile)));
      });

      it('says what has been published of each register: function, type, word order, scale and unit', () => {
        const known = published[id]?.registers ?? [];
        expect(known.length).toBeGreaterThan(0);
        for (const { quantity, fc, address, type, order, scale } of profile.registers) {
          const fact = known.find(register => register.address === address && register.fc === fc);
          expect(fact, `${quantity} at ${address}`).toBeDefined();
          if (fact === undefined) continue;
          expect(type, quantity).toBe(fact.type);
          // The order of one word is no question.
          if (wordCount(type) > 1) expect(order, quantity).toBe(orders[fact.wordOrder]);
          expect(scale, quantity).toBeCloseTo(fact.scale * (perKilo[fact.unit ?? ''] ?? 1), 9);
          const unit = fact.unit?.replace(/^k/, '') ?? '1';
          expect(quantities[quantity].unit, quantity).toBe(unit);
        }
      });

      it('gives each quantity the register of its own kind and phase', () => {
        const names: Record<string, RegExp> = {
          activePower: /^power(L[123])?W$/,
          apparentPower: /^apparentPower/,
          reactivePower: /^reactivePower/,
          powerFactor: /^powerFactor/,
          phaseAngle: /^phaseAngle/,
          voltage: /^voltage/,
          voltageAverageLN: /^voltageV$/,
          voltageAverageLL: /^voltageLineV$/,
          current: /^current/,
          currentAverage: /^currentA$/,
          currentSum: /^currentSumA$/,
          frequency: /^frequencyHz$/,
          thdVoltage: /^thdVoltage/,
          thdCurrent: /^thdCurrent/,
          activePowerDemand: /^demandW$/,
          activePowerDemandMax: /^demandMaxW$/,
          activeEnergyImport: /^energyImport/,
          activeEnergyExport: /^energyExport/,
          activeEnergyTotal: /^energyTotal/,
          reactiveEnergyImport: /^reactiveEnergyImport/,
          reactiveEnergyExport: /^reactiveEnergyExport/,
          reactiveEnergyTotal: /^reactiveEnergyTotal/,
          apparentEnergy: /^apparentEnergy/,
          charge: /^chargeAh$/,
        };
        const known: { address: number; quantity: string; phase: string | null }[] =
          facts[id as keyof typeof facts]?.registers ?? [];
        for (const { quantity, address } of profile.registers) {
          const fact = known.find(register => register.address === address);
          expect(quantity).toMatch(names[fact?.quantity ?? ''] ?? /^$/);
          expect(quantities[quantity].phase, quantity).toBe(fact?.phase ?? null);
        }
      });
    },
  );
});
