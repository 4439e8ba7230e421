const yearS = 365.2425 * 86_400;
const dayS = 86_400;
/** Where the counters stood at zero: years before now, in the middle of winter. */
const zeroS = Date.UTC(2019, 0, 18) / 1000;

/** What has gone through since the zero: some each second, more in winter and by day; never less than before. */
function grown(second: number, yearly: number, winterShare: number): number {
  const years = (second - zeroS) / yearS;
  const winter = (winterShare * Math.sin(2 * Math.PI * years)) / (2 * Math.PI);
  // Most at noon; not so much that it would ever run backwards.
  const share = 0.9 * (1 - winterShare);
  const day = (dayS / yearS) * (Math.sin((2 * Math.PI * second) / dayS) / (2 * Math.PI)) * share;
  return Math.max(0, yearly * (years + winter - day));
}

/** A gas meter that a smart meter reads for its household, m³ in steps of its last digit. */
export const gasVolumeM3 = (second: number): number => Math.floor(grown(second, 1250, 0.85) * 1000) / 1000;

export const waterVolumeM3 = (second: number): number => Math.floor(grown(second, 95, 0) * 1000) / 1000;

/** Of district heating, in MJ as such meters count, told in J. */
export const heatEnergyJ = (second: number): number => Math.floor(grown(second, 38_000, 0.85)) * 1e6;
