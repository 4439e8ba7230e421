import { type Appliance, applianceIds, applianceTable } from '../appliance-table.ts';
import type { Household } from '../household.ts';
import { type LoadKind, type LoadSite, valuesOf } from '../load.ts';
import type { Moment } from '../moment.ts';

const options = {
  uses: { takes: 'choices', of: applianceIds, unless: null, help: 'what people use on this circuit' },
  persons: { takes: 'number', min: 1, max: 12, unless: 2, help: 'how many people there are' },
} as const;

/** Something is on: from `startS` to `endS` for `onS` of each `cycleS`. */
interface Use {
  readonly cell: number;
  readonly powerW: number;
  readonly reactiveVar: number;
  readonly startS: number;
  readonly endS: number;
  readonly onS: number;
  readonly cycleS: number;
}

const dayS = 86_400;

/** What people cook, wash and use, by a plan for each day. Nothing runs over midnight. */
export const appliances: LoadKind = {
  what: 'what people use: kettle, oven, hob, dishwasher, washing machine and more, by a plan for each day',
  options,
  on: 'mains',
  exponent: 2,
  thdPercent: 5,
  feeds: 'never',
  make: (site, plan) => {
    const { uses: ids, persons } = valuesOf(options, plan);
    const { node, phases, draw, household } = site;
    let day = Number.NaN;
    let today: readonly Use[] = [];
    return {
      step: moment => {
        if (moment.day !== day) {
          day = moment.day;
          today = ids.flatMap((id, index) => {
            const cell = node * 3 + (phases[index % phases.length] as number);
            return usesOf(applianceTable[id], id, cell, persons, moment, household, site);
          });
        }
        for (let index = 0; index < phases.length; index++) {
          const cell = node * 3 + (phases[index] as number);
          // Clocks and power supplies that wait.
          draw.powerW[cell] = 1.5;
          draw.reactiveVar[cell] = -4;
        }
        const { secondOfDay } = moment;
        for (let index = 0; index < today.length; index++) {
          const use = today[index] as Use;
          if (secondOfDay < use.startS || secondOfDay >= use.endS) continue;
          if ((secondOfDay - use.startS) % use.cycleS >= use.onS) continue;
          draw.powerW[use.cell] = (draw.powerW[use.cell] as number) + use.powerW;
          draw.reactiveVar[use.cell] = (draw.reactiveVar[use.cell] as number) + use.reactiveVar;
        }
      },
    };
  },
};

function usesOf(
  { powerW, lagging, run, times }: Appliance,
  id: string,
  cell: number,
  persons: number,
  { day, kind }: Moment,
  household: Household,
  site: LoadSite,
): Use[] {
  const chances = site.noise.stream(id);
  const uses: Use[] = [];
  times.forEach(({ around, after, spreadH, chance }, index) => {
    const draw = (lane: number): number => chances.unit(day, index * 8 + lane);
    // More people use it more often, but they cook together.
    if (draw(0) >= Math.min(0.97, chance[kind === 'weekday' ? 0 : 1] * Math.sqrt(persons / 2))) return;
    const fromS = after === undefined ? 0 : after === 'waking' ? household.wakeS : household.homeS;
    let startS = Math.round(fromS + (around + (draw(1) * 2 - 1) * spreadH) * 3600);
    for (const { share, forS, upToS = 0, onS, cycleS } of run) {
      const lengthS = forS + Math.round(upToS * draw(2));
      const endS = Math.min(dayS, startS + lengthS);
      const shareW = powerW * share * (0.97 + 0.06 * draw(3));
      uses.push({
        cell,
        powerW: shareW,
        reactiveVar: shareW * lagging,
        startS,
        endS,
        onS: onS ?? lengthS,
        cycleS: cycleS ?? lengthS,
      });
      startS = endS;
    }
  });
  return uses;
}
