import { deepFreeze } from '../core/freeze.ts';
import { type RegisterType, wordCount } from '../core/modbus/register.ts';
import type { SunspecMap, SunspecModel } from '../core/modbus/sunspec.ts';
import { type QuantityId, quantities } from '../core/quantities.ts';
import type { ModbusIdentity, ModbusProfile, ModbusRegister, SunspecPart } from './profile.ts';
import { eachMinute, eachWindow } from './register-table.ts';
import {
  absentRaw,
  inputPoints,
  inputsAt,
  inverterFloatPoints,
  inverterPoints,
  meterFloatPoints,
  meterPoints,
  type Points,
  registerType,
  wordsPerInput,
} from './sunspec-points.ts';

const commonModel = 1;
const inputsModel = 160;

/** The points of a model of an inverter or a meter; undefined of any other, which is passed over. */
function pointsOf(id: number): readonly Points[] | undefined {
  if (id >= 101 && id <= 103) return inverterPoints;
  if (id >= 111 && id <= 113) return inverterFloatPoints;
  if (id >= 201 && id <= 204) return meterPoints;
  if (id >= 211 && id <= 214) return meterFloatPoints;
  return undefined;
}

const isInverter = (id: number): boolean => id < inputsModel;

/**
 * Makers whose meters count what is fed in as positive power. The models say nothing of the sign; by their quadrants
 * (imported varh are those of I and II) it is what is taken, as Fronius has it. SolarEdge: evcc-io/evcc#12708.
 */
const invertsMeters = (manufacturer: string): boolean => manufacturer.toLowerCase().includes('solaredge');

/**
 * Makers whose counters were seen below zero, which acc32 has no room for (KOSTAL: volkszaehler/mbmd#97). Read as what
 * they are they lie outside the range of every counter, and are kept out.
 */
const hasNegativeCounters = (manufacturer: string): boolean => manufacturer.toLowerCase().includes('kostal');

const every = deepFreeze({
  sunspec: 'any SunSpec device: the first that measures',
  'sunspec-inverter': 'any SunSpec inverter',
  'sunspec-meter': 'any SunSpec meter, also one behind an inverter',
});

/** What a gateway finds out by itself when it begins to ask the device; `sunspecProfile` has what it reads then. */
const searching = (id: keyof typeof every, part: SunspecPart): ModbusProfile =>
  deepFreeze({
    kind: 'modbus',
    id,
    manufacturer: 'SunSpec',
    model: every[id],
    note: 'The gateway finds the registers itself.',
    source: 'sunspec/models 7abdf89 (models 1, 101-103, 111-113, 160, 201-204, 211-214)',
    defaults: {},
    limits: { maxRegistersPerRead: 125, maxHoleRegisters: 18 },
    registers: [],
    sunspec: { part, quantities: quantitiesOf(part) },
  });

export const sunspecDevice: ModbusProfile = searching('sunspec', 'first');
export const sunspecInverter: ModbusProfile = searching('sunspec-inverter', 'inverter');
export const sunspecMeter: ModbusProfile = searching('sunspec-meter', 'meter');

/**
 * What to read of a device with this map: of the first of its parts that measures and is wanted. Undefined where there
 * is none. Power is positive when it is taken from the grid: an inverter, whose models have what it makes as
 * positive, is turned round. Of a quantity that two models have, the first model's is taken.
 */
export function sunspecProfile(
  searched: ModbusProfile,
  { manufacturer, models }: SunspecMap,
): ModbusProfile | undefined {
  const part = searched.sunspec?.part ?? 'first';
  const wanted = models.filter(({ id }) => isWanted(part, id));
  const [first] = wanted;
  if (first === undefined) return undefined;
  const own = models.filter(({ id, device }) => device === first.device && isPartOf(part, id));
  const seen = new Set<QuantityId>();
  const registers = own
    .flatMap(model => registersOfModel(model, manufacturer))
    .filter(({ quantity }) => !seen.has(quantity) && seen.add(quantity));
  const common = models.find(({ id, device }) => id === commonModel && device === first.device);
  return {
    ...searched,
    // Devices need not answer a read across two models.
    limits: { ...searched.limits, boundaries: own.map(({ start }) => start) },
    registers,
    ...(common && { identity: identityOf(common) }),
  };
}

const isWanted = (part: SunspecPart, id: number): boolean =>
  pointsOf(id) !== undefined && (part === 'first' || (part === 'inverter') === isInverter(id));

const isPartOf = (part: SunspecPart, id: number): boolean =>
  isWanted(part, id) || (id === inputsModel && part !== 'meter');

function registersOfModel(model: SunspecModel, manufacturer: string): ModbusRegister[] {
  const isInputs = model.id === inputsModel;
  const sign = isInverter(model.id) || invertsMeters(manufacturer) ? -1 : 1;
  const groups = isInputs ? inputPoints.flat() : (pointsOf(model.id) ?? []);
  const perInput = groups.length / inputPoints.length;
  return groups.flatMap((group, index) =>
    registersOfPoints(model, group, {
      sign: group.flow ? sign : 1,
      from: isInputs ? inputsAt + Math.floor(index / perInput) * wordsPerInput : 0,
      type: group.type === 'acc32' && hasNegativeCounters(manufacturer) ? 'int32' : registerType[group.type],
    }),
  );
}

/** The registers of points that the model is long enough for. */
function registersOfPoints(
  { start, length }: SunspecModel,
  { type: pointType, scaleFactor, scale = 1, at }: Points,
  { sign, from, type }: { readonly sign: 1 | -1; readonly from: number; readonly type: RegisterType },
): ModbusRegister[] {
  return (Object.keys(at) as QuantityId[])
    .map(quantity => ({ quantity, offset: from + (at[quantity] as number) }))
    .filter(({ offset }) => offset + wordCount(type) <= length + 2)
    .map(({ quantity, offset }) => ({
      quantity,
      fc: 3,
      address: start + offset,
      type,
      order: 'big',
      scale: sign * scale,
      absentRaw: absentRaw[pointType],
      ...(scaleFactor === undefined ? {} : { scaleRegister: start + scaleFactor }),
      // What a float has below a whole unit is noise.
      ...(type === 'float32' && quantities[quantity].kind === 'counter' ? { resolution: 1 } : {}),
      ...paceOf(quantity),
    }));
}

/** Power at each sample, counters of the whole in each window, what is left each minute. */
function paceOf(quantity: QuantityId): { everyMs?: number } {
  if (quantity === 'energyImportWh' || quantity === 'energyExportWh') return eachWindow;
  if (quantities[quantity].kind === 'counter') return eachMinute;
  return quantity.startsWith('temperature') ? eachMinute : {};
}

const identityOf = ({ start }: SunspecModel): ModbusIdentity => {
  const text = { fc: 3, type: 'text', order: 'big' } as const;
  return {
    model: { ...text, address: start + 18, words: 16 },
    firmware: { ...text, address: start + 42, words: 8 },
    serial: { ...text, address: start + 50, words: 16 },
  };
};

/** All that devices of this part may have. */
function quantitiesOf(part: SunspecPart): QuantityId[] {
  const groups = [
    ...(part === 'meter' ? [] : [...inverterPoints, ...inputPoints.flat()]),
    ...(part === 'inverter' ? [] : meterPoints),
  ];
  return [...new Set(groups.flatMap(({ at }) => Object.keys(at) as QuantityId[]))];
}
