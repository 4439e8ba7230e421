/** As it fits the size, or every energy in kWh. */
export const energyUnits = Object.freeze(['auto', 'kWh'] as const);
export type EnergyUnit = (typeof energyUnits)[number];

export const isEnergyUnit = (text: string | null): text is EnergyUnit =>
  energyUnits.some(unit => unit === text);

let chosen: EnergyUnit = 'auto';

/** The unit that energies are written in. */
export const energyUnit = (): EnergyUnit => chosen;

export function setEnergyUnit(next: EnergyUnit): void {
  chosen = next;
}
