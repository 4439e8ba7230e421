import type { Command, Given, Option, World } from './command.ts';

type Run = Command['run'];

// What a command needs is loaded when it runs: most need neither database nor server.
const users = (name: keyof typeof import('./users.ts')): Run => inModule(() => import('./users.ts'), name);
const tokens = (name: keyof typeof import('./tokens.ts')): Run => inModule(() => import('./tokens.ts'), name);
const gateways = (name: keyof typeof import('./gateways.ts')): Run =>
  inModule(() => import('./gateways.ts'), name);
const sites = (name: keyof typeof import('./sites.ts')): Run => inModule(() => import('./sites.ts'), name);
const imports = (name: keyof typeof import('./imports.ts')): Run =>
  inModule(() => import('./imports.ts'), name);

function inModule<N extends string>(load: () => Promise<Readonly<Record<N, Run>>>, name: N): Run {
  return async (given, world) => (await load())[name](given, world);
}

async function startOrCheck(given: Given, world: World): Promise<number> {
  if (given.flags.has('check-config')) return (await import('./check-config.ts')).checkConfig(given, world);
  return (await import('./start.ts')).start(given, world);
}

const place = ['dataDir'];
const json: Option = { help: 'print the answer as JSON, for programs' };
const site: Option = { value: 'SITE', help: 'at that site; * is every one (*)' };
const exported: Readonly<Record<string, Option>> = {
  from: { value: 'TIME', help: 'from when on: 2026-01-01, or 2026-01-01T12:00:00Z' },
  to: { value: 'TIME', help: 'until when (now)' },
  site: { value: 'SITE', help: 'of one site alone (all)' },
  form: { value: 'FORM', help: 'csv, jsonl or parquet (csv)' },
  out: { value: 'FILE', help: 'into a file, which is there when it is whole (standard output)' },
};
const withCopies: Option = { help: 'remove backups and files set aside as well, which still hold it' };
const secretNote = 'A password is asked for at the terminal, or read from the first line of standard input.';

