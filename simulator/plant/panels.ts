/** What a string of panels comes to while there is light, V. */
export const noonVolt = 620;

/** The direction that panels look at, as a vector to the east, the north and up. */
export function panelAxis(
  tiltDeg: number,
  azimuthDeg: number,
): readonly [east: number, north: number, up: number] {
  const tilt = (tiltDeg * Math.PI) / 180;
  const azimuth = (azimuthDeg * Math.PI) / 180;
  return [Math.sin(tilt) * Math.sin(azimuth), Math.sin(tilt) * Math.cos(azimuth), Math.cos(tilt)];
}

/** Of what falls on the panels, what leaves the inverter. */
export const inverterEfficiency = 0.97;

/** Two strings, as most roofs have them, and the share of each. */
export const stringShares: readonly number[] = Object.freeze([0.54, 0.46]);

/** Which way panels look. */
export const faceOptions = {
  tiltDeg: { takes: 'number', min: 0, max: 90, unless: 30, help: 'of the panels, degrees from flat' },
  azimuthDeg: {
    takes: 'number',
    min: 0,
    max: 360,
    unless: 180,
    help: 'where they look, degrees from north by east: 180 is south',
  },
} as const;

/** What panels give: they lose 0.4 % for each degree above 25 °C, the sun heats them by 28, and dust and cables take 6 %. */
export const panelsW = (peakW: number, light: number, outdoorC: number): number =>
  Math.max(0, peakW * 0.94 * light * (1 - 0.004 * (outdoorC + 28 * light - 25)));
