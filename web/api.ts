import type {
  Account,
  AccountChange,
  Alarm,
  AlarmEvent,
  AlarmRule,
  AlarmTried,
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
import { bytesOf, endVisit, get, listenMs, longMs, ofSite, request, shownSite, urlOf } from './request.ts';

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
    endVisit();
    return request<void>('DELETE', urlOf('session'));
  },
  setUp: (code: string, user: string, password: string) =>
    request<Session>('POST', urlOf('setup'), { code, user, password }),
  meters: () => get<Meter[]>('meters', ofSite()),
  sites: () => get<Site[]>('sites'),
  addSite: (site: NewSiteId) => request<Site>('POST', urlOf('sites'), site),
  /** Of the site that is shown, or of another. */
  site: (signal?: AbortSignal, id = shownSite()) => get<SiteSettings>(`sites/${id}`, undefined, signal),
  setSite: (site: NewSite, id = shownSite()) => request<SiteSettings>('PUT', urlOf(`sites/${id}`), site),
  removeSite: (id: string) => request<void>('DELETE', urlOf(`sites/${id}`)),
  moveGateway: (gateway: string, site: string) =>
    request<void>('PUT', urlOf(`gateways/${gateway}/site`), { site }),
  gateways: () => get<Gateway[]>('gateways', ofSite()),
  gatewaysOfAll: () => get<Gateway[]>('gateways'),
  alarms: (gateway: string, limit: number) => get<Alarm[]>('alarms', { gateway, limit }),
  /** Of the own rules of all gateways. */
  alarmsOfGateways: () => get<Alarm[]>('alarms', { limit: 500, ...ofSite() }),
  alarmEvents: (
    query: Readonly<{
      rule?: string;
      severity?: string;
      state?: 'open' | 'lasting';
      before?: number;
      limit: number;
    }>,
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
  exportUrl: (path: string) => urlOf(path),
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
