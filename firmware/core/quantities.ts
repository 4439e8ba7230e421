import { deepFreeze } from './freeze.ts';

export type Unit =
  | 'W'
  | 'Wh'
  | 'V'
  | 'A'
  | 'Ah'
  | 'var'
  | 'varh'
  | 'VA'
  | 'VAh'
  | 'Hz'
  | '%'
  | '°'
  | '°C'
  | 'm³'
  | 'J'
  | '1';
export type Phase = 'L1' | 'L2' | 'L3' | 'N' | 'L1-L2' | 'L2-L3' | 'L3-L1' | null;

/** One thing that can be measured. Gauges go up and down; counters only grow, until they are reset or roll over. */
export interface Quantity {
  /** Number on the wire. Given once, never used again for anything else. */
  readonly wire: number;
  readonly unit: Unit;
  readonly kind: 'gauge' | 'counter';
  readonly phase: Phase;
  /** Plausible range in `unit`; a value outside it is a defect of meter or wiring and is not stored. */
  readonly min: number;
  readonly max: number;
  /** Decimals kept from the gateway to the store; finer than any meter of this kind resolves. */
  readonly decimals: number;
  /** OBIS code A-B:C.D.E (IEC 62056-61), where one exists. */
  readonly obis: string | null;
  /** Home Assistant device class, where one exists. */
  readonly deviceClass: string | null;
}

type Row = readonly [min: number, max: number, decimals: number, unit: Unit, deviceClass: string | null];

// Ranges cover a 10 kV/10 kA plant behind transformers; what lies outside is noise, not electricity.
const volt: Row = [0, 50_000, 3, 'V', 'voltage'];
const ampere: Row = [-20_000, 20_000, 5, 'A', 'current'];
const watt: Row = [-1e8, 1e8, 3, 'W', 'power'];
const voltAmpere: Row = [-1e8, 1e8, 3, 'VA', 'apparent_power'];
const reactive: Row = [-1e8, 1e8, 3, 'var', 'reactive_power'];
const factor: Row = [-1, 1, 5, '1', 'power_factor'];
const angle: Row = [-360, 360, 3, '°', null];
const percent: Row = [0, 1000, 3, '%', null];
// 9e11 Wh at 4 decimals is the most that a whole number of 53 bits holds; up to 2.2e11 each decimal is its own double.
const wattHour: Row = [0, 9e11, 4, 'Wh', 'energy'];
const reactiveHour: Row = [0, 9e11, 4, 'varh', 'reactive_energy'];
const apparentHour: Row = [0, 9e11, 4, 'VAh', null];
const ampereHour: Row = [0, 9e11, 4, 'Ah', null];
// What was taken less what was fed in goes up and down: gauges, which the wire doubles, so with less room.
const netWattHour: Row = [-4e11, 4e11, 3, 'Wh', 'energy'];
const netReactiveHour: Row = [-4e11, 4e11, 3, 'varh', 'reactive_energy'];

const cubicMetre = (deviceClass: string): Row => [0, 1e9, 4, 'm³', deviceClass];

function gauge(wire: number, row: Row, phase: Phase = null, obis: string | null = null): Quantity {
  const [min, max, decimals, unit, deviceClass] = row;
  return { wire, unit, kind: 'gauge', phase, min, max, decimals, obis, deviceClass };
}

function counter(wire: number, row: Row, phase: Phase = null, obis: string | null = null): Quantity {
  return { ...gauge(wire, row, phase, obis), kind: 'counter' };
}

/**
 * The closed vocabulary: every profile, message, table, API and chart names what it carries by these ids.
 * Power is signed: positive is taken from the grid, negative is fed in. OBIS codes: IEC 62056-61 and the
 * DLMS/COSEM blue book, with B = 0.
 */
