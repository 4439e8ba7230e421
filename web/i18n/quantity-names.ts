import { isQuantityId, type QuantityId, quantities, type Unit } from '#core/quantities.ts';

/** The quantity without its number or phase and its unit: `voltageL1V` is a `voltage`, `powerDc2W` a `powerDc`. */
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
  | 'temperature'
  | 'powerImport'
  | 'powerExport'
  | 'powerDc'
  | 'voltageDc'
  | 'currentDc'
  | 'energyDc'
  | 'thdVoltageLine'
  | 'demandImport'
  | 'demandImportMax'
  | 'demandExport'
  | 'demandExportMax'
  | 'demandApparent'
  | 'demandApparentMax'
  | 'demandReactive'
  | 'demandReactiveMax'
  | 'demandCurrent'
  | 'demandCurrentNeutral'
  | 'demandCurrentNeutralMax'
  | 'energyTotalT1'
  | 'energyTotalT2'
  | 'energyImportResettable'
  | 'energyExportResettable'
  | 'energyTotalResettable'
  | 'energyNet'
  | 'reactiveEnergyImportT1'
  | 'reactiveEnergyImportT2'
  | 'reactiveEnergyExportT1'
  | 'reactiveEnergyExportT2'
  | 'reactiveEnergyTotalT1'
  | 'reactiveEnergyTotalT2'
  | 'reactiveEnergyImportResettable'
  | 'reactiveEnergyExportResettable'
  | 'reactiveEnergyTotalResettable'
  | 'reactiveEnergyNet'
  | 'reactiveEnergyQ'
  | 'apparentEnergyImport'
  | 'apparentEnergyExport'
  | 'temperatureHeatSink'
  | 'gasVolume'
  | 'waterVolume'
  | 'heatEnergy'
  | 'chargeExport'
  | 'currentPeak'
  | 'powerPeak';

const unitAtEnd = /(?:Wh|W|VAh|VA|Varh|Var|V|Ah|A|Hz|Percent|Degrees|C|M3|J)$/;
const phaseAtEnd = /(?:L[123]){1,2}$/;
/** The input of an inverter, or the quadrant of a counter. */
const numberAtEnd = /(?<=Dc|Q)[1-4]$/;

const withoutUnit = (id: QuantityId): string => id.replace(unitAtEnd, '');

export const stemOf = (id: QuantityId): string =>
  withoutUnit(id).replace(phaseAtEnd, '').replace(numberAtEnd, '');

/** A quantity in words: "Voltage L1", "Voltage L1–L2", "DC power 2". The neutral's current has its own name. */
export function nameQuantity(id: QuantityId, names: Readonly<Record<Stem, string>>): string {
  const stem = stemOf(id);
  const name = Object.hasOwn(names, stem) ? names[stem as Stem] : id;
  const [number] = withoutUnit(id).match(numberAtEnd) ?? [];
  if (number !== undefined) return `${name} ${number}`;
  const { phase } = quantities[id];
  return phase === null || phase === 'N' ? name : `${name} ${phase.replace('-', '–')}`;
}

/** The unit of a quantity; of what is none, a plain number's. */
export const unitOf = (id: string): Unit => (isQuantityId(id) ? quantities[id].unit : '1');

export const isCounter = (id: string): boolean => isQuantityId(id) && quantities[id].kind === 'counter';
