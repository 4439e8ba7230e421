import { deepFreeze } from '#core/freeze.ts';
import type { QuantityId } from '#core/quantities.ts';

/** What a name stands for, and by which power of ten its unit is larger than ours: kWh are 3. */
export interface Named {
  readonly quantity: QuantityId;
  readonly power: number;
}

const kilo = 3;
const named = (quantity: QuantityId, power = 0): Named => ({ quantity, power });

/**
 * The group `ENERGY` of plugs: one value, or one of each phase; energies are in kWh (arendst/Tasmota, `EnergyShow` in
 * tasmota_xdrv_driver/xdrv_03_energy.ino). `Total` is less by what was fed in where the chip counts both
 * ways in one sum (ADE7953 of a Shelly EM, ADE7880): nothing in the message tells that.
 */
export const energyNames: Readonly<
  Record<string, { readonly all: Named; readonly phases?: readonly Named[] }>
> = deepFreeze({
  Power: phased('powerW', 'powerL1W', 'powerL2W', 'powerL3W'),
  ApparentPower: phased('apparentPowerVA', 'apparentPowerL1VA', 'apparentPowerL2VA', 'apparentPowerL3VA'),
  ReactivePower: phased('reactivePowerVar', 'reactivePowerL1Var', 'reactivePowerL2Var', 'reactivePowerL3Var'),
  Factor: phased('powerFactor', 'powerFactorL1', 'powerFactorL2', 'powerFactorL3'),
  Voltage: phased('voltageV', 'voltageL1V', 'voltageL2V', 'voltageL3V'),
  Current: phased('currentA', 'currentL1A', 'currentL2A', 'currentL3A'),
  Frequency: { all: named('frequencyHz') },
  Total: phased('energyImportWh', 'energyImportL1Wh', 'energyImportL2Wh', 'energyImportL3Wh', kilo),
  ExportActive: phased('energyExportWh', 'energyExportL1Wh', 'energyExportL2Wh', 'energyExportL3Wh', kilo),
});

/**
 * By tariff: lists of their own since 8.3.1.2, `TotalTariff` and `ExportTariff`. Firmware of before told them behind the whole:
 * `"Total":[33.736,11.717,16.978]` (arendst/Tasmota, RELEASENOTES.md of 8.3.1.2).
 */
export const tariffNames: Readonly<Record<string, readonly Named[]>> = deepFreeze({
  Total: [named('energyImportT1Wh', kilo), named('energyImportT2Wh', kilo)],
  ExportActive: [named('energyExportT1Wh', kilo), named('energyExportT2Wh', kilo)],
});

/** What of a list of phases may be added up: the sum of voltages is nothing. */
export const summed: readonly string[] = Object.freeze(['Power', 'ReactivePower', 'Total', 'ExportActive']);

/**
 * Names of the group that a smart meter script sends, in lower case. Whoever writes the script chooses name and unit, and the
 * message tells no unit; these are the names that the descriptors of Tasmota's documentation (tasmota/docs,
 * docs/Smart-Meter-Interface.md) give to energies in kWh and powers in W, and those copied from them. Names that stand for Wh
 * there, such as `Total_Consumption`, are left out.
 */
export const meterNames: ReadonlyMap<string, Named> = new Map([
  ...alike(
    named('powerW'),
    'power_curr',
    'power_cur',
    'power',
    'power_total',
    'curr_w',
    'power_all',
    'aktuelle_wirkleistung',
  ),
  ...alike(named('energyImportWh', kilo), 'total_in', 'total_kwh', 'e_in', 'energy_in', 'import_total_kwh'),
  ...alike(
    named('energyExportWh', kilo),
    'total_out',
    'export_total_kwh',
    'e_out',
    'energy_out',
    'total_feed',
  ),
  ...alike(named('energyImportT1Wh', kilo), 'total_in_1', 'total_in_t1', 'total_in_ht', 'total_1_8_1'),
  ...alike(named('energyImportT2Wh', kilo), 'total_in_2', 'total_in_t2', 'total_in_nt', 'total_1_8_2'),
  ...alike(named('frequencyHz'), 'hz', 'freq', 'frequency'),
  ...ofPhase(1, 'powerL1W', 'voltageL1V', 'currentL1A'),
  ...ofPhase(2, 'powerL2W', 'voltageL2V', 'currentL2A'),
  ...ofPhase(3, 'powerL3W', 'voltageL3V', 'currentL3A'),
]);

/** Names of what a meter says it is. */
export const serialNames: readonly string[] = Object.freeze([
  'meter_number',
  'meter_id',
  'meter_no',
  'server_id',
  'serial',
  'meter_serial',
]);

function phased(all: QuantityId, l1: QuantityId, l2: QuantityId, l3: QuantityId, power = 0) {
  return { all: named(all, power), phases: [named(l1, power), named(l2, power), named(l3, power)] };
}

function alike(meant: Named, ...names: string[]): [string, Named][] {
  return names.map(name => [name, meant]);
}

function ofPhase(
  phase: number,
  power: QuantityId,
  voltage: QuantityId,
  current: QuantityId,
): [string, Named][] {
  const ends = (...starts: string[]) =>
    starts.flatMap(start => [`${start}_p${phase}`, `${start}_l${phase}`, `${start}${phase}`]);
  return [
    ...alike(named(power), ...ends('power', 'curr_w'), `power_l${phase}_curr`, `power_curr_p${phase}`),
    ...alike(named(voltage), ...ends('volt', 'voltage')),
    ...alike(named(current), ...ends('curr', 'current', 'amp', 'amperage', 'ampere')),
  ];
}