/** Every command; the first is what `joulegate` alone does. */
export const commands: readonly Command[] = [
  {
    name: 'start',
    options: {
      'check-config': { help: 'only look at the settings: names every wrong one, and ends with 2' },
      json: { help: 'print what happens as lines of JSON, for programs' },
    },
    settings: 'all',
    help: 'starts the host; SIGTERM or Ctrl-C ends it',
    more: [
      'Each setting is an option, a variable of the environment, or a field of the file that --config or JOULEGATE_CONFIG',
      'names ({"httpPort": 8080}). Later ones win: default, file, environment, option.',
    ],
    run: startOrCheck,
  },
  {
    name: 'status',
    options: {
      json,
      quiet: { help: 'only the exit code' },
      wait: { value: 'SECONDS', help: 'wait until a host runs and is ready' },
    },
    settings: place,
    help: 'tells whether a host runs and is well',
    more: ['Ends with 0 where it does what it is there for, 1 where not, 3 where none runs.'],
    run: async (given, world) => (await import('./status.ts')).status(given, world),
  },
  {
    name: 'doctor',
    options: { json, full: { help: 'read every row of a database that no host has open' } },
    settings: 'all',
    help: 'looks at all that can be wrong with a host, and says what to do',
    more: ['Ends with 0 where nothing has to be done, 1 where something has.'],
    run: async (given, world) => (await import('./doctor.ts')).doctor(given, world),
  },
  {
    name: 'user list',
    options: { json },
    settings: place,
    help: 'lists the accounts',
    run: users('listUsers'),
  },
  {
    name: 'user add',
    operands: ['NAME'],
    options: { role: { value: 'ROLE', help: 'viewer, operator or admin (admin)' }, site },
    settings: place,
    help: 'makes an account',
    more: [secretNote],
    run: users('addUser'),
  },
  {
    name: 'user password',
    operands: ['NAME'],
    settings: place,
    help: 'gives an account another password, as where an admin is locked out',
    more: [secretNote],
    run: users('setPassword'),
  },
  {
    name: 'user role',
    operands: ['NAME', 'ROLE'],
    options: { site },
    settings: place,
    help: 'gives an account a role: viewer, operator, admin, or none',
    run: users('setRole'),
  },
  {
    name: 'user second-factor',
    operands: ['NAME', 'off'],
    settings: place,
    help: 'takes a second factor off, where the person has lost it',
    run: users('dropSecondFactor'),
  },
  {
    name: 'user remove',
    operands: ['NAME'],
    settings: place,
    help: 'removes an account with all that is kept of it',
    run: users('removeUser'),
  },
  {
    name: 'token list',
    options: { json },
    settings: place,
    help: 'lists the tokens of programs',
    run: tokens('listTokens'),
  },
  {
    name: 'token make',
    operands: ['USER', 'NAME'],
    options: {
      json,
      scopes: { value: 'SCOPES', help: 'read, operate, manage, metrics, ingest, with commas between (read)' },
      sites: { value: 'SITES', help: 'at which sites, with commas between (*)' },
      days: { value: 'DAYS', help: 'how long it is good, 365 at most (90)' },
    },
    settings: place,
    help: 'makes a token for a program of a user, never worth more than the user is',
    run: tokens('makeToken'),
  },
  {
    name: 'token revoke',
    operands: ['ID'],
    settings: place,
    help: 'ends a token',
    run: tokens('revokeToken'),
  },
  {
    name: 'gateway list',
    options: { json },
    settings: place,
    help: 'lists the gateways',
    run: gateways('listGateways'),
  },
  {
    name: 'gateway pair',
    operands: ['[ID]'],
    options: { json, wait: { value: 'SECONDS', help: 'wait so long until a gateway has used it' } },
    settings: place,
    help: 'makes a pairing code for a new gateway',
    run: gateways('pairGateway'),
  },
  {
    name: 'gateway renew',
    operands: ['ID'],
    options: { json, wait: { value: 'SECONDS', help: 'wait so long until the gateway has used it' } },
    settings: place,
    help: 'makes a pairing code by which a gateway gets a new credential',
    run: gateways('renewGateway'),
  },
  {
    name: 'gateway revoke',
    operands: ['ID'],
    settings: place,
    help: 'takes the access of a gateway away',
    run: gateways('revokeGateway'),
  },
  { name: 'site list', options: { json }, settings: place, help: 'lists the sites', run: sites('listSites') },
  {
    name: 'site add',
    operands: ['ID', '[NAME]'],
    settings: place,
    help: 'makes a site',
    run: sites('addSite'),
  },
  {
    name: 'site move',
    operands: ['GATEWAY', 'SITE'],
    settings: place,
    help: 'moves a gateway to a site, with all it ever measured',
    run: sites('moveGateway'),
  },
  {
    name: 'backup',
    settings: ['dataDir', 'backupKeep', 'backupPassphrase'],
    help: 'makes a backup now, also while the host runs',
    run: async (given, world) => (await import('./backups.ts')).backup(given, world),
  },
  {
    name: 'restore',
    operands: ['FILE'],
    settings: ['dataDir', 'backupPassphrase'],
    help: 'puts a backup in the place of the database of a stopped host',
    run: async (given, world) => (await import('./backups.ts')).restore(given, world),
  },
  {
    name: 'erase site',
    operands: ['SITE'],
    options: { 'with-copies': withCopies },
    settings: ['dataDir', 'backupHours', 'backupKeep'],
    help: 'erases all of a site from the data folder of a stopped host, for good',
    run: async (given, world) => (await import('./erase.ts')).eraseSite(given, world),
  },
  {
    name: 'erase person',
    operands: ['NAME'],
    options: { 'with-copies': withCopies },
    settings: ['dataDir', 'backupHours', 'backupKeep'],
    help: 'erases a person: account, tokens and links; what was done stays, by nobody',
    run: async (given, world) => (await import('./erase.ts')).erasePerson(given, world),
  },
  {
    name: 'export readings',
    options: {
      ...exported,
      series: { value: 'KEYS', help: 'gateway.meter.quantity, gateway.meter or gateway, with commas (all)' },
      resolution: { value: 'OF', help: 'windows, 1min, 5min, 15min, 1h, 6h or day (windows)' },
    },
    settings: place,
    help: 'writes what was measured',
    run: async (given, world) => (await import('./export.ts')).exportReadings(given, world),
  },
  {
    name: 'export totals',
    options: {
      ...exported,
      meters: { value: 'KEYS', help: 'gateway.meter or gateway, with commas (all)' },
      period: { value: 'OF', help: 'day, week, month or year' },
    },
    settings: place,
    help: "writes energy by the periods of the site's calendar",
    run: async (given, world) => (await import('./export.ts')).exportTotals(given, world),
  },
  {
    name: 'import',
    operands: ['FILE'],
    options: {
      json,
      mapping: {
        value: 'FILE',
        help: 'what is imported of it, as JSON (none: only tells what the file holds)',
      },
      propose: {
        help: 'proposes a mapping: each column with what it seems to be; with --json the mapping alone',
      },
      why: { value: 'TEXT', help: 'why, for the list of imports (or "why" in the mapping)' },
      'dry-run': { help: 'only tells what would become of it: nothing is written' },
    },
    settings: place,
    help: 'imports what was measured before: CSV, SQLite, line protocol; all of it or nothing',
    more: [
      'The mapping has format, time, columns, windowS, overlap and mistakes as POST /api/v1/imports has them; with format alone',
      'the file is looked into, with the series that its lines are of. See docs/imports.md.',
    ],
    run: imports('importFile'),
  },
  {
    name: 'import list',
    options: { json },
    settings: place,
    help: 'lists the imports',
    run: imports('listImports'),
  },
  {
    name: 'import undo',
    operands: ['ID'],
    options: { json },
    settings: place,
    help: 'takes an import back, as if it had never been',
    run: imports('undoImport'),
  },
];

/** Commands with arguments of their own, which `cli.ts` hands on before it looks at these. */
export const otherCommands: readonly (readonly [usage: string, help: string])[] = [
  ['joulegate decode FILE', 'prints what a raw capture of a meter holds; joulegate decode --help tells more'],
  ['joulegate firmware COMMAND', 'keys, signatures, builds and boards; joulegate firmware --help tells more'],
];
