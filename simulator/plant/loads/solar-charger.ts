import { type LoadKind, valuesOf } from '../load.ts';
import { faceOptions, panelAxis, panelsW } from '../panels.ts';

const options = {
  peakW: { takes: 'number', min: 5, max: 1e6, unless: null, help: 'of the panels, W' },
  ...faceOptions,
  tiltDeg: { ...faceOptions.tiltDeg, unless: 45 },
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
        draw.powerW[cell] = -panelsW(peakW, light, weather.outdoorC) * efficiency;
      },
    };
  },
};
