/** A stretch of an appliance's run: a share of its power for so long, or `onS` of each `cycleS` of it. */
interface Stretch {
  readonly share: number;
  readonly forS: number;
  /** At most so much longer, by chance. */
  readonly upToS?: number;
  readonly onS?: number;
  readonly cycleS?: number;
}

/** When it is used: around an hour, or so many seconds after people get up or come home. */
interface Time {
  readonly around: number;
  readonly after?: 'waking' | 'coming-home';
  readonly spreadH: number;
  /** How likely on a weekday and at the weekend, for a household of two. */
  readonly chance: readonly [weekday: number, weekend: number];
}

export interface Appliance {
  readonly powerW: number;
  /** Share of reactive power; heating elements have none. */
  readonly lagging: number;
  readonly run: readonly Stretch[];
  readonly times: readonly Time[];
}

/** What people use, with the powers and runs of common ones. */
export const applianceTable = {
  kettle: {
    powerW: 2150,
    lagging: 0,
    run: [{ share: 1, forS: 110, upToS: 90 }],
    times: [
      { around: 0.2, after: 'waking', spreadH: 0.1, chance: [0.9, 0.95] },
      { around: 10.2, spreadH: 0.6, chance: [0.15, 0.6] },
      { around: 15.8, spreadH: 0.8, chance: [0.2, 0.7] },
      { around: 20.4, spreadH: 0.7, chance: [0.6, 0.6] },
    ],
  },
  'coffee-machine': {
    powerW: 1250,
    lagging: 0,
    run: [
      { share: 1, forS: 60 },
      { share: 0.8, forS: 300, upToS: 300, onS: 12, cycleS: 45 },
    ],
    times: [
      { around: 0.3, after: 'waking', spreadH: 0.15, chance: [0.9, 0.9] },
      { around: 14.6, spreadH: 0.5, chance: [0.1, 0.7] },
    ],
  },
  oven: {
    powerW: 2450,
    lagging: 0,
    // It heats up in one go, then its thermostat keeps it warm.
    run: [
      { share: 1, forS: 560 },
      { share: 1, forS: 1200, upToS: 1500, onS: 55, cycleS: 150 },
    ],
    times: [
      { around: 1.3, after: 'coming-home', spreadH: 0.4, chance: [0.22, 0.3] },
      { around: 11.3, spreadH: 0.6, chance: [0.03, 0.35] },
    ],
  },
  hob: {
    powerW: 1900,
    lagging: 0,
    run: [
      { share: 1, forS: 360 },
      { share: 0.8, forS: 700, upToS: 900, onS: 9, cycleS: 24 },
    ],
    times: [
      { around: 12.2, spreadH: 0.4, chance: [0.12, 0.65] },
      { around: 1.4, after: 'coming-home', spreadH: 0.5, chance: [0.7, 0.5] },
    ],
  },
  microwave: {
    powerW: 1250,
    lagging: 0.15,
    run: [{ share: 1, forS: 90, upToS: 150 }],
    times: [
      { around: 12.6, spreadH: 0.8, chance: [0.2, 0.3] },
      { around: 0.8, after: 'coming-home', spreadH: 0.8, chance: [0.4, 0.3] },
    ],
  },
  dishwasher: {
    powerW: 1900,
    lagging: 0.02,
    // It heats twice and pumps in between.
    run: [
      { share: 0.037, forS: 420 },
      { share: 1, forS: 780 },
      { share: 0.037, forS: 2700 },
      { share: 1, forS: 620 },
      { share: 0.03, forS: 700 },
    ],
    times: [{ around: 20.6, spreadH: 0.6, chance: [0.45, 0.6] }],
  },
  'washing-machine': {
    powerW: 2000,
    lagging: 0.05,
    run: [
      { share: 0.06, forS: 180 },
      { share: 1, forS: 900 },
      { share: 0.13, forS: 3200, onS: 12, cycleS: 30 },
      { share: 0.25, forS: 420 },
    ],
    times: [
      { around: 10.4, spreadH: 1, chance: [0.06, 0.55] },
      { around: 0.6, after: 'coming-home', spreadH: 0.6, chance: [0.22, 0] },
    ],
  },
  dryer: {
    powerW: 850,
    lagging: 0.25,
    run: [{ share: 1, forS: 4800, upToS: 1800, onS: 280, cycleS: 300 }],
    times: [
      { around: 12.3, spreadH: 0.8, chance: [0.04, 0.4] },
      { around: 2.4, after: 'coming-home', spreadH: 0.5, chance: [0.14, 0] },
    ],
  },
  vacuum: {
    powerW: 750,
    lagging: 0.2,
    run: [{ share: 1, forS: 900, upToS: 900 }],
    times: [{ around: 11.2, spreadH: 1.2, chance: [0.05, 0.35] }],
  },
  'hair-dryer': {
    powerW: 1600,
    lagging: 0.02,
    run: [{ share: 1, forS: 150, upToS: 200 }],
    times: [{ around: 0.5, after: 'waking', spreadH: 0.15, chance: [0.4, 0.4] }],
  },
  'game-console': {
    powerW: 140,
    lagging: -0.1,
    run: [{ share: 1, forS: 3600, upToS: 5400 }],
    times: [{ around: 2.6, after: 'coming-home', spreadH: 0.7, chance: [0.35, 0.5] }],
  },
} as const satisfies Readonly<Record<string, Appliance>>;

export type ApplianceId = keyof typeof applianceTable;
export const applianceIds: readonly ApplianceId[] = Object.freeze([
  'kettle',
  'coffee-machine',
  'oven',
  'hob',
  'microwave',
  'dishwasher',
  'washing-machine',
  'dryer',
  'vacuum',
  'hair-dryer',
  'game-console',
]);
