import { type CircuitId, type Phase, phase } from './circuits.ts';
import type { Noise } from './noise.ts';

/** Something that is switched on for a while. Between `startS` and `endS` it runs for `onS` of every `cycleS`. */
export interface Use {
  readonly circuit: CircuitId;
  readonly phase: Phase;
  readonly powerW: number;
  readonly startS: number;
  readonly endS: number;
  readonly onS: number;
  readonly cycleS: number;
}

/** What people do on one day, in seconds since local midnight. Nothing runs over midnight. */
export interface DayPlan {
  readonly day: number;
  readonly uses: readonly Use[];
  /** When the car charges; none on some days. */
  readonly charging: readonly { readonly startS: number; readonly endS: number }[];
  readonly wakeS: number;
  readonly sleepS: number;
}

const hour = 3600;

/** 1 January 1970 was a Thursday. */
const isWeekend = (day: number): boolean =>
  (((day + 4) % 7) + 7) % 7 === 0 || (((day + 4) % 7) + 7) % 7 === 6;

export function planDay(day: number, noise: Noise): DayPlan {
  const draw = (lane: number): number => noise.unit('plan', day, lane);
  const around = (lane: number, atHour: number, spreadHours: number): number =>
    Math.round((atHour + (draw(lane) - 0.5) * 2 * spreadHours) * hour);
  const weekend = isWeekend(day);
  const uses: Use[] = [];
  const use = (
    circuit: CircuitId,
    on: Phase,
    powerW: number,
    startS: number,
    lengthS: number,
    onS = lengthS,
    cycleS = lengthS,
  ) => {
    uses.push({ circuit, phase: on, powerW, startS, endS: startS + lengthS, onS, cycleS });
  };

  const wakeS = around(0, weekend ? 7.8 : 6.3, 0.4);
  const kettleW = 2150;
  for (const [lane, startS] of [
    [1, wakeS + 600],
    [2, around(3, 10.2, 0.6)],
    [4, around(5, 15.5, 0.7)],
    [6, around(7, 20.3, 0.6)],
  ] as const) {
    if (lane === 1 || draw(lane) < (weekend ? 0.9 : 0.6)) {
      use('kitchen', phase.L2, kettleW, startS, 110 + Math.round(draw(lane + 20) * 100));
    }
  }

  // The oven heats up in one go, then its thermostat keeps it warm.
  const dinnerS = around(8, 18.2, 0.5);
  use('kitchen', phase.L2, 2450, dinnerS, 560);
  use('kitchen', phase.L2, 2450, dinnerS + 640, 1200 + Math.round(draw(9) * 1500), 55, 150);
  if (weekend || draw(10) < 0.3) use('kitchen', phase.L2, 1700, around(11, 12.4, 0.3), 1500, 80, 140);

  // A dishwasher heats twice and pumps in between.
  const dishesS = around(12, 20.6, 0.5);
  use('base', phase.L3, 70, dishesS, 5400);
  use('base', phase.L3, 1900, dishesS + 420, 780);
  use('base', phase.L3, 1900, dishesS + 4100, 620);
  if (weekend || draw(13) < 0.4) {
    const laundryS = around(14, 10.6, 0.9);
    use('base', phase.L3, 2000, laundryS + 180, 900);
    use('base', phase.L3, 260, laundryS + 1080, 4200, 12, 30);
  }

  const charging: { startS: number; endS: number }[] = [];
  if (weekend) {
    const startS = around(15, 11.5, 0.5);
    charging.push({ startS, endS: startS + 4200 + Math.round(draw(16) * 5400) });
  } else if (draw(17) < 0.8) {
    const startS = around(18, 17.6, 0.6);
    charging.push({ startS, endS: startS + 3000 + Math.round(draw(16) * 5400) });
  }
  return { day, uses, charging, wakeS, sleepS: around(19, weekend ? 23.2 : 22.7, 0.4) };
}
