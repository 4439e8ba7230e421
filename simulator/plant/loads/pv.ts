import { drawEvenly, type LoadKind, valuesOf } from '../load.ts';
import { faceOptions, inverterEfficiency, noonVolt, panelAxis, panelsW, stringShares } from '../panels.ts';

const options = {
  peakW: { takes: 'number', min: 10, max: 1e6, unless: null, help: 'of the panels, W' },
  inverterW: {
    takes: 'number',
    min: 0,
    max: 1e6,
    unless: 0,
    help: 'the most the inverter feeds in, W; 0: as the panels',
  },
  ...faceOptions,
} as const;

/** Panels behind an inverter. Feeding in is negative; at night the inverter draws a little. */
export const pv: LoadKind = {
  what: 'panels behind an inverter, by sun and clouds',
  options,
  on: 'mains',
  exponent: 0,
  thdPercent: 2.5,
  feeds: 'mostly',
  make: (site, plan) => {
    const { peakW, inverterW, tiltDeg, azimuthDeg } = valuesOf(options, plan);
    const [east, north, up] = panelAxis(tiltDeg, azimuthDeg);
    const mostW = inverterW === 0 ? peakW : inverterW;
    const idleW = 1 + mostW * 0.0003;
    const idleVar = -mostW * 0.0035;
    const { weather } = site;
    const [first = 1, second = 0] = stringShares;
    let directW = 0;
    return {
      step: () => {
        const light = weather.lightOn(east, north, up);
        directW = Math.min(mostW / inverterEfficiency, panelsW(peakW, light, weather.outdoorC));
        const fedW = directW * inverterEfficiency;
        drawEvenly(site, idleW - fedW, idleVar + fedW * 0.02);
      },
      read: quantity => {
        const volt = directW === 0 ? 0 : noonVolt;
        switch (quantity) {
          case 'powerDcW':
            return directW;
          case 'voltageDcV':
          case 'voltageDc1V':
          case 'voltageDc2V':
            return volt;
          case 'currentDcA':
            return directW / noonVolt;
          case 'powerDc1W':
            return directW * first;
          case 'powerDc2W':
            return directW * second;
          case 'currentDc1A':
            return (directW * first) / noonVolt;
          case 'currentDc2A':
            return (directW * second) / noonVolt;
          case 'temperatureC':
            return 24 + 18 * (directW / mostW);
          case 'temperatureHeatSinkC':
            return 26 + 34 * (directW / mostW);
          default:
            return undefined;
        }
      },
    };
  },
};
