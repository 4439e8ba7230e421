import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#core/bytes.ts';
import { crc16Modbus } from '#core/crc.ts';
import { limits } from '#core/limits.ts';
import { decodeRegisters } from '#core/modbus/decode.ts';
import { characterBits, encodeRead, frameGapMs } from '#core/modbus/frame.ts';
import { planReads } from '#core/modbus/plan.ts';
import { type Register, wordCount } from '#core/modbus/register.ts';
import { isPlausible, isQuantityId, quantities } from '#core/quantities.ts';
import { conforms } from '#core/rules.ts';
import { settingsRule } from '#core/wire/settings.ts';
import { type ModbusProfile, profileQuantities, trustedRegisters } from '#profiles/profile.ts';
import { findProfile, profiles } from '#profiles/registry.ts';
import frames from '../../vectors/modbus/frames.json' with { type: 'json' };
import golden from '../../vectors/modbus/golden.json' with { type: 'json' };
import published from '../../vectors/modbus/registers.json' with { type: 'json' };

const pzemAc = {
  voltageV: 225.7,
  currentA: 0.108,
  powerW: 24.4,
  energyImportWh: 38,
  frequencyHz: 50,
  powerFactor: 1,
};

/** What others read of these meters that measures nothing, or begins anew each day. */
const noMeasurements = [
  'alarm',
  'alarmHighVoltage',
  'alarmLowVoltage',
  'inverterStatus',
  'activeEnergyProducedToday',
];

const names: Record<string, RegExp> = {
  activePower: /^power(L[123])?W$/,
  activePowerImport: /^powerImportW$/,
  activePowerExport: /^powerExportW$/,
  apparentPower: /^apparentPower/,
  reactivePower: /^reactivePower/,
  powerFactor: /^powerFactor/,
  phaseAngle: /^phaseAngle/,
  voltage: /^voltage(L[123]){0,2}V/,
  voltageAverageLN: /^voltageV$/,
  voltageAverageLL: /^voltageLineV$/,
  voltageDC: /^voltage(Dc[12])?V$/,
  current: /^current(L[123]|Neutral)?A/,
  currentAverage: /^currentA$/,
  currentSum: /^currentSumA$/,
  currentDC: /^current(Dc[12])?A$/,
  powerDC: /^power(Dc[12]?)?W$/,
  energyDC: /^energyImportWh$/,
  frequency: /^frequencyHz$/,
  thdVoltage: /^thdVoltage(L[123]){0,2}Percent$/,
  thdVoltageAverageLL: /^thdVoltageLinePercent$/,
  thdCurrent: /^thdCurrent/,
  activePowerDemand: /^demandW$/,
  activePowerDemandMax: /^demandMaxW$/,
  activePowerImportDemand: /^demandImportW$/,
  activePowerImportDemandMax: /^demandImportMaxW$/,
  activePowerExportDemand: /^demandExportW$/,
  activePowerExportDemandMax: /^demandExportMaxW$/,
  apparentPowerDemand: /^demandApparentVA$/,
  apparentPowerDemandMax: /^demandApparentMaxVA$/,
  reactivePowerDemand: /^demandReactiveVar$/,
  reactivePowerDemandMax: /^demandReactiveMaxVar$/,
  currentDemand: /^demandCurrentL[123]A$/,
  currentDemandMax: /^demandCurrentMaxL[123]A$/,
  neutralCurrentDemand: /^demandCurrentNeutralA$/,
  neutralCurrentDemandMax: /^demandCurrentNeutralMaxA$/,
  // mbmd takes a partial counter of one meter for its total.
  activeEnergyImport: /^energyImport((L[123]|T[12])?|Resettable)Wh$/,
  activeEnergyExport: /^energyExport(L[123]|T[12])?Wh$/,
  activeEnergyTotal: /^energyTotal(L[123]|T[12])?Wh$/,
  activeEnergyProduced: /^energyExportWh$/,
  activeEnergyNet: /^energyNetWh$/,
  activeEnergyImportResettable: /^energyImportResettableWh$/,
  activeEnergyExportResettable: /^energyExportResettableWh$/,
  activeEnergyTotalResettable: /^energyTotalResettableWh$/,
  reactiveEnergyImport: /^reactiveEnergyImport(L[123]|T[12])?Varh$/,
  reactiveEnergyExport: /^reactiveEnergyExport(L[123]|T[12])?Varh$/,
  reactiveEnergyTotal: /^reactiveEnergyTotal(L[123]|T[12])?Varh$/,
  reactiveEnergyNet: /^reactiveEnergyNetVarh$/,
  reactiveEnergyImportResettable: /^reactiveEnergyImportResettableVarh$/,
  reactiveEnergyExportResettable: /^reactiveEnergyExportResettableVarh$/,
  reactiveEnergyTotalResettable: /^reactiveEnergyTotalResettableVarh$/,
  apparentEnergy: /^apparentEnergyVAh$/,
  charge: /^chargeAh$/,
  temperature: /^temperatureC$/,
};

