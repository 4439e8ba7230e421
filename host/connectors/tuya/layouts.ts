import { deepFreeze } from '#core/freeze.ts';
import type { QuantityId } from '#core/quantities.ts';
import type { Words } from '../../set-up/fields.ts';
import type { Point } from './points.ts';

/** Which data points devices of a kind have. `source` is where that was told. */
export interface Layout {
  readonly id: string;
  readonly name: Words;
  readonly source: string;
  readonly points: readonly Point[];
}

const number = (dp: number, quantity: QuantityId, scale: number): Point => ({
  dp,
  form: 'number',
  quantity,
  scale,
});
const phase = (dp: number, voltage: QuantityId, current: QuantityId, power: QuantityId): readonly Point[] => [
  { dp, form: 'phaseVoltage', quantity: voltage, scale: 0.1 },
  { dp, form: 'phaseCurrent', quantity: current, scale: 0.001 },
  { dp, form: 'phasePower', quantity: power, scale: 1 },
];

/**
 * Known layouts. Energy that is no counter is left out: `add_ele` (data point 17) of plugs is what was used in the last half
 * hour, and begins anew (jasonacox/tinytuya#282, #274; make-all/tuya-local#336).
 */
export const layouts: readonly Layout[] = deepFreeze([
  {
    id: 'plug',
    name: {
      en: 'Plug or clip-on meter: 18 current, 19 power, 20 voltage',
      de: 'Steckdose oder Klappwandler: 18 Strom, 19 Leistung, 20 Spannung',
      pt: 'Tomada ou medidor de pinça: 18 corrente, 19 potência, 20 tensão',
    },
    source:
      'make-all/tuya-local#91 (scales as the maker states them), #336 (PJ-1103); jasonacox/tinytuya#274; codetheweb/tuyapi#121',
    points: [number(18, 'currentA', 0.001), number(19, 'powerW', 0.1), number(20, 'voltageV', 0.1)],
  },
  {
    id: 'plug-old',
    name: {
      en: 'Older plug: 4 current, 5 power, 6 voltage',
      de: 'Ältere Steckdose: 4 Strom, 5 Leistung, 6 Spannung',
      pt: 'Tomada antiga: 4 corrente, 5 potência, 6 tensão',
    },
    source: 'tixi/Domoticz-Tuya-SmartPlug-Plugin#5',
    points: [number(4, 'currentA', 0.001), number(5, 'powerW', 0.1), number(6, 'voltageV', 0.1)],
  },
  {
    id: 'din-1p',
    name: {
      en: 'DIN rail meter, one phase: 1 energy, 6 the phase',
      de: 'Hutschienenzähler, eine Phase: 1 Energie, 6 die Phase',
      pt: 'Contador de calha DIN, uma fase: 1 energia, 6 a fase',
    },
    source:
      'jasonacox/tinytuya#55; make-all/tuya-local#1648 (energy in 0.01 kWh, rising); rospogrigio/localtuya#1193',
    points: [number(1, 'energyImportWh', 10), ...phase(6, 'voltageV', 'currentA', 'powerW')],
  },
  {
    id: 'din-3p',
    name: {
      en: 'DIN rail meter, three phases: 1 energy, 6 to 8 the phases',
      de: 'Hutschienenzähler, drei Phasen: 1 Energie, 6 bis 8 die Phasen',
      pt: 'Contador de calha DIN, três fases: 1 energia, 6 a 8 as fases',
    },
    source: 'make-all/tuya-local#1473, #1648 (energy in 0.01 kWh, rising), #4075',
    points: [
      number(1, 'energyImportWh', 10),
      ...phase(6, 'voltageL1V', 'currentL1A', 'powerL1W'),
      ...phase(7, 'voltageL2V', 'currentL2A', 'powerL2W'),
      ...phase(8, 'voltageL3V', 'currentL3A', 'powerL3W'),
    ],
  },
]);
