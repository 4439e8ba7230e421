import { deepFreeze } from '#core/freeze.ts';
import type { QuantityId } from '#core/quantities.ts';

/** Where a value lies in a component's status, and what it is. Energies are in Wh. */
export type StatusValue = readonly [path: readonly string[], quantity: QuantityId];

const single = (active: string, apparent: string | undefined): StatusValue[] => [
  [[active], 'powerW'],
  [['voltage'], 'voltageV'],
  [['current'], 'currentA'],
  [['pf'], 'powerFactor'],
  [['freq'], 'frequencyHz'],
  ...(apparent === undefined ? [] : [[[apparent], 'apparentPowerVA'] satisfies StatusValue]),
];

/** What these count is read by `CountedBothWays`. */
const switched = single('apower', undefined);

/**
 * Status of components of the second generation and later, by the kind before the colon (Shelly, "Components and
 * services"). What `em` tells now, `emdata` counts, each direction for itself; so with `em1` and `em1data`.
 */
const byKind: Readonly<Record<string, readonly StatusValue[]>> = deepFreeze({
  switch: switched,
  cover: switched,
  light: switched,
  pm1: switched,
  em1: single('act_power', 'aprt_power'),
  em1data: [
    [['total_act_energy'], 'energyImportWh'],
    [['total_act_ret_energy'], 'energyExportWh'],
  ],
  em: [
    [['total_act_power'], 'powerW'],
    [['total_aprt_power'], 'apparentPowerVA'],
    [['total_current'], 'currentSumA'],
    [['n_current'], 'currentNeutralA'],
    [['a_act_power'], 'powerL1W'],
    [['b_act_power'], 'powerL2W'],
    [['c_act_power'], 'powerL3W'],
    [['a_aprt_power'], 'apparentPowerL1VA'],
    [['b_aprt_power'], 'apparentPowerL2VA'],
    [['c_aprt_power'], 'apparentPowerL3VA'],
    [['a_voltage'], 'voltageL1V'],
    [['b_voltage'], 'voltageL2V'],
    [['c_voltage'], 'voltageL3V'],
    [['a_current'], 'currentL1A'],
    [['b_current'], 'currentL2A'],
    [['c_current'], 'currentL3A'],
    [['a_pf'], 'powerFactorL1'],
    [['b_pf'], 'powerFactorL2'],
    [['c_pf'], 'powerFactorL3'],
    [['a_freq'], 'frequencyHz'],
  ],
  emdata: [
    [['total_act'], 'energyImportWh'],
    [['total_act_ret'], 'energyExportWh'],
    [['a_total_act_energy'], 'energyImportL1Wh'],
    [['b_total_act_energy'], 'energyImportL2Wh'],
    [['c_total_act_energy'], 'energyImportL3Wh'],
    [['a_total_act_ret_energy'], 'energyExportL1Wh'],
    [['b_total_act_ret_energy'], 'energyExportL2Wh'],
    [['c_total_act_ret_energy'], 'energyExportL3Wh'],
  ],
});

/** What a component such as `em:0` tells; nothing where its kind is none of these, whatever it is called. */
export function statusValuesOf(component: string): readonly StatusValue[] {
  const [kind = ''] = component.split(':');
  return Object.hasOwn(byKind, kind) ? (byKind[kind] ?? []) : [];
}

/** A component and what counts its energy: `em:0` has `emdata:0`. */
export function componentsOf(component: string): readonly string[] {
  const [kind, number] = component.split(':');
  return kind === 'em' || kind === 'em1' ? [component, `${kind}data:${number}`] : [component];
}
