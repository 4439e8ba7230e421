import type {
  Account,
  AccountChange,
  Alarm,
  AlarmEvent,
  AlarmRule,
  AlarmTried,
  ApiError,
  AuditPage,
  Backups,
  ChannelChange,
  ChannelDelivery,
  ChannelEntry,
  ChannelKind,
  ChannelTest,
  CommandResult,
  ConnectorChange,
  ConnectorEntry,
  ConnectorKind,
  ConnectorProbe,
  ConnectorProposals,
  ConnectorTry,
  Correction,
  CorrectionPreview,
  CounterEvents,
  DesiredSettings,
  EnergyTable,
  FirmwareList,
  ForwardChange,
  ForwardDetails,
  ForwardEntry,
  ForwardKind,
  ForwardSkip,
  ForwardTest,
  Gateway,
  GatewayCommand,
  GatewayCredential,
  Health,
  HomeAssistantChange,
  HomeAssistantEntry,
  HomeAssistantKind,
  HomeAssistantProbe,
  HomeAssistantTry,
  ImportCheck,
  ImportEntry,
  ImportFileState,
  ImportFormat,
  ImportLook,
  ImportReport,
  Ledger,
  MadeMqttClient,
  MadeShare,
  MadeToken,
  Meter,
  Missing,
  ModbusServerChange,
  ModbusServerEntry,
  ModbusServerKind,
  ModbusServerProbe,
  ModbusServerTry,
  MqttClient,
  NewAccount,
  NewAlarmRule,
  NewChannel,
  NewConnector,
  NewCorrection,
  NewForward,
  NewHomeAssistant,
  NewModbusServer,
  NewPushBrowser,
  NewRollout,
  NewShare,
  NewSite,
  NewSiteId,
  NewToken,
  OwnSession,
  PairingCode,
  PairingState,
  PreviewedCorrection,
  Profile,
  ProfileCheck,
  ProfileText,
  PushBrowserEntry,
  PushOffer,
  ReadingAt,
  Readings,
  Rollout,
  SecondFactorOffer,
  Series,
  Session,
  SettingsState,
  Share,
  Site,
  SiteSettings,
  SpareCodes,
  Statistics,
  Storage,
  Token,
  Totals,
} from '../host/api/contract.ts';
import { learnClock } from './site/clock.ts';

/** Relative to the document, so the page also works below a path of a reverse proxy. */
const base = new URL('api/v1/', document.baseURI);

/** How long the host may take: a year's readings come in well below a second. */
const timeoutMs = 20_000;
/** What reads or writes a file of a hundred megabytes, or a year of days. */
const longMs = 600_000;
/** The host listens for 12 s, and may take a while to connect and to end. */
const listenMs = 40_000;

/** An answer that is no success. `code` is the host's, or one of this page: `unreachable`, `badAnswer`. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: string;
  readonly status: number;
  readonly details: ApiError | null;
  /** Seconds until another try makes sense, where the host said so. */
  readonly retryAfterS: number | null;

  constructor(code: string, status: number, details: ApiError | null, retryAfterS: number | null = null) {
    super(details?.message ?? code);
    this.code = code;
    this.status = status;
    this.details = details;
    this.retryAfterS = retryAfterS;
  }
}

type Query = Readonly<Record<string, string | number>>;

/** The site that is shown, and whether lists must name it since others may be seen too. */
let shown = { site: '', isOneOfSeveral: false };

/** Everything that is asked for is of this site from now on. */
export function askOfSite(site: string, isOneOfSeveral: boolean): void {
  shown = { site, isOneOfSeveral };
}

const ofSite = (): Query => (shown.isOneOfSeveral ? { site: shown.site } : {});

function urlOf(path: string, query: Query = {}): URL {
  const url = new URL(path, base);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  return url;
}

const isApiError = (body: unknown): body is ApiError =>
  typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

function errorOf(response: Response, body: unknown): RequestError {
  const details = isApiError(body) ? body : null;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const code = details?.code ?? (response.status >= 502 ? 'unreachable' : 'badAnswer');
  return new RequestError(code, response.status, details, Number.isFinite(retryAfter) ? retryAfter : null);
}

/** Aborts what is under way for somebody who signs out: its answer could only be a refusal. */
let visit = new AbortController();

