import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deepFreeze } from '#core/freeze.ts';
import { decodeRegisters } from '#core/modbus/decode.ts';
import { encodeRead } from '#core/modbus/frame.ts';
import { planReads } from '#core/modbus/plan.ts';
import { isPlausible, type QuantityId } from '#core/quantities.ts';
import type { ModbusProfile } from '#profiles/profile.ts';
import { eachWindow, registersOf } from '#profiles/register-table.ts';
import { findProfile, profiles } from '#profiles/registry.ts';
import { answerOf } from '../../simulator/meters/modbus-slave.ts';
import { usualMeter } from '../../simulator/more-meters.ts';
import { pointReader } from '../../simulator/scenario/meter-reading.ts';
import { meterInHouse, sitePlant, siteScenario } from '../site.ts';

/** Noon in summer: the sun shines. */
const startMs = Date.UTC(2026, 5, 21, 10);

/** All that a meter of this profile shows, after some minutes in the house. */
function shown(id: string, minutes = 1): Map<QuantityId, number> {
  const profile = findProfile(id);
  if (profile?.kind !== 'modbus') throw new Error(`there is no ${id}`);
  let ms = startMs;
  const slave = meterInHouse(profile, 7, startMs, () => ms);
  const values = new Map<QuantityId, number>();
  for (; ms <= startMs + minutes * 60_000; ms += minutes * 60_000) {
    for (const { fc, start, count, registers } of planReads(slave.profile.registers, profile.limits)) {
      const answer = answerOf(slave, encodeRead({ address: 7, fc, start, count }));
      expect(answer?.[1], `function of the answer to ${start}`).toBe(fc);
      const data = answer?.subarray(3, -2) ?? new Uint8Array(0);
      for (const { quantity, value } of decodeRegisters(registers, start, data)) {
        values.set(quantity, value);
      }
    }
  }
  return values;
}

describe('a meter of any profile in the house', () => {
  const ids = profiles.flatMap(({ kind, id }) => (kind === 'modbus' ? [id] : []));

  it.each(ids)('%s answers all that it is asked, plausibly', id => {
    const values = shown(id);
    expect(values.size).toBeGreaterThan(1);
    for (const [quantity, value] of values) expect(isPlausible(quantity, value), quantity).toBe(true);
  });

  it('hangs where one of its kind would: an inverter feeds in, and its counter with it', () => {
    for (const id of ['growatt-rtu', 'sunspec-inverter']) {
      const values = shown(id, 10);
      expect(values.get('powerW'), id).toBeLessThan(-500);
      expect(values.get('energyExportWh'), id).toBeGreaterThan(80);
    }
    expect(shown('peacefair-pzem-017').get('voltageV')).toBeLessThan(15);
    expect(shown('abb-b23').get('voltageL3V')).toBeGreaterThan(200);
  });
});

it('the meter of the page on how to add one hangs at a phase of the mains', () => {
  const page = readFileSync(new URL('../../docs/extending.md', import.meta.url), 'utf8');
  const [, object = ''] = /const acmePm1: ModbusProfile = (.*?);\n```/s.exec(page) ?? [];
  const acmePm1: ModbusProfile = new Function(
    ...['deepFreeze', 'registersOf', 'eachWindow'],
    `return ${object}`,
  )(deepFreeze, registersOf, eachWindow);
  const meter = usualMeter(acmePm1, siteScenario, 'rs485-1', 20);
  const volts = pointReader(sitePlant(5, startMs), meter, () => startMs)('voltageV');
  expect(volts).toBeGreaterThan(210);
  expect(volts).toBeLessThan(250);
});