const table = {
  powerW: gauge(1, watt, null, '1-0:16.7.0'),
  powerL1W: gauge(2, watt, 'L1', '1-0:36.7.0'),
  powerL2W: gauge(3, watt, 'L2', '1-0:56.7.0'),
  powerL3W: gauge(4, watt, 'L3', '1-0:76.7.0'),
  voltageV: gauge(5, volt, null, '1-0:12.7.0'),
  voltageL1V: gauge(6, volt, 'L1', '1-0:32.7.0'),
  voltageL2V: gauge(7, volt, 'L2', '1-0:52.7.0'),
  voltageL3V: gauge(8, volt, 'L3', '1-0:72.7.0'),
  voltageL1L2V: gauge(9, volt, 'L1-L2'),
  voltageL2L3V: gauge(10, volt, 'L2-L3'),
  voltageL3L1V: gauge(11, volt, 'L3-L1'),
  voltageLineV: gauge(12, volt),
  currentA: gauge(13, ampere, null, '1-0:11.7.0'),
  currentL1A: gauge(14, ampere, 'L1', '1-0:31.7.0'),
  currentL2A: gauge(15, ampere, 'L2', '1-0:51.7.0'),
  currentL3A: gauge(16, ampere, 'L3', '1-0:71.7.0'),
  currentNeutralA: gauge(17, ampere, 'N', '1-0:91.7.0'),
  currentSumA: gauge(18, ampere),
  apparentPowerVA: gauge(19, voltAmpere, null, '1-0:9.7.0'),
  apparentPowerL1VA: gauge(20, voltAmpere, 'L1', '1-0:29.7.0'),
  apparentPowerL2VA: gauge(21, voltAmpere, 'L2', '1-0:49.7.0'),
  apparentPowerL3VA: gauge(22, voltAmpere, 'L3', '1-0:69.7.0'),
  reactivePowerVar: gauge(23, reactive, null, '1-0:3.7.0'),
  reactivePowerL1Var: gauge(24, reactive, 'L1', '1-0:23.7.0'),
  reactivePowerL2Var: gauge(25, reactive, 'L2', '1-0:43.7.0'),
  reactivePowerL3Var: gauge(26, reactive, 'L3', '1-0:63.7.0'),
  powerFactor: gauge(27, factor, null, '1-0:13.7.0'),
  powerFactorL1: gauge(28, factor, 'L1', '1-0:33.7.0'),
  powerFactorL2: gauge(29, factor, 'L2', '1-0:53.7.0'),
  powerFactorL3: gauge(30, factor, 'L3', '1-0:73.7.0'),
  phaseAngleDegrees: gauge(31, angle),
  phaseAngleL1Degrees: gauge(32, angle, 'L1', '1-0:81.7.4'),
  phaseAngleL2Degrees: gauge(33, angle, 'L2', '1-0:81.7.15'),
  phaseAngleL3Degrees: gauge(34, angle, 'L3', '1-0:81.7.26'),
  frequencyHz: gauge(35, [0, 500, 4, 'Hz', 'frequency'], null, '1-0:14.7.0'),
  thdVoltagePercent: gauge(36, percent),
  thdVoltageL1Percent: gauge(37, percent, 'L1'),
  thdVoltageL2Percent: gauge(38, percent, 'L2'),
  thdVoltageL3Percent: gauge(39, percent, 'L3'),
  thdCurrentPercent: gauge(40, percent),
  thdCurrentL1Percent: gauge(41, percent, 'L1'),
  thdCurrentL2Percent: gauge(42, percent, 'L2'),
  thdCurrentL3Percent: gauge(43, percent, 'L3'),
  demandW: gauge(44, watt),
  demandMaxW: gauge(45, watt, null, '1-0:1.6.0'),
  demandCurrentMaxA: gauge(46, ampere),
  energyImportWh: counter(47, wattHour, null, '1-0:1.8.0'),
  energyImportL1Wh: counter(48, wattHour, 'L1', '1-0:21.8.0'),
  energyImportL2Wh: counter(49, wattHour, 'L2', '1-0:41.8.0'),
  energyImportL3Wh: counter(50, wattHour, 'L3', '1-0:61.8.0'),
  energyExportWh: counter(51, wattHour, null, '1-0:2.8.0'),
  energyExportL1Wh: counter(52, wattHour, 'L1', '1-0:22.8.0'),
  energyExportL2Wh: counter(53, wattHour, 'L2', '1-0:42.8.0'),
  energyExportL3Wh: counter(54, wattHour, 'L3', '1-0:62.8.0'),
  energyImportT1Wh: counter(55, wattHour, null, '1-0:1.8.1'),
  energyImportT2Wh: counter(56, wattHour, null, '1-0:1.8.2'),
  energyExportT1Wh: counter(57, wattHour, null, '1-0:2.8.1'),
  energyExportT2Wh: counter(58, wattHour, null, '1-0:2.8.2'),
  energyTotalWh: counter(59, wattHour, null, '1-0:15.8.0'),
  reactiveEnergyImportVarh: counter(60, reactiveHour, null, '1-0:3.8.0'),
  reactiveEnergyExportVarh: counter(61, reactiveHour, null, '1-0:4.8.0'),
  reactiveEnergyTotalVarh: counter(62, reactiveHour),
  apparentEnergyVAh: counter(63, apparentHour, null, '1-0:9.8.0'),
  chargeAh: counter(64, ampereHour),
  shuntVoltageV: gauge(65, [-1, 1, 6, 'V', 'voltage']),
  temperatureC: gauge(66, [-60, 200, 2, '°C', 'temperature'], null, '1-0:96.9.0'),
  // Each direction by itself, where a meter shows no signed power.
  powerImportW: gauge(67, [0, 1e8, 3, 'W', 'power'], null, '1-0:1.7.0'),
  powerExportW: gauge(68, [0, 1e8, 3, 'W', 'power'], null, '1-0:2.7.0'),
  demandImportW: gauge(69, watt, null, '1-0:1.4.0'),
  demandImportMaxW: gauge(70, watt),
  demandExportW: gauge(71, watt, null, '1-0:2.4.0'),
  demandExportMaxW: gauge(72, watt, null, '1-0:2.6.0'),
  demandApparentVA: gauge(73, voltAmpere, null, '1-0:9.4.0'),
  demandApparentMaxVA: gauge(74, voltAmpere, null, '1-0:9.6.0'),
  demandReactiveVar: gauge(75, reactive),
  demandReactiveMaxVar: gauge(76, reactive),
  demandCurrentL1A: gauge(77, ampere, 'L1', '1-0:31.4.0'),
  demandCurrentL2A: gauge(78, ampere, 'L2', '1-0:51.4.0'),
  demandCurrentL3A: gauge(79, ampere, 'L3', '1-0:71.4.0'),
  demandCurrentMaxL1A: gauge(80, ampere, 'L1', '1-0:31.6.0'),
  demandCurrentMaxL2A: gauge(81, ampere, 'L2', '1-0:51.6.0'),
  demandCurrentMaxL3A: gauge(82, ampere, 'L3', '1-0:71.6.0'),
  demandCurrentNeutralA: gauge(83, ampere, 'N', '1-0:91.4.0'),
  demandCurrentNeutralMaxA: gauge(84, ampere, 'N', '1-0:91.6.0'),
  thdVoltageL1L2Percent: gauge(85, percent, 'L1-L2'),
  thdVoltageL2L3Percent: gauge(86, percent, 'L2-L3'),
  thdVoltageL3L1Percent: gauge(87, percent, 'L3-L1'),
  thdVoltageLinePercent: gauge(88, percent),
  energyTotalL1Wh: counter(89, wattHour, 'L1', '1-0:35.8.0'),
  energyTotalL2Wh: counter(90, wattHour, 'L2', '1-0:55.8.0'),
  energyTotalL3Wh: counter(91, wattHour, 'L3', '1-0:75.8.0'),
  energyTotalT1Wh: counter(92, wattHour, null, '1-0:15.8.1'),
  energyTotalT2Wh: counter(93, wattHour, null, '1-0:15.8.2'),
  reactiveEnergyImportL1Varh: counter(94, reactiveHour, 'L1', '1-0:23.8.0'),
  reactiveEnergyImportL2Varh: counter(95, reactiveHour, 'L2', '1-0:43.8.0'),
  reactiveEnergyImportL3Varh: counter(96, reactiveHour, 'L3', '1-0:63.8.0'),
  reactiveEnergyExportL1Varh: counter(97, reactiveHour, 'L1', '1-0:24.8.0'),
  reactiveEnergyExportL2Varh: counter(98, reactiveHour, 'L2', '1-0:44.8.0'),
  reactiveEnergyExportL3Varh: counter(99, reactiveHour, 'L3', '1-0:64.8.0'),
  reactiveEnergyTotalL1Varh: counter(100, reactiveHour, 'L1'),
  reactiveEnergyTotalL2Varh: counter(101, reactiveHour, 'L2'),
  reactiveEnergyTotalL3Varh: counter(102, reactiveHour, 'L3'),
  reactiveEnergyImportT1Varh: counter(103, reactiveHour, null, '1-0:3.8.1'),
  reactiveEnergyImportT2Varh: counter(104, reactiveHour, null, '1-0:3.8.2'),
  reactiveEnergyExportT1Varh: counter(105, reactiveHour, null, '1-0:4.8.1'),
  reactiveEnergyExportT2Varh: counter(106, reactiveHour, null, '1-0:4.8.2'),
  reactiveEnergyTotalT1Varh: counter(107, reactiveHour),
  reactiveEnergyTotalT2Varh: counter(108, reactiveHour),
  // By quadrant, I to IV as IEC 62053-23 counts them.
  reactiveEnergyQ1Varh: counter(109, reactiveHour, null, '1-0:5.8.0'),
  reactiveEnergyQ2Varh: counter(110, reactiveHour, null, '1-0:6.8.0'),
  reactiveEnergyQ3Varh: counter(111, reactiveHour, null, '1-0:7.8.0'),
  reactiveEnergyQ4Varh: counter(112, reactiveHour, null, '1-0:8.8.0'),
  apparentEnergyImportVAh: counter(113, apparentHour),
  apparentEnergyExportVAh: counter(114, apparentHour, null, '1-0:10.8.0'),
  // Counters that a person may set to zero at the meter.
  energyTotalResettableWh: counter(115, wattHour),
  energyImportResettableWh: counter(116, wattHour),
  energyExportResettableWh: counter(117, wattHour),
  reactiveEnergyTotalResettableVarh: counter(118, reactiveHour),
  reactiveEnergyImportResettableVarh: counter(119, reactiveHour),
  reactiveEnergyExportResettableVarh: counter(120, reactiveHour),
  energyNetWh: gauge(121, netWattHour, null, '1-0:16.8.0'),
  reactiveEnergyNetVarh: gauge(122, netReactiveHour),
  // The direct current side of an inverter, whole and by its inputs. Positive flows into the inverter.
  powerDcW: gauge(123, watt),
  voltageDcV: gauge(124, volt),
  currentDcA: gauge(125, ampere),
  powerDc1W: gauge(126, watt),
  powerDc2W: gauge(127, watt),
  powerDc3W: gauge(128, watt),
  powerDc4W: gauge(129, watt),
  voltageDc1V: gauge(130, volt),
  voltageDc2V: gauge(131, volt),
  voltageDc3V: gauge(132, volt),
  voltageDc4V: gauge(133, volt),
  currentDc1A: gauge(134, ampere),
  currentDc2A: gauge(135, ampere),
  currentDc3A: gauge(136, ampere),
  currentDc4A: gauge(137, ampere),
  energyDc1Wh: counter(138, wattHour),
  energyDc2Wh: counter(139, wattHour),
  energyDc3Wh: counter(140, wattHour),
  energyDc4Wh: counter(141, wattHour),
  temperatureHeatSinkC: gauge(142, [-60, 200, 2, '°C', 'temperature']),
  // Of the sub-meters of a smart meter (DSMR P1). Heat comes in GJ, of which a watt-hour is no decimal part.
  gasVolumeM3: counter(143, cubicMetre('gas')),
  waterVolumeM3: counter(144, cubicMetre('water')),
  heatEnergyJ: counter(145, [0, 4e15, 0, 'J', 'energy']),
  // Of a DC sensor; `chargeAh` is what is taken. Peaks are the largest magnitudes since the gateway's start.
  chargeExportAh: counter(146, ampereHour),
  currentPeakA: gauge(147, [0, 20_000, 5, 'A', 'current']),
  powerPeakW: gauge(148, [0, 1e8, 3, 'W', 'power']),
} as const satisfies Record<string, Quantity>;

export type QuantityId = keyof typeof table;

export const quantities: Readonly<Record<QuantityId, Quantity>> = deepFreeze(table);

export const quantityIds: readonly QuantityId[] = Object.freeze(Object.keys(table)) as readonly QuantityId[];

/** Ids by wire number; holes are undefined. */
export const quantityByWire: readonly (QuantityId | undefined)[] = deepFreeze(
  quantityIds.reduce<(QuantityId | undefined)[]>((byWire, id) => {
    byWire[quantities[id].wire] = id;
    return byWire;
  }, []),
);

export const isQuantityId = (id: string): id is QuantityId => Object.hasOwn(table, id);

/** Whether a value of this quantity, in its unit, can be true: finite and inside the plausible range. */
export function isPlausible(id: QuantityId, value: number): boolean {
  const { min, max } = quantities[id];
  return value >= min && value <= max;
}
