import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Mistake } from '#core/rules.ts';
import { messageOf } from './message-of.ts';

/** How one host runs. Given by defaults, then a JSON file, then `JOULEGATE_…` of the environment, then arguments. */
export interface HostSettings {
  /** Folder of the database. */
  readonly dataDir: string;
  readonly httpHost: string;
  /** 0: any free port. */
  readonly httpPort: number;
  readonly mqttHost: string;
  readonly mqttPort: number;
  /** What the host's own broker speaks. Without it `both` where it listens beyond this machine, else `plain`. */
  readonly mqttListen?: MqttListen;
  /** Whether the host tells its network by mDNS where it is; where not given, if it listens beyond its own machine. */
  readonly announce?: Announce;
  readonly mqttTlsPort?: number;
  /** Names and addresses by which gateways reach the host, separated by commas, beside those of this machine. */
  readonly tlsHosts?: string;
  /** Where gateways are told the time by SNTP, which they ask on 123 alone; 0: not at all. */
  readonly ntpPort?: number;
  /** Whom gateways that are paired ask for the time, at most 4 separated by commas. */
  readonly timeServers?: string;
  /** An external broker, mqtt:// or mqtts://host[:port]; where it is given the host's own broker does not start. */
  readonly mqttUrl?: string;
  /** Who the host is at the external broker. */
  readonly mqttUser?: string;
  readonly mqttPassword?: string;
  /** What is spoken with the external broker first. One that does not know MQTT 5 is spoken to in 3.1.1. */
  readonly mqttVersion?: MqttVersion;
  /** Folder of the firmware's images, which gateways are updated to and flashed with. */
  readonly firmwareFolder?: string;
  /** Where gateways reach page and API; without it on the machine of their broker, at the host's own port. */
  readonly publicUrl?: string;
  /** Who brings it as `Authorization: Bearer` may read /metrics without a session; without it nobody may. */
  readonly metricsToken?: string;
  /** IANA zone of the site: what a day and a month are. */
  readonly zone: string;
  /** Hours from one backup to the next; 0: only when asked. */
  readonly backupHours?: number;
  /** How many of the newest backups are kept. */
  readonly backupKeep?: number;
  /** Whole months after which windows move from the database to the archive; 0: never. */
  readonly archiveAfterMonths?: number;
  /** Whole months that windows are kept, and what is made of them; 0: for ever. */
  readonly keepRawMonths?: number;
  readonly keepMinutesMonths?: number;
  readonly keepQuartersMonths?: number;
  readonly keepHoursMonths?: number;
  readonly keepDaysMonths?: number;
}

export type MqttVersion = '5' | '3.1.1';
const mqttVersions: readonly MqttVersion[] = ['5', '3.1.1'];

export type Announce = 'yes' | 'no';
const announcements: readonly Announce[] = ['yes', 'no'];

export type MqttListen = 'plain' | 'tls' | 'both';
const mqttListens: readonly MqttListen[] = ['plain', 'tls', 'both'];

type SettingName = keyof HostSettings;

interface Setting {
  readonly kind:
    | 'text'
    | 'address'
    | 'port'
    | 'zone'
    | 'broker'
    | 'mqttVersion'
    | 'mqttListen'
    | 'announce'
    | 'hosts'
    | 'token'
    | 'url'
    | 'count'
    | 'months';
  readonly environment: string;
  /** null: not on the command line, which every user of the machine can read. */
  readonly argument: string | null;
  readonly help: string;
}

