import { hoursOptions, isOpen } from '../hours.ts';
import { drawEvenly, type LoadKind, valuesOf } from '../load.ts';

const options = {
  ampere: { takes: 'number', min: 6, max: 63, unless: 16, help: 'on each phase, A' },
  weeklyKwh: { takes: 'number', min: 1, max: 2000, unless: 55, help: 'what it charges in a week, kWh' },
  daysAWeek: { takes: 'number', min: 1, max: 7, unless: 4, help: 'how often it charges' },
  fromHour: {
    takes: 'number',
    min: 0,
    max: 24,
    unless: 0,
    help: 'not before this hour of the day; 0: when people come home',
  },
  days: { ...hoursOptions.days, unless: 'all' },
} as const;

/** Full current up to here; then it falls step by step for this long. */
const fallS = 720;

/** On how many days of a week it may. */
const inWeek = Object.freeze({ weekdays: 5, 'weekdays-and-saturdays': 6, all: 7 });

/** A wallbox: when the car comes home it charges, up in ten seconds, down step by step in the end. */
export const ev: LoadKind = {
  what: 'a car that charges when it comes home',
  options,
  on: 'mains',
  exponent: 1,
  thdPercent: 4,
  feeds: 'never',
  make: (site, plan) => {
    const { ampere, weeklyKwh, daysAWeek, fromHour, days } = valuesOf(options, plan);
    const { household, noise, phases, nominalV } = site;
    const fullW = ampere * nominalV * phases.length;
    let day = Number.NaN;
    let startS = 0;
    let endS = 0;
    return {
      step: moment => {
        const { day: today, secondOfDay } = moment;
        if (today !== day) {
          day = today;
          const energyWh = ((weeklyKwh * 1000) / daysAWeek) * (0.55 + 0.9 * noise.unit(day, 1));
          startS = Math.max(fromHour * 3600, household.homeS) + Math.round(600 * noise.unit(day, 2));
          // The current falls to 0.38 of it in the end: so much of that time is lost.
          const lengthS = (energyWh / fullW) * 3600 + fallS * 0.31;
          const charges =
            noise.unit(day) * inWeek[days] < daysAWeek && isOpen({ fromHour: 0, toHour: 24, days }, moment);
          endS = charges ? Math.min(86_400, Math.round(startS + lengthS)) : startS;
        }
        if (secondOfDay < startS || secondOfDay >= endS) {
          drawEvenly(site, 4.5, -9);
          return;
        }
        const rising = Math.min(1, (secondOfDay - startS + 1) / 10);
        const falling = Math.min(1, 0.38 + (0.62 * Math.floor((endS - secondOfDay) / 60) * 60) / fallS);
        const powerW = fullW * Math.min(rising, falling);
        drawEvenly(site, powerW, powerW * 0.03);
      },
    };
  },
};
