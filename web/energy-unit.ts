import { readPreference, writePreference } from './preferences.ts';

/** As it fits the size, or every energy in kWh. */
export const energyUnits = Object.freeze(['auto', 'kWh'] as const);
export type EnergyUnit = (typeof energyUnits)[number];

const isEnergyUnit = (text: string | null): text is EnergyUnit => energyUnits.some(unit => unit === text);

let chosen: EnergyUnit | null = null;

/** The unit that energies are written in, as somebody chose it on this device. */
export function energyUnit(): EnergyUnit {
  if (chosen === null) {
    const stored = readPreference('energy');
    chosen = isEnergyUnit(stored) ? stored : 'auto';
  }
  return chosen;
}

/** Whoever calls this lets everything be written anew. */
export function chooseEnergyUnit(next: string): void {
  if (!isEnergyUnit(next)) return;
  chosen = next;
  writePreference('energy', next === 'auto' ? null : next);
}