/** Every setting with its names outside; the defaults are `defaultSettings()`. */
export const settingTable = {
  dataDir: {
    kind: 'text',
    environment: 'JOULEGATE_DATA_DIR',
    argument: 'data-dir',
    help: 'folder of the database',
  },
  httpHost: {
    kind: 'address',
    environment: 'JOULEGATE_HTTP_HOST',
    argument: 'http-host',
    help: 'address the page and the API listen on',
  },
  httpPort: {
    kind: 'port',
    environment: 'JOULEGATE_HTTP_PORT',
    argument: 'http-port',
    help: 'port of the page and the API, 0 for any free one',
  },
  mqttHost: {
    kind: 'address',
    environment: 'JOULEGATE_MQTT_HOST',
    argument: 'mqtt-host',
    help: 'address the broker listens on',
  },
  mqttPort: {
    kind: 'port',
    environment: 'JOULEGATE_MQTT_PORT',
    argument: 'mqtt-port',
    help: 'port of the broker, 0 for any free one',
  },
  announce: {
    kind: 'announce',
    environment: 'JOULEGATE_ANNOUNCE',
    argument: 'announce',
    help: 'yes or no: tell the network by mDNS where the host is; yes where it listens beyond this machine',
  },
  mqttListen: {
    kind: 'mqttListen',
    environment: 'JOULEGATE_MQTT_LISTEN',
    argument: 'mqtt-listen',
    help: 'what the broker speaks, plain, tls or both; both where it listens beyond this machine',
  },
  mqttTlsPort: {
    kind: 'port',
    environment: 'JOULEGATE_MQTT_TLS_PORT',
    argument: 'mqtt-tls-port',
    help: 'port of the broker for TLS, 0 for any free one',
  },
  tlsHosts: {
    kind: 'hosts',
    environment: 'JOULEGATE_TLS_HOSTS',
    argument: 'tls-hosts',
    help: "names and addresses beside this machine's own, by which gateways reach the host, with commas",
  },
  ntpPort: {
    kind: 'port',
    environment: 'JOULEGATE_NTP_PORT',
    argument: 'ntp-port',
    help: 'UDP port to tell gateways the time by SNTP, which is 123, or 0 for not',
  },
  timeServers: {
    kind: 'hosts',
    environment: 'JOULEGATE_TIME_SERVERS',
    argument: 'time-servers',
    help: 'time servers that new gateways ask beside the host, with commas, at most 4; pool.ntp.org,time.cloudflare.com',
  },
  mqttUrl: {
    kind: 'broker',
    environment: 'JOULEGATE_MQTT_URL',
    argument: 'mqtt-url',
    help: 'external broker instead of the own one, such as mqtts://broker.example:8883',
  },
  mqttUser: {
    kind: 'text',
    environment: 'JOULEGATE_MQTT_USER',
    argument: 'mqtt-user',
    help: 'user name of the host at the external broker',
  },
  mqttPassword: {
    kind: 'text',
    environment: 'JOULEGATE_MQTT_PASSWORD',
    argument: null,
    help: 'its password there',
  },
  mqttVersion: {
    kind: 'mqttVersion',
    environment: 'JOULEGATE_MQTT_VERSION',
    argument: 'mqtt-version',
    help: 'what is spoken with the external broker, 5 (3.1.1 where it does not know that) or 3.1.1',
  },
  firmwareFolder: {
    kind: 'text',
    environment: 'JOULEGATE_FIRMWARE_FOLDER',
    argument: 'firmware-folder',
    help: "folder of the firmware's images, for updates over the air and for flashing",
  },
  publicUrl: {
    kind: 'url',
    environment: 'JOULEGATE_PUBLIC_URL',
    argument: 'public-url',
    help: 'where gateways reach page and API, such as http://192.168.1.10:8080, where that is not the machine of their broker',
  },
  metricsToken: {
    kind: 'token',
    environment: 'JOULEGATE_METRICS_TOKEN',
    argument: null,
    help: 'lets a scraper that brings it as a bearer token read /metrics',
  },
  zone: {
    kind: 'zone',
    environment: 'JOULEGATE_ZONE',
    argument: 'zone',
    help: 'IANA zone of the site, such as Europe/Berlin',
  },
  backupHours: {
    kind: 'count',
    environment: 'JOULEGATE_BACKUP_HOURS',
    argument: 'backup-hours',
    help: 'hours from one backup to the next, 0 for none by itself',
  },
  backupKeep: {
    kind: 'count',
    environment: 'JOULEGATE_BACKUP_KEEP',
    argument: 'backup-keep',
    help: 'how many of the newest backups are kept',
  },
  archiveAfterMonths: {
    kind: 'months',
    environment: 'JOULEGATE_ARCHIVE_AFTER_MONTHS',
    argument: 'archive-after-months',
    help: 'whole months after which windows move from the database to files, 0 for never',
  },
  keepRawMonths: {
    kind: 'months',
    environment: 'JOULEGATE_KEEP_RAW_MONTHS',
    argument: 'keep-raw-months',
    help: 'whole months that windows are kept, 0 for ever',
  },
  keepMinutesMonths: {
    kind: 'months',
    environment: 'JOULEGATE_KEEP_MINUTES_MONTHS',
    argument: 'keep-minutes-months',
    help: 'whole months that minutes are kept, 0 for ever',
  },
  keepQuartersMonths: {
    kind: 'months',
    environment: 'JOULEGATE_KEEP_QUARTERS_MONTHS',
    argument: 'keep-quarters-months',
    help: 'whole months that quarters of an hour are kept, 0 for ever',
  },
  keepHoursMonths: {
    kind: 'months',
    environment: 'JOULEGATE_KEEP_HOURS_MONTHS',
    argument: 'keep-hours-months',
    help: 'whole months that hours are kept, 0 for ever',
  },
  keepDaysMonths: {
    kind: 'months',
    environment: 'JOULEGATE_KEEP_DAYS_MONTHS',
    argument: 'keep-days-months',
    help: 'whole months that days are kept, 0 for ever',
  },
} as const satisfies Record<SettingName, Setting>;

