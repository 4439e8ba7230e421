import { randomBytes, randomInt } from 'node:crypto';
import { windowLengthsS } from '#core/wire/settings.ts';
import { isId } from '#core/wire/topics.ts';
import { type Options, UsageError, type Values } from '../arguments.ts';
import { openFilesMost } from '../lab/process-figures.ts';
import type { FleetPlan } from './run-fleet.ts';

const largestSeed = 4_294_967_295;

export const fleetOptions = {
  gateways: { takes: 'integer', min: 0, max: 8000, unless: 50, help: 'light gateways (default 50)' },
  real: {
    takes: 'integer',
    min: 0,
    max: 1000,
    unless: 0,
    help: "gateways that run the firmware's own code (default none)",
  },
  'own-host': { takes: 'nothing', help: 'starts a host for it, in a temporary folder, and ends it' },
  host: {
    takes: 'text',
    called: 'a URL',
    unless: null,
    help: 'of a host that runs, such as http://127.0.0.1:8080',
  },
  mqtt: {
    takes: 'text',
    called: 'a HOST:PORT',
    unless: null,
    help: 'its broker (default: port 1883 where the page is)',
  },
  token: {
    takes: 'text',
    called: 'a TOKEN',
    unless: null,
    help: 'of that host with the scope manage; or in JOULEGATE_TOKEN',
  },
  user: { takes: 'text', called: 'a NAME', unless: null, help: 'an admin of that host' },
  password: {
    takes: 'text',
    called: 'a PASSWORD',
    unless: null,
    help: 'of the admin; or in JOULEGATE_PASSWORD',
  },
  setup: {
    takes: 'text',
    called: 'a CODE',
    unless: null,
    help: 'that a new host shows: --user and --password become its first account',
  },
  meters: {
    takes: 'integer',
    min: 1,
    max: 32,
    unless: 8,
    help: 'of each gateway, twelve values each (default 8)',
  },
  every: {
    takes: 'integer',
    min: 1,
    max: 900,
    unless: 10,
    help: 'seconds of a window, which goes out as often (default 10)',
  },
  sample: {
    takes: 'integer',
    min: 100,
    max: 900_000,
    unless: 1000,
    help: 'ms between two samples of a meter, of real gateways (default 1000)',
  },
  together: {
    takes: 'nothing',
    help: 'all send at the instant a window ends, as with exact clocks, and not one after the other',
  },
  ramp: {
    takes: 'number',
    min: 0,
    max: 3600,
    unless: null,
    help: 'seconds over which they connect first (default: 200 a second)',
  },
  backlog: {
    takes: 'text',
    called: 'a TIME',
    unless: null,
    help: 'such as 1h, 10m or 90s: light gateways come with so much in their journals',
  },
  minutes: { takes: 'number', min: 0.05, max: 10_080, unless: 1, help: 'how long they measure (default 1)' },
  compare: {
    takes: 'integer',
    min: 1,
    max: 100,
    unless: 100,
    help: 'percent of the gateways, by chance, whose values are compared with what is stored (default 100)',
  },
  within: {
    takes: 'text',
    called: 'a TIME',
    unless: null,
    help: 'such as 20m: by then it ends with what it knows, and with 1 where that is no proof',
  },
  name: {
    takes: 'text',
    called: 'an ID',
    unless: null,
    help: 'their ids begin with it (default: another one each time)',
  },
  seed: {
    takes: 'integer',
    min: 0,
    max: largestSeed,
    unless: null,
    help: 'of their values (default: another one each time)',
  },
  json: { takes: 'nothing', help: 'print what happens as lines of JSON, for programs' },
} as const satisfies Options;

export type FleetValues = Values<typeof fleetOptions>;

/** Files and sockets of the process besides those of gateways. */
const filesBeside = 200;
const connectsPerS = 200;

/** What is wanted. @throws UsageError */
export function planOf(values: FleetValues): FleetPlan {
  const { gateways, real, every, meters } = values;
  const all = gateways + real;
  if (all === 0) throw new UsageError('--gateways 0 and --real 0: at least one gateway is needed');
  if (!windowLengthsS.includes(every)) {
    throw new UsageError(`--every ${every}: gateways run windows of ${windowLengthsS.join(', ')} s`);
  }
  const name = values.name ?? `fleet-${randomBytes(2).toString('hex')}`;
  // The longest of the ids has to be one.
  if (!isId(`${name}-real-${all}`)) {
    throw new UsageError(
      `--name ${JSON.stringify(name)}: lower-case letters, digits, - and _ are allowed, at most ${64 - `-real-${all}`.length}`,
    );
  }
  const most = openFilesMost();
  if (all + filesBeside > most) {
    throw new UsageError(
      `${all} gateways need ${all + filesBeside} open files and ${most} are allowed; run "ulimit -n ${all + filesBeside}" before, or give fewer: --gateways ${Math.max(most - filesBeside - real, 0)}`,
    );
  }
  const backlogS = values.backlog === null ? 0 : durationS('backlog', values.backlog);
  if (values.backlog !== null && (gateways === 0 || backlogS < every)) {
    throw new UsageError(
      `--backlog ${values.backlog}: it is of light gateways (--gateways ${gateways}), and as long as a window at least (--every ${every})`,
    );
  }
  return {
    gateways,
    real,
    name,
    meters,
    windowS: every,
    sampleMs: values.sample,
    seed: values.seed ?? randomInt(largestSeed),
    rampS: values.ramp ?? all / connectsPerS,
    backlogS,
    isTogether: values.together,
    measureS: values.minutes * 60,
    comparePercent: values.compare,
    withinS: values.within === null ? null : durationS('within', values.within),
  };
}

const unitsS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function durationS(option: string, text: string): number {
  const found = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text);
  const seconds = Number(found?.[1]) * (unitsS[found?.[2] ?? ''] ?? Number.NaN);
  if (seconds > 0 && seconds <= 7 * 86_400) return seconds;
  throw new UsageError(
    `--${option} ${JSON.stringify(text)}: a number with s, m, h or d is allowed, such as 90s, 10m or 1h; at most 7d`,
  );
}
