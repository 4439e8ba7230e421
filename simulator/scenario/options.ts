import { randomInt } from 'node:crypto';

export const largestSeed = 2 ** 31 - 1;

/** The options of commands that run a scenario. */
export const seedOption = {
  takes: 'integer',
  min: 0,
  max: largestSeed,
  unless: null,
  help: 'the same scenario and seed, the same electricity (default: any, printed)',
} as const;

export const usualScenario = 'family-house';

export const scenarioOption = {
  takes: 'text',
  called: 'a NAME|FILE',
  unless: usualScenario,
  help: `what is simulated: a name of joulegate-sim list, or a file of yours (default ${usualScenario})`,
} as const;

export const jsonOption = {
  takes: 'nothing',
  help: 'print what happens as lines of JSON, for programs',
} as const;

export const seedOf = (seed: number | null): number => seed ?? randomInt(largestSeed);