const names = Object.keys(settingTable) as SettingName[];

/** Nothing is removed unless somebody says so. From the finest level on. */
const defaultMonths = {
  archiveAfterMonths: 3,
  keepRawMonths: 0,
  keepMinutesMonths: 0,
  keepQuartersMonths: 0,
  keepHoursMonths: 0,
  keepDaysMonths: 0,
};
const monthsNames = Object.keys(defaultMonths) as MonthsName[];

export const defaultSettings = (): HostSettings => ({
  dataDir: join(process.cwd(), 'joulegate-data'),
  httpHost: '127.0.0.1',
  httpPort: 8080,
  mqttHost: '127.0.0.1',
  mqttPort: 1883,
  mqttTlsPort: 8883,
  ntpPort: 0,
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  backupHours: 24,
  backupKeep: 7,
  ...defaultMonths,
});

/** A bad setting; `mistakes` names each field, what was given and what is allowed. */
export class SettingsError extends Error {
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(({ field, message }) => `${field}: ${message}`).join('\n'));
    this.name = 'SettingsError';
    this.mistakes = mistakes;
  }
}

export interface SettingSources {
  /** Values of command line arguments by their names (`http-port`), as texts. */
  readonly args?: Readonly<Record<string, string | undefined>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A JSON file with any of the settings by their names (`httpPort`). */
  readonly configFile?: string | undefined;
}

/**
 * The settings of all sources, the later overriding: defaults, file, environment, arguments.
 * @throws SettingsError naming every bad one by the name it has in its source.
 */
export function loadSettings(sources: SettingSources): HostSettings {
  const mistakes: Mistake[] = [];
  const given: Partial<Record<SettingName, { field: string; value: unknown }>> = {};
  const file = sources.configFile === undefined ? {} : readConfig(sources.configFile, mistakes);
  for (const [name, value] of Object.entries(file)) {
    const field = `${name} in ${sources.configFile}`;
    if (isSettingName(name)) given[name] = { field, value };
    else mistakes.push({ field, message: `is not known; allowed are ${names.join(', ')}` });
  }
  for (const name of names) {
    const { environment, argument } = settingTable[name];
    const fromEnvironment = sources.env?.[environment];
    if (fromEnvironment !== undefined) given[name] = { field: environment, value: fromEnvironment };
    const fromArguments = argument === null ? undefined : sources.args?.[argument];
    if (fromArguments !== undefined) given[name] = { field: `--${argument}`, value: fromArguments };
  }
  const defaults = defaultSettings();
  const text = (name: 'dataDir' | 'httpHost' | 'mqttHost' | 'zone') =>
    checkText(name, given[name], mistakes) ?? defaults[name];
  const textOrNone = (
    name:
      | 'mqttUrl'
      | 'mqttUser'
      | 'mqttPassword'
      | 'metricsToken'
      | 'tlsHosts'
      | 'timeServers'
      | 'firmwareFolder'
      | 'publicUrl',
  ) => checkText(name, given[name], mistakes);
  const firmwareFolder = textOrNone('firmwareFolder');
  const publicUrl = textOrNone('publicUrl');
  const port = (name: 'httpPort' | 'mqttPort') => checkPort(given[name], mistakes) ?? defaults[name];
  const tlsHosts = textOrNone('tlsHosts');
  const timeServers = textOrNone('timeServers');
  const mqttListen = checkMqttListen(given.mqttListen, mistakes);
  const announce = checkAnnounce(given.announce, mistakes);
  const mqttUrl = textOrNone('mqttUrl');
  const mqttUser = textOrNone('mqttUser');
  const mqttPassword = textOrNone('mqttPassword');
  const metricsToken = textOrNone('metricsToken');
  const mqttVersion = checkMqttVersion(given.mqttVersion, mistakes);
  const settings: HostSettings = {
    dataDir: text('dataDir'),
    httpHost: text('httpHost'),
    httpPort: port('httpPort'),
    mqttHost: text('mqttHost'),
    mqttPort: port('mqttPort'),
    mqttTlsPort: checkPort(given.mqttTlsPort, mistakes) ?? defaults.mqttTlsPort ?? 0,
    ntpPort: checkPort(given.ntpPort, mistakes) ?? defaults.ntpPort ?? 0,
    ...(mqttListen !== undefined && { mqttListen }),
    ...(announce !== undefined && { announce }),
    ...(tlsHosts !== undefined && { tlsHosts }),
    ...(timeServers !== undefined && { timeServers }),
    ...(mqttUrl !== undefined && { mqttUrl }),
    ...(mqttUser !== undefined && { mqttUser }),
    ...(mqttPassword !== undefined && { mqttPassword }),
    ...(mqttVersion !== undefined && { mqttVersion }),
    ...(metricsToken !== undefined && { metricsToken }),
    ...(firmwareFolder !== undefined && { firmwareFolder }),
    ...(publicUrl !== undefined && { publicUrl }),
    zone: text('zone'),
    backupHours: checkCount(given.backupHours, 0, 8760, mistakes) ?? defaults.backupHours ?? 0,
    backupKeep: checkCount(given.backupKeep, 1, 1000, mistakes) ?? defaults.backupKeep ?? 1,
    ...checkMonths(given, mistakes),
  };
  if (mistakes.length > 0) throw new SettingsError(mistakes);
  return settings;
}

