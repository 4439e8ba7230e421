import type { Place, PlantPlan } from '../scenario/scenario.ts';
import { createPlant } from './plant.ts';

/** What a circuit came to in a year, kWh by month: taken and fed in. */
export interface CircuitYear {
  readonly id: string;
  readonly name: string;
  readonly takenKwh: readonly number[];
  readonly fedKwh: readonly number[];
}

/** Long enough to see a year in seconds; what is shorter, such as a kettle, is seen now and then and comes to the same. */
const usualStepS = 60;

/** A plant's year from January on, by circuit. */
export function yearOf(...about: Parameters<typeof daysOfYear>): readonly CircuitYear[] {
  const months = daysOfYear(...about);
  for (;;) {
    const { done, value } = months.next();
    if (done === true) return value;
  }
}

/** The same by the day, for who has something else to do meanwhile: gives the share that is done, and the year at last. */
export function* daysOfYear(
  plan: PlantPlan,
  place: Place,
  seed: number,
  year: number,
  stepS = usualStepS,
): Generator<number, readonly CircuitYear[]> {
  const plant = createPlant(plan, place, { seed, startMs: Date.UTC(year, 0, 1), stepS });
  const read = (counter: 'netImport' | 'netExport'): number[] =>
    plant.tree.map((_, node) => plant.counters.ofWhole(counter, node) / 3.6e9);
  const names = new Map(plan.circuits.map(({ id, name }) => [id, name]));
  const circuits = plant.tree.map(({ id }) => ({
    id,
    name: names.get(id) ?? 'Supply',
    takenKwh: [] as number[],
    fedKwh: [] as number[],
  }));
  let [taken, fed] = [read('netImport'), read('netExport')];
  for (let month = 1; month <= 12; month++) {
    const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
    for (let day = 1; day <= days; day++) {
      plant.advanceTo(Date.UTC(year, month - 1, day + 1));
      yield (month - 1 + day / days) / 12;
    }
    const [takenNow, fedNow] = [read('netImport'), read('netExport')];
    circuits.forEach((circuit, node) => {
      circuit.takenKwh.push((takenNow[node] ?? 0) - (taken[node] ?? 0));
      circuit.fedKwh.push((fedNow[node] ?? 0) - (fed[node] ?? 0));
    });
    [taken, fed] = [takenNow, fedNow];
  }
  return circuits;
}
