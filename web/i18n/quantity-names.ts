import { type QuantityId, quantities } from '#core/quantities.ts';

/** The quantity without its phase and unit: `voltageL1V` is a `voltage`. */
export type Stem =
  | 'power'
  | 'voltage'
  | 'voltageLine'
  | 'current'
  | 'currentNeutral'
  | 'currentSum'
  | 'apparentPower'
  | 'reactivePower'
  | 'powerFactor'
  | 'phaseAngle'
  | 'frequency'
  | 'thdVoltage'
  | 'thdCurrent'
  | 'demand'
  | 'demandMax'
  | 'demandCurrentMax'
  | 'energyImport'
  | 'energyExport'
  | 'energyImportT1'
  | 'energyImportT2'
  | 'energyExportT1'
  | 'energyExportT2'
  | 'energyTotal'
  | 'reactiveEnergyImport'
  | 'reactiveEnergyExport'
  | 'reactiveEnergyTotal'
  | 'apparentEnergy'
  | 'charge'
  | 'shuntVoltage'
  | 'temperature';

const unitAtEnd = /(?:Wh|W|VAh|VA|Varh|Var|V|Ah|A|Hz|Percent|Degrees|C)$/;
const phaseAtEnd = /(?:L[123]){1,2}$/;

export const stemOf = (id: QuantityId): string => id.replace(unitAtEnd, '').replace(phaseAtEnd, '');

/** A quantity in words: "Voltage L1", "Voltage L1–L2". The neutral's current has its own name. */
export function nameQuantity(id: QuantityId, names: Readonly<Record<Stem, string>>): string {
  const stem = stemOf(id);
  const name = Object.hasOwn(names, stem) ? names[stem as Stem] : id;
  const { phase } = quantities[id];
  return phase === null || phase === 'N' ? name : `${name} ${phase.replace('-', '–')}`;
}
