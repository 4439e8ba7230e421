import { type Demand, phase, phases } from './circuits.ts';
import type { DayPlan } from './day-plan.ts';
import type { Noise } from './noise.ts';
import { cloudCover, type Moment, outdoorC, type Sun } from './sun.ts';

/** Adds what one appliance draws at a moment, at 230 V. A function of time alone: no appliance remembers. */
export type Appliance = (moment: Moment, sun: Sun, plan: DayPlan, noise: Noise, demand: Demand) => void;

/** Standby, router, servers, and small things that come and go in slots of 7 minutes while people are awake. */
const base: Appliance = ({ atMs, secondOfDay }, _sun, plan, noise, demand) => {
  const second = Math.floor(atMs / 1000);
  const slot = Math.floor(atMs / 420_000);
  const awake = secondOfDay > plan.wakeS && secondOfDay < plan.sleepS ? 1 : 0.12;
  for (const on of phases) {
    const standbyW = on === phase.L1 ? 96 : 48;
    const share = noise.unit('slots', slot, on);
    const comesAndGoesW = share * share * share * 240 * awake;
    const flickerW = noise.signed('base', second, on) * (2 + comesAndGoesW * 0.02);
    const powerW = standbyW + comesAndGoesW + flickerW;
    // Power supplies with their input capacitors: leading.
    demand.add('base', on, powerW, -14 - powerW * 0.12);
  }
};

/** What the plan says people do. Heating elements have no reactive power, the motors in `base` are small. */
const planned: Appliance = ({ secondOfDay }, _sun, plan, _noise, demand) => {
  for (const use of plan.uses) {
    if (secondOfDay < use.startS || secondOfDay >= use.endS) continue;
    if ((secondOfDay - use.startS) % use.cycleS >= use.onS) continue;
    demand.add(use.circuit, use.phase, use.powerW, use.powerW < 300 ? use.powerW * 0.5 : 0);
  }
};

const fridgeCycleMs = 2_760_000;

/** A compressor: about a third of each cycle, with a second of starting current. */
const fridge: Appliance = ({ atMs }, _sun, _plan, noise, demand) => {
  const cycle = Math.floor(atMs / fridgeCycleMs);
  const sinceMs = atMs - cycle * fridgeCycleMs - noise.unit('fridge', cycle) * 600_000;
  const runsMs = 820_000 + noise.unit('fridge', cycle, 1) * 380_000;
  if (sinceMs < 0 || sinceMs >= runsMs) demand.add('kitchen', phase.L2, 1.4, -3);
  else if (sinceMs < 1000) demand.add('kitchen', phase.L2, 640, 520);
  else demand.add('kitchen', phase.L2, 84 - sinceMs / 90_000, 58);
};

/** Light while it is dark and people are up; screens in the evening. */
const lights: Appliance = ({ atMs, secondOfDay }, sun, plan, noise, demand) => {
  if (secondOfDay < plan.wakeS || secondOfDay > plan.sleepS) return;
  const darkness = Math.min(1, Math.max(0, (0.12 - sun.height) * 6));
  const slot = Math.floor(atMs / 900_000);
  const evening = Math.min(1, Math.max(0, (secondOfDay - 17.5 * 3600) / 5400));
  const roomsW = darkness * (110 + 170 * noise.unit('lights', slot));
  demand.add('lights', phase.L1, roomsW * 0.45, -roomsW * 0.1);
  demand.add('lights', phase.L3, roomsW * 0.55 + evening * 185, -roomsW * 0.12 - evening * 20);
};

const heatCycleMs = 3_600_000;

/** Three-phase compressor: runs longer the colder it is, and twice a day for hot water. cosφ 0.93, lagging. */
const heatPump: Appliance = (moment, _sun, _plan, noise, demand) => {
  const { atMs, secondOfDay } = moment;
  const need = Math.min(1, Math.max(0, (16 - outdoorC(moment, noise)) / 28));
  const cycle = Math.floor(atMs / heatCycleMs);
  const sinceMs = atMs - cycle * heatCycleMs - noise.unit('heat', cycle) * 500_000;
  const runsMs = need === 0 ? 0 : (0.2 + need * 0.62) * heatCycleMs;
  const hour = secondOfDay / 3600;
  const hotWater = (hour >= 4.5 && hour < 5.3) || (hour >= 12.9 && hour < 13.8);
  let powerW = 0;
  if (sinceMs >= 0 && sinceMs < runsMs) powerW = (1150 + 1300 * need) * Math.min(1, 0.35 + sinceMs / 90_000);
  if (hotWater) powerW = Math.max(powerW, 2050 + 120 * noise.smooth('heat', atMs, 400_000, 1));
  if (powerW === 0) demand.addThreePhase('heatPump', 11, -24);
  else demand.addThreePhase('heatPump', powerW, powerW * 0.395);
};

const evAmpere = 16;

/** 11 kW: 16 A on three phases, up in ten seconds, down step by step in the last 12 minutes. */
const ev: Appliance = ({ secondOfDay }, _sun, plan, _noise, demand) => {
  const session = plan.charging.find(({ startS, endS }) => secondOfDay >= startS && secondOfDay < endS);
  if (session === undefined) {
    demand.addThreePhase('ev', 4.5, -9);
    return;
  }
  const rising = Math.min(1, (secondOfDay - session.startS + 1) / 10);
  const falling = Math.min(1, 0.38 + (0.62 * Math.floor((session.endS - secondOfDay) / 60)) / 12);
  const powerW = 3 * 230 * evAmpere * Math.min(rising, falling);
  demand.addThreePhase('ev', powerW, powerW * 0.03);
};

const peakW = 9800;
const inverterW = 8500;

/** 9.8 kW of panels behind a three-phase inverter of 8.5 kW. Feeding in is negative. */
const pv: Appliance = (moment, sun, _plan, noise, demand) => {
  if (sun.height <= 0) {
    demand.addThreePhase('pv', 3, -30);
    return;
  }
  const air = 0.75 ** (1 / Math.max(0.08, sun.height) ** 0.68);
  const cover = cloudCover(moment, noise);
  const direct = sun.onPanels * air * 1.25 * (1 - cover);
  const diffuse = sun.height * (0.1 + 0.12 * cover);
  const powerW = Math.min(inverterW, peakW * 0.94 * (direct + diffuse));
  demand.addThreePhase('pv', 3 - powerW, -30 + powerW * 0.02);
};

export const appliances: readonly Appliance[] = Object.freeze([
  base,
  planned,
  fridge,
  lights,
  heatPump,
  ev,
  pv,
]);