async function request<T>(
  method: string,
  url: URL,
  body?: unknown,
  signal?: AbortSignal,
  limitMs = timeoutMs,
): Promise<T> {
  const visitEnd = visit.signal;
  const ends = [visitEnd, AbortSignal.timeout(limitMs)];
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      credentials: 'same-origin',
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any(signal === undefined ? ends : [signal, ...ends]),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    if (visitEnd.aborted) throw new RequestError('session.missing', 401, null);
    throw new RequestError('unreachable', 0, null);
  }
  learnClock(response.headers.get('date'));
  if (response.status === 204) return undefined as T;
  const answer = await jsonOf(response);
  if (!response.ok) throw errorOf(response, answer);
  if (answer === undefined) throw new RequestError('badAnswer', response.status, null);
  // The host's schemas and this page are built from the same contract.
  return answer as T;
}

const get = <T>(path: string, query?: Query, signal?: AbortSignal) =>
  request<T>('GET', urlOf(path, query), undefined, signal);

/** A file. Rejects as `request` does. */
async function bytesOf(url: URL): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'same-origin', signal: AbortSignal.timeout(timeoutMs) });
  } catch {
    throw new RequestError('unreachable', 0, null);
  }
  if (!response.ok) throw errorOf(response, await jsonOf(response));
  return new Uint8Array(await response.arrayBuffer());
}

