import type { Noise } from './noise.ts';

/** The moment, as a household sees it. Local time has a fixed offset: a simulated house knows no summer time. */
export interface Moment {
  readonly atMs: number;
  /** Days since 1970 in local time. */
  readonly day: number;
  /** Seconds since local midnight. */
  readonly secondOfDay: number;
}

const dayMs = 86_400_000;

export function momentOf(atMs: number, utcOffsetMinutes: number): Moment {
  const localMs = atMs + utcOffsetMinutes * 60_000;
  const day = Math.floor(localMs / dayMs);
  return { atMs, day, secondOfDay: (localMs - day * dayMs) / 1000 };
}

const latitude = (50 * Math.PI) / 180;
const tilt = (30 * Math.PI) / 180;
/** Local clocks run ahead of the sun by this much: noon stands at 12:20. */
const solarLagS = 1200;

export interface Sun {
  /** Sine of the elevation; below zero at night. */
  readonly height: number;
  /** Cosine of the angle between the sun and the normal of panels that look south, tilted by 30 degrees. */
  readonly onPanels: number;
}

/** Where the sun stands over 50 degrees north (textbook declination and hour angle; good to a degree). */
export function sunAt(moment: Moment): Sun {
  // 1 January 1970 is day 0; the solstice of December lies 10 days before the new year.
  const declination = -0.40928 * Math.cos((2 * Math.PI * ((moment.day % 365.2425) + 10)) / 365.2425);
  const hourAngle = ((moment.secondOfDay - solarLagS - 43_200) / 86_400) * 2 * Math.PI;
  const across = Math.cos(declination) * Math.cos(hourAngle);
  const along = Math.sin(declination);
  return {
    height: along * Math.sin(latitude) + across * Math.cos(latitude),
    onPanels: Math.max(0, along * Math.sin(latitude - tilt) + across * Math.cos(latitude - tilt)),
  };
}

/** Outdoor temperature in degrees Celsius: season, hour and a few days of weather. */
export function outdoorC(moment: Moment, noise: Noise): number {
  const season = -Math.cos((2 * Math.PI * ((moment.day % 365.2425) - 20)) / 365.2425);
  const hour = Math.cos((2 * Math.PI * (moment.secondOfDay / 3600 - 15)) / 24);
  return 10 + 9 * season + 3.5 * hour + 6 * (noise.smooth('weather', moment.atMs, 2.5 * dayMs) - 0.5);
}

/** Share of the direct sunlight that clouds take, 0 to 1: a day's character, and clouds that drift by. */
export function cloudCover(moment: Moment, noise: Noise): number {
  const character = noise.smooth('clouds', moment.atMs, dayMs * 0.7);
  const drift = noise.smooth('clouds', moment.atMs, 1_500_000, 1);
  const edges = noise.smooth('clouds', moment.atMs, 140_000, 2);
  const cover = (drift * 0.7 + edges * 0.3 - (1 - character)) * 2.2;
  return Math.min(0.92, Math.max(0, cover));
}