/** Those of SunSpec devices have no registers before a device is asked. */
const modbusProfiles = profiles.flatMap(profile =>
  profile.kind === 'modbus' && profile.sunspec === undefined ? [profile] : [],
);

/** The registers as others published them; `part` is a phase, a tariff or an input. */
interface Fact {
  readonly quantity: string;
  readonly part: string | null;
  readonly fc: number;
  readonly address: number;
  readonly type: string;
  readonly wordOrder: string;
  readonly scale: number;
  readonly unit: string | null;
}

const factsOf = (id: string): Fact[] =>
  Object.entries(published)
    .filter(([meter]) => meter === id)
    .flatMap(([, { registers }]) => registers)
    .map(([quantity, part, fc, address, type, wordOrder, scale, unit]) => ({
      quantity: String(quantity),
      part: part === null ? null : String(part),
      fc: Number(fc),
      address: Number(address),
      type: String(type),
      wordOrder: String(wordOrder),
      scale: Number(scale),
      unit: unit === null ? null : String(unit),
    }));

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

  it('give quantities of optical heads an OBIS code by which to find them', () => {
    for (const profile of profiles) {
      if (profile.kind !== 'head') continue;
      // Sub-meters are found by their channel's type.
      const own = profile.quantities.filter(id => !/^(gas|water|heat)/.test(id));
      for (const id of own) expect(quantities[id].obis, id).toMatch(/^1-0:\d+\.\d+\.\d+$/);
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
        const blocks = planReads(trustedRegisters(profile), profile.limits);
        for (const { count } of blocks) {
          expect(count).toBeLessThanOrEqual(profile.limits.maxRegistersPerRead);
          expect(count * 2 + 5).toBeLessThanOrEqual(limits.modbusAduBytes);
        }
        const read = blocks.flatMap(block => block.registers.map(register => register.quantity));
        expect(new Set(read)).toEqual(new Set(profileQuantities(profile)));
      });

      it('says what has been published of each register: function, type, word order, scale and unit', () => {
        const known = factsOf(id);
        expect(known.length).toBeGreaterThan(0);
        for (const { quantity, fc, address, type, order, scale } of profile.registers) {
          const fact = known.find(register => register.address === address && register.fc === fc);
          expect(fact, `${quantity} at ${address}`).toBeDefined();
          if (fact === undefined) continue;
          expect(type, quantity).toBe(fact.type);
          // The order of one word is no question.
          if (wordCount(type) > 1) expect(order, quantity).toBe(orders[fact.wordOrder]);
          expect(Math.abs(scale), quantity).toBeCloseTo(fact.scale * (perKilo[fact.unit ?? ''] ?? 1), 9);
          const unit = fact.unit?.replace(/^k/, '') ?? '1';
          expect(quantities[quantity].unit, quantity).toBe(unit);
        }
      });

      it('gives each quantity the register of its own kind, phase and tariff', () => {
        for (const { quantity, address } of profile.registers) {
          const fact = factsOf(id).find(register => register.address === address);
          expect(quantity, `${address}`).toMatch(names[fact?.quantity ?? ''] ?? /^$/);
          const { phase } = quantities[quantity];
          const [tariff] = quantity.match(/T[12]/) ?? [];
          const [input] = quantity.match(/(?<=Dc)[12]/) ?? [];
          const part = tariff ?? (input === undefined ? phase : `string ${input}`);
          // The demand of the neutral has it in its name.
          expect(phase === 'N' ? ['N', null] : [part], quantity).toContain(fact?.part);
        }
      });

      it('leaves out of what has been published no measurement', () => {
        const own = new Set(profile.registers.map(({ fc, address }) => `${fc}:${address}`));
        for (const { quantity, fc, address } of factsOf(id)) {
          if (!noMeasurements.includes(quantity)) expect(own, quantity).toContain(`${fc}:${address}`);
        }
      });

      it('reads golden frames: each register has a value that was worked out apart from this code', () => {
        const frames: { request: string; answer: string; values: object }[] =
          Object.entries(golden).find(([meter]) => meter === id)?.[1] ?? [];
        const seen = new Set<string>();
        for (const { request, answer, values } of frames) {
          const [asked, told] = [fromHex(request), fromHex(answer)];
          if (asked === undefined || told === undefined) throw new Error(`${id} has a frame that is not hex`);
          const view = new DataView(asked.buffer);
          const [fc, start, count] = [view.getUint8(1), view.getUint16(2), view.getUint16(4)];
          if (fc !== 3 && fc !== 4) throw new Error(`${id} is read by function ${fc}`);
          expect(toHex(encodeRead({ address: 1, fc, start, count }))).toBe(request);
          expect(crc16Modbus(told)).toBe(0);
          const registers = profile.registers.filter(register => register.fc === fc);
          const decoded = decodeRegisters(registers, start, told.subarray(3, -2));
          expect(decoded.map(({ quantity }) => quantity).sort()).toEqual(Object.keys(values).sort());
          for (const [quantity, expected] of Object.entries(values)) {
            const value = decoded.find(each => each.quantity === quantity)?.value ?? Number.NaN;
            expect(Math.abs(value - expected), `${quantity}: ${value}, not ${expected}`).toBeLessThan(
              Math.max(Math.abs(expected) * 1e-12, 1e-9),
            );
            expect(isQuantityId(quantity) && isPlausible(quantity, value), quantity).toBe(true);
            seen.add(quantity);
          }
        }
        expect(seen).toEqual(new Set(profile.registers.map(({ quantity }) => quantity)));
      });

      it('marks as absent what its meter says it does not have', () => {
        for (const { absentRaw = [], ...register } of profile.registers) {
          for (const raw of absentRaw) {
            const hex = typeof raw === 'string' ? raw : (raw >>> 0).toString(16);
            const bytes = fromHex(
              hex.padStart(wordCount(register.type) * 4, '0').slice(-wordCount(register.type) * 4),
            );
            const read = { ...register, absentRaw };
            expect(decodeRegisters([read], register.address, bytes ?? new Uint8Array(0))).toEqual([]);
          }
        }
      });

      it('is sampled within a second, or two at 1200 baud, where it takes 30 ms to answer', () => {
        const { baud = 9600, parity = 'even', stopBits = 1 } = profile.defaults;
        const bits = characterBits({ parity, stopBits });
        const pauseMs = Math.max(profile.limits.turnaroundMs ?? 0, frameGapMs(baud, bits));
        const sampled = trustedRegisters(profile).filter(({ everyMs }) => everyMs === undefined);
        const takesMs = planReads(sampled, profile.limits)
          .map(({ count }) => ((8 + 5 + 2 * count) * bits * 1000) / baud + 30 + pauseMs)
          .reduce((total, ms) => total + ms, 0);
        expect(takesMs).toBeLessThan(baud < 2400 ? 2000 : 1000);
      });
    },
  );
});

describe('frames of real meters', () => {
  it.each([
    ['sdm630-voltageL1', 'eastron-sdm630', 0, { voltageL1V: 231.6848907470703 }],
    ['pzem-ac', 'peacefair-pzem-004t-v3', 0, pzemAc],
    ['pzem-ac', 'peacefair-pzem-016', 0, pzemAc],
    ['pzem-dc', 'peacefair-pzem-017', 0, { voltageV: 13.44, currentA: 0.1, powerW: 1.3, energyImportWh: 2 }],
  ] as const)('%s is read as %s', (name, id, start, expected) => {
    const answer = fromHex(frames.find(frame => frame.name === name)?.response ?? '');
    const profile = findProfile(id);
    if (answer === undefined || profile?.kind !== 'modbus') throw new Error(`${name} or ${id} is not there`);
    const values = decodeRegisters(profile.registers, start, answer.subarray(3, -2));
    expect(Object.fromEntries(values.map(({ quantity, value }) => [quantity, value]))).toEqual(expected);
  });
});