/** Every call the page makes. All reject with a `RequestError`, or with the abort of `signal`. */
export const api = Object.freeze({
  /** Of the site that lists tell of. */
  eventsUrl: () => urlOf('events', ofSite()),
  health: () => get<Health>('health'),
  session: () => get<Session>('session'),
  signIn: (user: string, password: string, secondFactor?: string) =>
    request<Session>('POST', urlOf('session'), {
      user,
      password,
      ...(secondFactor !== undefined && { secondFactor }),
    }),
  signInByLink: (share: string) => request<Session>('POST', urlOf('session'), { share }),
  /** Gives up all that is under way; the caller asks for nothing more. */
  signOut: () => {
    visit.abort();
    visit = new AbortController();
    return request<void>('DELETE', urlOf('session'));
  },
  setUp: (code: string, user: string, password: string) =>
    request<Session>('POST', urlOf('setup'), { code, user, password }),
  meters: () => get<Meter[]>('meters', ofSite()),
  sites: () => get<Site[]>('sites'),
  addSite: (site: NewSiteId) => request<Site>('POST', urlOf('sites'), site),
  /** Of the site that is shown, or of another. */
  site: (signal?: AbortSignal, id = shown.site) => get<SiteSettings>(`sites/${id}`, undefined, signal),
  setSite: (site: NewSite, id = shown.site) => request<SiteSettings>('PUT', urlOf(`sites/${id}`), site),
  removeSite: (id: string) => request<void>('DELETE', urlOf(`sites/${id}`)),
  moveGateway: (gateway: string, site: string) =>
    request<void>('PUT', urlOf(`gateways/${gateway}/site`), { site }),
  gateways: () => get<Gateway[]>('gateways', ofSite()),
  gatewaysOfAll: () => get<Gateway[]>('gateways'),
  alarms: (gateway: string, limit: number) => get<Alarm[]>('alarms', { gateway, limit }),
  /** Of the own rules of all gateways. */
  alarmsOfGateways: () => get<Alarm[]>('alarms', { limit: 500, ...ofSite() }),
  alarmEvents: (
    query: Readonly<{ rule?: string; severity?: string; state?: 'open'; before?: number; limit: number }>,
  ) => get<AlarmEvent[]>('alarm-events', { ...query, ...ofSite() }),
  alarmEvent: (id: string) => get<AlarmEvent>(`alarm-events/${encodeURIComponent(id)}`),
  acknowledgeAlarm: (id: string) => request<AlarmEvent>('POST', urlOf(`alarm-events/${id}/acknowledge`), {}),
  commentAlarm: (id: string, text: string) =>
    request<AlarmEvent>('POST', urlOf(`alarm-events/${id}/comments`), { text }),
  alarmRules: () => get<AlarmRule[]>('alarm-rules'),
  addAlarmRule: (rule: NewAlarmRule) => request<AlarmRule>('POST', urlOf('alarm-rules'), rule),
  changeAlarmRule: (id: string, rule: NewAlarmRule) =>
    request<AlarmRule>('PUT', urlOf(`alarm-rules/${id}`), rule),
  removeAlarmRule: (id: string) => request<void>('DELETE', urlOf(`alarm-rules/${id}`)),
  snoozeAlarmRule: (id: string, untilMs: number | null) =>
    request<AlarmRule>('POST', urlOf(`alarm-rules/${id}/snooze`), { untilMs }),
  tryAlarmRule: (
    { target, condition, schedule }: Pick<NewAlarmRule, 'target' | 'condition' | 'schedule'>,
    fromMs: number,
    toMs: number,
    signal?: AbortSignal,
  ) =>
    request<AlarmTried>(
      'POST',
      urlOf('alarm-rules/try'),
      { target, condition, ...(schedule != null && { schedule }), fromMs, toMs },
      signal,
      longMs,
    ),
  channelKinds: () => get<ChannelKind[]>('channels/kinds'),
  /** Those that one administers. */
  channels: () => get<ChannelEntry[]>('channels'),
  addChannel: (channel: NewChannel) => request<ChannelEntry>('POST', urlOf('channels'), channel),
  changeChannel: (id: string, change: ChannelChange) =>
    request<ChannelEntry>('PUT', urlOf(`channels/${id}`), change),
  removeChannel: (id: string) => request<void>('DELETE', urlOf(`channels/${id}`)),
  testChannel: (id: string) =>
    request<ChannelTest>('POST', urlOf(`channels/${id}/test`), {}, undefined, longMs),
  channelDeliveries: (id: string) => get<ChannelDelivery[]>(`channels/${id}/deliveries`),
  pushOffer: () => get<PushOffer>('push-browsers'),
  addPushBrowser: (browser: NewPushBrowser) =>
    request<PushBrowserEntry>('POST', urlOf('push-browsers'), browser),
  removePushBrowser: (id: string) => request<void>('DELETE', urlOf(`push-browsers/${id}`)),
  addGateway: (id: string) => request<GatewayCredential>('POST', urlOf('gateways'), { id, ...ofSite() }),
  newPairing: (wanted: { gateway?: string; renew?: boolean }) =>
    request<PairingCode>('POST', urlOf('pairings'), { ...wanted, ...ofSite() }),
  pairing: (id: string) => get<PairingState>(`pairings/${id}`),
  revokeCredential: (gateway: string) => request<void>('DELETE', urlOf(`gateways/${gateway}/credential`)),
  settings: (gateway: string) => get<SettingsState>(`gateways/${gateway}/settings`),
  setSettings: (gateway: string, settings: DesiredSettings) =>
    request<SettingsState>('PUT', urlOf(`gateways/${gateway}/settings`), settings),
  command: (gateway: string, command: GatewayCommand) =>
    request<CommandResult>('POST', urlOf(`gateways/${gateway}/commands`), command),
  connectorKinds: () => get<ConnectorKind[]>('connectors/kinds'),
  /** Of all sites. */
  connectors: () => get<ConnectorEntry[]>('connectors'),
  addConnector: (connector: NewConnector) =>
    request<ConnectorEntry>('POST', urlOf('connectors'), connector, undefined, longMs),
  changeConnector: (id: string, change: ConnectorChange) =>
    request<ConnectorEntry>('PUT', urlOf(`connectors/${id}`), change, undefined, longMs),
  removeConnector: (id: string) => request<void>('DELETE', urlOf(`connectors/${id}`)),
  probeConnector: (given: ConnectorTry, signal: AbortSignal) =>
    request<ConnectorProbe>('POST', urlOf('connectors/probe'), given, signal, listenMs),
  discoverConnector: (given: ConnectorTry, signal: AbortSignal) =>
    request<ConnectorProposals>('POST', urlOf('connectors/discover'), given, signal, listenMs),
  forwardKinds: () => get<ForwardKind[]>('forwards/kinds'),
  /** Those that one administers. */
  forwards: () => get<ForwardEntry[]>('forwards'),
  forward: (id: string) => get<ForwardDetails>(`forwards/${id}`),
  addForward: (forward: NewForward) => request<ForwardEntry>('POST', urlOf('forwards'), forward),
  changeForward: (id: string, change: ForwardChange) =>
    request<ForwardEntry>('PUT', urlOf(`forwards/${id}`), change),
  removeForward: (id: string) => request<void>('DELETE', urlOf(`forwards/${id}`)),
  testForward: (id: string) =>
    request<ForwardTest>('POST', urlOf(`forwards/${id}/test`), {}, undefined, longMs),
  skipForward: (id: string) => request<ForwardSkip>('POST', urlOf(`forwards/${id}/skip`), {}),
  probeModbusServer: (given: ModbusServerTry) =>
    request<ModbusServerProbe>('POST', urlOf('modbus-servers/probe'), given, undefined, longMs),
  probeHomeAssistant: (given: HomeAssistantTry) =>
    request<HomeAssistantProbe>('POST', urlOf('home-assistant/probe'), given, undefined, longMs),
  modbusServerKinds: () => get<ModbusServerKind[]>('modbus-servers/kinds'),
  modbusServers: () => get<ModbusServerEntry[]>('modbus-servers'),
  addModbusServer: (server: NewModbusServer) =>
    request<ModbusServerEntry>('POST', urlOf('modbus-servers'), server),
  changeModbusServer: (id: string, change: ModbusServerChange) =>
    request<ModbusServerEntry>('PUT', urlOf(`modbus-servers/${id}`), change),
  removeModbusServer: (id: string) => request<void>('DELETE', urlOf(`modbus-servers/${id}`)),
  homeAssistantKinds: () => get<HomeAssistantKind[]>('home-assistant/kinds'),
  homeAssistants: () => get<HomeAssistantEntry[]>('home-assistant'),
  addHomeAssistant: (made: NewHomeAssistant) =>
    request<HomeAssistantEntry>('POST', urlOf('home-assistant'), made),
  changeHomeAssistant: (id: string, change: HomeAssistantChange) =>
    request<HomeAssistantEntry>('PUT', urlOf(`home-assistant/${id}`), change),
  removeHomeAssistant: (id: string) => request<void>('DELETE', urlOf(`home-assistant/${id}`)),
  firmware: () => get<FirmwareList>('firmware'),
  firmwarePart: (image: string, part: string) => bytesOf(urlOf(`firmware/${image}/parts/${part}`)),
  updateGateway: (gateway: string, image: string) =>
    request<Rollout>('POST', urlOf(`gateways/${gateway}/update`), { image }),
  rollouts: () => get<Rollout[]>('rollouts'),
  beginRollout: (rollout: NewRollout) => request<Rollout>('POST', urlOf('rollouts'), rollout),
  stepRollout: (id: string, step: 'pause' | 'resume' | 'cancel') =>
    request<Rollout>('POST', urlOf(`rollouts/${id}/${step}`), {}),
  /** What a gateway tells of a line while it is asked to. */
  lineEventsUrl: (gateway: string, line: string) => urlOf('events', { gateway, line }),
  profiles: () => get<Profile[]>('profiles'),
  profileText: (id: string, gateway: string) => get<ProfileText>(`profiles/${id}/text`, { gateway }),
  checkProfile: (text: string, signal?: AbortSignal) =>
    request<ProfileCheck>('POST', urlOf('profiles/check'), { text }, signal),
  series: () => get<Series[]>('series', ofSite()),
  imports: (signal?: AbortSignal) => get<ImportEntry[]>('imports', undefined, signal),
  readings: (series: string, fromMs: number, toMs: number, points: number, signal?: AbortSignal) =>
    get<Readings>('readings', { series, from: fromMs, to: toMs, points }, signal),
  statistics: (series: string, fromMs: number, toMs: number, signal?: AbortSignal) =>
    get<Statistics>('statistics', { series, from: fromMs, to: toMs }, signal),
  totals: (
    meter: string,
    fromMs: number,
    toMs: number,
    period: 'hour' | 'day' | 'month' | 'all',
    signal?: AbortSignal,
  ) => get<Totals>('totals', { meter, from: fromMs, to: toMs, period }, signal),
  /** Of all meters. */
  energy: (fromMs: number, toMs: number, period: 'hour' | 'day' | 'month' | 'all', signal?: AbortSignal) =>
    get<EnergyTable>('energy', { from: fromMs, to: toMs, period, ...ofSite() }, signal),
  readingAt: (series: string, atMs: number, signal?: AbortSignal) =>
    get<ReadingAt>('readings/at', { series, at: atMs }, signal),
  missing: (meter: string, fromMs: number, toMs: number, signal?: AbortSignal) =>
    get<Missing>('missing', { meter, from: fromMs, to: toMs }, signal),
  ledger: (fromMs: number, toMs: number, signal?: AbortSignal) =>
    get<Ledger>('ledger', { from: fromMs, to: toMs, ...ofSite() }, signal),
  meterLedger: (meter: string, fromMs: number, toMs: number, signal?: AbortSignal) =>
    get<Ledger>('ledger', { meter, from: fromMs, to: toMs }, signal),
  corrections: (meter: string) => get<Correction[]>('corrections', { meter }),
  previewCorrection: (correction: PreviewedCorrection, signal?: AbortSignal) =>
    request<CorrectionPreview>('POST', urlOf('corrections/preview'), correction, signal, longMs),
  makeCorrection: (correction: NewCorrection) =>
    request<Correction>('POST', urlOf('corrections'), correction, undefined, longMs),
  undoCorrection: (id: number, why: string) =>
    request<Correction>('POST', urlOf(`corrections/${id}/undo`), { why }, undefined, longMs),
  lookIntoFile: (look: { file: string; format: ImportFormat; timeFormat?: string }) =>
    request<ImportLook>('POST', urlOf('imports/look'), look, undefined, longMs),
  importFile: (id: string) => get<ImportFileState>(`imports/files/${id}`),
  forgetImportFile: (id: string) => request<void>('DELETE', urlOf(`imports/files/${id}`)),
  importFileUrl: (name: string) => urlOf('imports/files', { name }),
  checkImport: (check: ImportCheck) =>
    request<ImportReport>('POST', urlOf('imports/check'), check, undefined, longMs),
  writeImport: (check: ImportCheck, why: string) =>
    request<ImportEntry>('POST', urlOf('imports'), { ...check, why }, undefined, longMs),
  undoImport: (id: number) =>
    request<ImportEntry>('DELETE', urlOf(`imports/${id}`), undefined, undefined, longMs),
  /** Of what `exportPath` gives. */
  exportUrl: (path: string) => new URL(path, base),
  storage: () => get<Storage>('storage'),
  backups: () => get<Backups>('backups'),
  makeBackup: () => request<Backups>('POST', urlOf('backups'), {}),
  backupUrl: (name: string) => urlOf(`backups/${name}/file`),
  counterEvents: (meter: string, fromMs: number, toMs: number) =>
    get<CounterEvents>('counter-events', { meter, from: fromMs, to: toMs }),
  ownSessions: () => get<OwnSession[]>('account/sessions'),
  endSession: (id: string) => request<void>('DELETE', urlOf(`account/sessions/${id}`)),
  endOtherSessions: () => request<void>('DELETE', urlOf('account/sessions')),
  changePassword: (password: string, newPassword: string) =>
    request<void>('PUT', urlOf('account/password'), { password, newPassword }),
  offerSecondFactor: (password: string) =>
    request<SecondFactorOffer>('POST', urlOf('account/second-factor'), { password }),
  setSecondFactor: (password: string, code: string) =>
    request<SpareCodes>('PUT', urlOf('account/second-factor'), { password, code }),
  takeOffSecondFactor: (password: string) =>
    request<void>('POST', urlOf('account/second-factor/off'), { password }),
  accounts: () => get<Account[]>('accounts'),
  addAccount: (account: NewAccount) => request<Account>('POST', urlOf('accounts'), account),
  changeAccount: (user: string, change: AccountChange) =>
    request<Account>('PATCH', urlOf(`accounts/${encodeURIComponent(user)}`), change),
  removeAccount: (user: string) => request<void>('DELETE', urlOf(`accounts/${encodeURIComponent(user)}`)),
  tokens: () => get<Token[]>('tokens'),
  makeToken: (token: NewToken) => request<MadeToken>('POST', urlOf('tokens'), token),
  removeToken: (id: string) => request<void>('DELETE', urlOf(`tokens/${id}`)),
  shares: () => get<Share[]>('shares'),
  makeShare: (share: NewShare) => request<MadeShare>('POST', urlOf('shares'), share),
  removeShare: (id: string) => request<void>('DELETE', urlOf(`shares/${id}`)),
  mqttClients: () => get<MqttClient[]>('mqtt-clients'),
  addMqttClient: (client: Pick<MqttClient, 'id' | 'sites' | 'mayWrite'>) =>
    request<MadeMqttClient>('POST', urlOf('mqtt-clients'), client),
  renewMqttClient: (id: string) => request<MadeMqttClient>('POST', urlOf(`mqtt-clients/${id}/password`), {}),
  removeMqttClient: (id: string) => request<void>('DELETE', urlOf(`mqtt-clients/${id}`)),
  audit: (site: string | null, before: number | null) =>
    get<AuditPage>('audit', {
      limit: 50,
      ...(site !== null && { site }),
      ...(before !== null && { before }),
    }),
});
