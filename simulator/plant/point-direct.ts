import { millijoulePerWattHour } from './counters.ts';
import type { PointPlace, Reader, Readers } from './point.ts';

const cellOf = ({ node, phases }: PointPlace): number => node * 3 + (phases[0] ?? 0);
const powerW: Reader = place => (place.plant.electricity.flowMw[cellOf(place)] as number) / 1000;
const voltageV: Reader = ({ plant, node }) => plant.electricity.busV[node];
const currentA: Reader = place => {
  const volt = voltageV(place) ?? 0;
  return volt === 0 ? 0 : (powerW(place) ?? 0) / volt;
};

const wattHours =
  (...ids: readonly ('import' | 'export')[]): Reader =>
  ({ plant, node, phases }) => {
    const millijoule = ids.reduce((sum, id) => sum + plant.counters.ofPhase(id, node, phases[0] ?? 0), 0);
    return Math.floor(millijoule / (millijoulePerWattHour / 10)) / 10;
  };

const ampereHours =
  (id: 'charge' | 'chargeExport'): Reader =>
  ({ plant, node, phases }) =>
    Math.floor(plant.counters.ofPhase(id, node, phases[0] ?? 0) / 3600) / 1000;

/** On a bus of direct current: no phases, nothing reactive. Positive flows into the circuit, so it charges a battery. */
export const directReaders: Readers = {
  powerW,
  voltageV,
  currentA,
  powerImportW: place => Math.max(0, powerW(place) ?? 0),
  powerExportW: place => Math.max(0, -(powerW(place) ?? 0)),
  powerDcW: powerW,
  voltageDcV: voltageV,
  currentDcA: currentA,
  energyImportWh: wattHours('import'),
  energyExportWh: wattHours('export'),
  energyTotalWh: wattHours('import', 'export'),
  chargeAh: ampereHours('charge'),
  chargeExportAh: ampereHours('chargeExport'),
  demandW: ({ plant, node }) => plant.demand.last(node, 'import') / 1000,
  demandMaxW: ({ plant, node }) => plant.demand.most(node, 'import') / 1000,
};
