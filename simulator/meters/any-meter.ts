import { type QuantityId, quantities } from '#core/quantities.ts';
import { type ModbusProfile, profileQuantities } from '#profiles/profile.ts';
import { millijoulePerWattHour } from '../house/counters.ts';
import type { House } from '../house/house.ts';
import type { PointId } from '../house/meter-points.ts';
import type { ModbusSlave } from './modbus-slave.ts';
import { sunspecSlave } from './sunspec-device.ts';

type Read = (quantity: QuantityId) => number;

/** A meter of any profile somewhere in the house, at this address: where one of its kind would hang. */
export function anyMeter(
  profile: ModbusProfile,
  address: number,
  house: House,
  houseMs: () => number,
): ModbusSlave {
  if (profile.sunspec !== undefined) {
    const inverter = { models: [103, 160], read: readerAt('pv', house, houseMs) };
    const meter = { models: [203], read: readerAt('main', house, houseMs) };
    const parts = profile.sunspec.part === 'meter' ? [meter] : [inverter, meter];
    return sunspecSlave({ address, manufacturer: 'Joulegate', parts });
  }
  const identity = simulatedIdentity(profile, address);
  return { address, profile, read: readerAt(pointFor(profile), house, houseMs), identity };
}

/** Who a simulated meter says it is, in the fields that its profile has: a number of its own for each address. */
export function simulatedIdentity(
  { identity = {} }: ModbusProfile,
  address: number,
): NonNullable<ModbusSlave['identity']> {
  const texts = {
    serial: String(26_000_000 + address),
    model: 'SIM',
    firmware: '1.0',
  } as const;
  const shown = (field: keyof typeof texts): object => {
    const type = identity[field]?.type;
    if (type === undefined) return {};
    // Of a text that is no number, fields of digits have none.
    return { [field]: type === 'text' || field === 'serial' ? texts[field] : String(address) };
  };
  return { ...shown('serial'), ...shown('model'), ...shown('firmware') };
}

/** Where a meter with these registers hangs: an inverter is told by its sign, direct current by having no frequency. */
function pointFor(profile: ModbusProfile): PointId {
  const has = (...ids: readonly QuantityId[]) => ids.some(id => profileQuantities(profile).includes(id));
  if (profile.registers.some(({ quantity, scale }) => quantity === 'powerW' && scale < 0)) return 'pv';
  if (has('voltageL1V', 'powerL1W')) return 'main';
  return has('voltageV') && !has('frequencyHz') ? 'battery' : 'ev';
}

/** What is known at a point, and what follows from it; 0 for what the house has no idea of. */
function readerAt(point: PointId, house: House, houseMs: () => number): Read {
  const read: Read = quantity => {
    house.advanceTo(houseMs());
    const value = house.points[point].read(quantity);
    if (value !== undefined) return value;
    if (point === 'battery' && quantity === 'energyImportWh') {
      return Math.floor(house.counters.get('batteryImport') / millijoulePerWattHour);
    }
    return follows(quantity, read);
  };
  return read;
}

/** What follows from other quantities of the same point; 0 for what nothing is known of. */
export function follows(quantity: QuantityId, read: Read): number {
  switch (quantity) {
    case 'powerImportW':
    case 'demandImportW':
      return Math.max(read('powerW'), 0);
    case 'powerExportW':
    case 'demandExportW':
      return Math.max(-read('powerW'), 0);
    case 'energyTotalWh':
      return read('energyImportWh') + read('energyExportWh');
    case 'energyNetWh':
      return read('energyImportWh') - read('energyExportWh');
    case 'voltageLineV':
      return read('voltageL1V') * Math.sqrt(3);
    case 'powerDcW':
      return Math.max(-read('powerW'), 0) / 0.97;
    case 'voltageDcV':
    case 'voltageDc1V':
    case 'voltageDc2V':
      return 620;
    case 'currentDcA':
      return read('powerDcW') / 620;
    case 'powerDc1W':
    case 'powerDc2W':
      return read('powerDcW') / 2;
    case 'currentDc1A':
    case 'currentDc2A':
      return read('currentDcA') / 2;
    case 'temperatureC':
      return 35;
  }
  // The first tariff counts all, and nobody has ever reset a counter.
  const whole = quantity.replace(/Resettable|T1(?=[VW])/, '');
  return whole !== quantity && whole in quantities ? read(whole as QuantityId) : 0;
}