type Given = { field: string; value: unknown } | undefined;
type MonthsName = keyof typeof defaultMonths;
type TextName = Exclude<
  SettingName,
  | 'httpPort'
  | 'mqttPort'
  | 'mqttTlsPort'
  | 'ntpPort'
  | 'mqttListen'
  | 'mqttVersion'
  | 'backupHours'
  | 'backupKeep'
  | MonthsName
>;

function checkText(name: TextName, given: Given, mistakes: Mistake[]): string | undefined {
  if (given === undefined) return undefined;
  const { field, value } = given;
  const { kind } = settingTable[name];
  // What was given may hold a password: it is not to end in a log.
  const isSecret = ['mqttPassword', 'mqttUrl', 'metricsToken'].includes(name);
  const shown = isSecret ? 'something else' : JSON.stringify(value);
  const refuse = (allowed: string) => {
    mistakes.push({ field, message: `${shown} given; ${allowed}` });
    return undefined;
  };
  if (typeof value !== 'string' || value === '' || value.includes('\0')) return refuse('a text is allowed');
  if (kind === 'address' && isIP(value) === 0 && value !== 'localhost') {
    return refuse('an IP address or localhost is allowed, such as 127.0.0.1 or 0.0.0.0');
  }
  // Nobody counts the tries at it, so it must be too long to be tried out.
  if (kind === 'token' && !/^[\x21-\x7e]{20,256}$/.test(value))
    return refuse('20 to 256 letters, digits and signs without a space are allowed');
  if (kind === 'url') {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    // Gateways fetch by plain HTTP: images are signed, and no secret goes with them.
    if (url?.protocol !== 'http:' || url.username !== '' || url.search !== '' || url.hash !== '')
      return refuse('http:// with a host and a port is allowed, such as http://192.168.1.10:8080');
  }
  if (kind === 'zone' && !isZone(value))
    return refuse('an IANA zone is allowed, such as Europe/Berlin or UTC');
  if (kind === 'hosts' && !value.split(',').every(isHost))
    return refuse(
      'host names and IP addresses with commas between them are allowed, such as energy.example,192.0.2.7',
    );
  // A gateway keeps no more (`core/pairing-messages.ts`).
  const isTooLong = (server: string) => server.length > 128;
  if (name === 'timeServers' && (value.split(',').length > 4 || value.split(',').some(isTooLong)))
    return refuse('at most 4 are allowed, of 128 characters each');
  if (kind === 'broker') {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || !['mqtt:', 'mqtts:'].includes(url.protocol) || url.hostname === '')
      return refuse('mqtt:// or mqtts:// with a host and a port is allowed, such as mqtt://192.0.2.7:1883');
    if (url.username !== '' || url.password !== '')
      return refuse(
        'user and password are not allowed in it; give mqttUser (JOULEGATE_MQTT_USER) and mqttPassword (JOULEGATE_MQTT_PASSWORD)',
      );
    if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '')
      return refuse('nothing is allowed after the port');
  }
  return value;
}

