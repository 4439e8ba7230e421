import type { Noise } from './noise.ts';
import type { Moment } from './sun.ts';

/** The 12 V battery at its terminals. Positive current and power charge it. */
export interface BatteryState {
  voltageV: number;
  currentA: number;
  powerMw: number;
  /** What its charger takes from the mains. */
  chargerW: number;
}

const hour = 3600;
const routerA = 0.35;
const lampsA = 1.25;
const chargeA = 2.1;
const chargeFromS = 9 * hour;
const chargeToS = 15.5 * hour;
const lampsFromS = 18 * hour;
const lampsToS = 22.8 * hour;
const internalOhm = 0.06;

/** Charge in the course of a day, 0 to 1: it falls by the router and the lamps and is filled from nine on. */
function chargeLevel(secondOfDay: number): number {
  const since = (secondOfDay - chargeFromS + 86_400) % 86_400;
  const charging = Math.min(1, since / (chargeToS - chargeFromS));
  if (charging < 1) return 0.35 + 0.6 * charging;
  const idleS = since - (chargeToS - chargeFromS);
  return 0.95 - 0.6 * (idleS / (86_400 - (chargeToS - chargeFromS)));
}

/**
 * A LiFePO4 battery of 20 Ah that keeps a router and lamps running, charged from the mains by day. A function of time
 * alone. Voltage in whole mV, current in whole 0.1 mA, power in whole mW: what an INA219 could tell apart.
 */
export function batteryAt(moment: Moment, noise: Noise, into: BatteryState): void {
  const { atMs, secondOfDay } = moment;
  const second = Math.floor(atMs / 1000);
  const lampsOn = secondOfDay >= lampsFromS && secondOfDay < lampsToS;
  const loadA =
    routerA +
    0.12 * (noise.smooth('battery', atMs, 30_000) - 0.5) +
    (lampsOn ? lampsA : 0) +
    noise.signed('battery', second, 1) * 0.004;
  const chargerOn = secondOfDay >= chargeFromS && secondOfDay < chargeToS;
  const taper = Math.min(1, (chargeToS - secondOfDay) / 3000 + 0.12);
  const chargerA = chargerOn ? chargeA * taper + loadA : 0;
  const currentA = Math.round((chargerA - loadA) * 1e4) / 1e4;
  const level = chargeLevel(secondOfDay);
  const openV = 12.75 + 0.75 * level + (level > 0.9 ? (level - 0.9) * 6 : 0);
  into.currentA = currentA;
  into.voltageV = Math.round((openV + currentA * internalOhm) * 1000) / 1000;
  into.powerMw = Math.round(into.voltageV * currentA * 1000);
  into.chargerW = chargerOn ? (into.voltageV * chargerA) / 0.88 : 0.9;
}
