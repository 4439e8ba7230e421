import { isEnergyUnit, setEnergyUnit } from '../energy-unit.ts';
import { drawAnew } from '../i18n/language.ts';
import { readPreference, writePreference } from '../preferences.ts';

/** Writes energies as somebody chose it on this device before. */
export function startEnergyUnit(): void {
  const stored = readPreference('energy');
  if (isEnergyUnit(stored)) setEnergyUnit(stored);
}

/** Writes all energies in another unit from now on. */
export function chooseEnergyUnit(next: string): void {
  if (!isEnergyUnit(next)) return;
  setEnergyUnit(next);
  writePreference('energy', next === 'auto' ? null : next);
  drawAnew();
}