function checkMqttVersion(given: Given, mistakes: Mistake[]): MqttVersion | undefined {
  if (given === undefined) return undefined;
  const version = mqttVersions.find(each => each === String(given.value));
  if (version === undefined) {
    const message = `${JSON.stringify(given.value)} given; ${mqttVersions.join(' or ')} is allowed`;
    mistakes.push({ field: given.field, message });
  }
  return version;
}

function checkAnnounce(given: Given, mistakes: Mistake[]): Announce | undefined {
  if (given === undefined) return undefined;
  const announce = announcements.find(each => each === given.value);
  if (announce === undefined) {
    const message = `${JSON.stringify(given.value)} given; ${announcements.join(' or ')} is allowed`;
    mistakes.push({ field: given.field, message });
  }
  return announce;
}

function checkMqttListen(given: Given, mistakes: Mistake[]): MqttListen | undefined {
  if (given === undefined) return undefined;
  const listen = mqttListens.find(each => each === given.value);
  if (listen === undefined) {
    const message = `${JSON.stringify(given.value)} given; ${mqttListens.join(', ')} are allowed`;
    mistakes.push({ field: given.field, message });
  }
  return listen;
}

/** An IP address, or a name as certificates have them: letters, digits, hyphens and dots. */
const isHost = (text: string): boolean =>
  isIP(text) !== 0 ||
  (text.length <= 253 &&
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(text));

function checkPort(given: Given, mistakes: Mistake[]): number | undefined {
  if (given === undefined) return undefined;
  const { field, value } = given;
  const number = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 65_535)
    return number;
  mistakes.push({
    field,
    message: `${JSON.stringify(value)} given; a whole number from 0 to 65535 is allowed`,
  });
  return undefined;
}

/** A coarser level that goes before a finer one would leave a hole between them. */
function checkMonths(
  given: Partial<Record<SettingName, { field: string; value: unknown }>>,
  mistakes: Mistake[],
): Record<MonthsName, number> {
  const months = { ...defaultMonths };
  for (const name of monthsNames) months[name] = checkCount(given[name], 0, 1200, mistakes) ?? months[name];
  const [, ...kept] = monthsNames;
  const forHowLong = (name: MonthsName) => months[name] || Number.POSITIVE_INFINITY;
  for (const [index, name] of kept.entries()) {
    const finer = kept[index - 1];
    if (finer === undefined || forHowLong(name) >= forHowLong(finer)) continue;
    const least = months[finer] === 0 ? '0 (for ever)' : `0 or at least ${months[finer]}`;
    const field = given[name]?.field ?? given[finer]?.field ?? name;
    mistakes.push({
      field,
      message: `${name} is ${months[name]}, ${finer} ${months[finer]}; ${least} is allowed`,
    });
  }
  return months;
}

function checkCount(given: Given, from: number, to: number, mistakes: Mistake[]): number | undefined {
  if (given === undefined) return undefined;
  const { field, value } = given;
  const number = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= from && number <= to) return number;
  mistakes.push({
    field,
    message: `${JSON.stringify(value)} given; a whole number from ${from} to ${to} is allowed`,
  });
  return undefined;
}

function readConfig(path: string, mistakes: Mistake[]): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json };
    mistakes.push({ field: path, message: 'holds no JSON object; an object of settings is allowed' });
  } catch (error) {
    const why = messageOf(error);
    mistakes.push({ field: path, message: `cannot be read as JSON: ${why}` });
  }
  return {};
}

const isSettingName = (name: string): name is SettingName => Object.hasOwn(settingTable, name);

/** Whether this machine knows the zone; offsets such as +02:00 are no zone. */
function isZone(zone: string): boolean {
  if (/^[+-]/.test(zone)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** What the host's own broker speaks: TLS, too, as soon as somebody else could listen to it. */
export function mqttListenOf({ mqttListen, mqttHost, mqttUrl }: HostSettings): MqttListen | undefined {
  if (mqttUrl !== undefined) return undefined;
  const isOwnMachine = mqttHost === 'localhost' || mqttHost === '::1' || mqttHost.startsWith('127.');
  return mqttListen ?? (isOwnMachine ? 'plain' : 'both');
}
