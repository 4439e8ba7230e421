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
