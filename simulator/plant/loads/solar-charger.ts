import { type LoadKind, valuesOf } from '../load.ts';
import { panelAxis } from '../panels.ts';

const options = {
  peakW: { takes: 'number', min: 5, max: 1e6, unless: null, help: 'of the panels, W' },
  tiltDeg: { takes: 'number', min: 0, max: 90, unless: 45, help: 'of the panels, degrees from flat' },
  azimuthDeg: {
    takes: 'number',
    min: 0,
    max: 360,
    unless: 180,
    help: 'where they look, degrees from north by east: 180 is south',
  },
} as const;

const efficiency = 0.96;

/** Panels that charge a battery: what it does not take is not made. */
export const solarCharger: LoadKind = {
  what: 'panels that charge the battery of a bus of direct current',
  options,
  on: 'bus-source',
  exponent: 0,
  thdPercent: 0,
  feeds: 'mostly',
  make: ({ node, phases, draw, weather }, plan) => {
    const { peakW, tiltDeg, azimuthDeg } = valuesOf(options, plan);
    const [east, north, up] = panelAxis(tiltDeg, azimuthDeg);
    const cell = node * 3 + (phases[0] ?? 0);
    return {
      step: () => {
        const light = weather.lightOn(east, north, up);
        const heatC = weather.outdoorC + 28 * light;
        draw.powerW[cell] = -Math.max(0, peakW * 0.94 * efficiency * light * (1 - 0.004 * (heatC - 25)));
      },
    };
  },
};
