import { drawEvenly, type LoadKind, valuesOf } from '../load.ts';
import { Drift } from '../noise.ts';
import { shareAt, standardProfileIds } from '../standard-profiles.ts';

const options = {
  profile: { takes: 'choice', of: standardProfileIds, unless: null, help: 'the standard load profile' },
  yearlyKwh: { takes: 'number', min: 1, max: 1e7, unless: null, help: 'what a year comes to, kWh' },
  flicker: {
    takes: 'number',
    min: 0,
    max: 1,
    unless: 0.15,
    help: 'share of the power that comes and goes within minutes',
  },
  cosPhi: { takes: 'number', min: 0.3, max: 1, unless: 0.97, help: 'the power factor, lagging' },
} as const;

/** Many consumers together, by a standard load profile: season, day of the week and quarter of an hour. */
export const profile: LoadKind = {
  what: 'a standard load profile, scaled to the energy of a year',
  options,
  on: 'mains',
  exponent: 0,
  thdPercent: 12,
  feeds: 'never',
  make: (site, plan) => {
    const { profile: id, yearlyKwh, flicker, cosPhi } = valuesOf(options, plan);
    const meanW = (yearlyKwh * 1000) / 8765.8;
    const perWatt = Math.tan(Math.acos(cosPhi));
    const slow = new Drift(site.noise, 1200);
    const quick = new Drift(site.noise, 45, 1);
    return {
      step: moment => {
        const unrest = 1 + flicker * (slow.at(moment.second) + quick.at(moment.second) - 1);
        const powerW = meanW * shareAt(id, moment) * unrest;
        drawEvenly(site, powerW, powerW * perWatt);
      },
    };
  },
};
