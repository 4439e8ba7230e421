import type { InjectOptions, Response } from 'light-my-request';
import { Alarms } from '../../../host/alarms/alarms.ts';
import { createApi } from '../../../host/api/create-api.ts';
import type { Api, ApiParts } from '../../../host/api/routes.ts';
import { Audit } from '../../../host/audit/audit.ts';
import { type Auth, openAuth } from '../../../host/auth/auth.ts';
import { type Broker, startBroker } from '../../../host/broker/broker.ts';
import type { Connector } from '../../../host/connectors/connector.ts';
import { Connectors } from '../../../host/connectors/connectors.ts';
import { loadConnectors } from '../../../host/connectors/kinds.ts';
import { noTopics } from '../../../host/connectors/topics.ts';
import { Events } from '../../../host/events.ts';
import { Firmware } from '../../../host/firmware/firmware.ts';
import { Fleet } from '../../../host/fleet.ts';
import { Forwards } from '../../../host/forward/forwards.ts';
import { HomeAssistants } from '../../../host/home-assistant/home-assistant.ts';
import { hostOutlets } from '../../../host/home-assistant/outlet.ts';
import { Ingest } from '../../../host/ingest/ingest.ts';
import { LostAtHost } from '../../../host/ingest/lost-at-host.ts';
import { Live } from '../../../host/live.ts';
import { ModbusServers } from '../../../host/modbus-server/modbus-servers.ts';
import { seriesKnownOf } from '../../../host/modbus-server/series-known.ts';
import { Channels } from '../../../host/notify/channels.ts';
import { Rollouts } from '../../../host/rollouts/rollouts.ts';
import { Secrets } from '../../../host/secrets/secrets.ts';
import type { HostSettings } from '../../../host/settings.ts';
import { Sites } from '../../../host/site/sites.ts';
import { BackupSchedule } from '../../../host/store/backup-schedule.ts';
import { Store } from '../../../host/store/store.ts';
import { startWatch, type Watch } from '../../../host/watch/watch.ts';

export const user = 'ada';
export const password = 'a long enough password';

/** A host without its ingest (but for `takesIn`): real store, broker, fleet, auth and API; the clock is the test's. */
export interface HostUnderTest {
  readonly api: Api;
  readonly auth: Auth;
  readonly audit: Audit;
  readonly store: Store;
  readonly fleet: Fleet;
  readonly broker: Broker;
  readonly connectors: Connectors;
  readonly modbusServers: ModbusServers;
  readonly alarms: Alarms;
  readonly channels: Channels;
  readonly forwards: Forwards;
  readonly homeAssistants: HomeAssistants;
  readonly events: Events;
  readonly live: Live;
  readonly watch: Watch;
  readonly firmware: Firmware;
  readonly rollouts: Rollouts;
  readonly sites: Sites;
  /** What the host is told of its disk, when it looks. */
  readonly disk: { sizeBytes: number; freeBytes: number };
  readonly clock: { nowMs: number };
  /** What the API logged: nothing, where all is well. */
  readonly faults: readonly string[];
  /** A request without a session. */
  ask(request: InjectOptions): Promise<Response>;
  close(): Promise<void>;
}

export async function startHostUnderTest({
  metricsToken,
  metricsValues,
  dataDir,
  firmwareFolder,
  network,
  kinds = [],
  takesIn = false,
  tracksMost,
  ...more
}: Partial<Pick<HostSettings, 'metricsToken' | 'metricsValues' | 'dataDir' | 'firmwareFolder'>> &
  Pick<ApiParts, 'chartCache' | 'commandTimeoutMs' | 'control' | 'tls' | 'webTls'> & {
    /** How page and API are reached. */
    readonly network?: Partial<
      Pick<HostSettings, 'httpListen' | 'hstsDays' | 'trustedProxies' | 'tlsHosts' | 'publicUrl'>
    >;
    /** Connectors beside those there are. */
    readonly kinds?: readonly Connector[];
    /** What connectors read is stored. */
    readonly takesIn?: boolean;
    /** Meters that alarm rules may judge together. */
    readonly tracksMost?: number;
  } & Partial<Pick<ApiParts, 'webDir'>> = {}): Promise<HostUnderTest> {
  const clock = { nowMs: Date.UTC(2026, 10, 21, 12) };
  const nowMs = () => clock.nowMs;
  const folder = dataDir === undefined ? {} : { dataDir };
  const store = await Store.open({ ...folder, zone: 'Europe/Berlin', upkeepMs: 0, nowMs });
  const auth = await openAuth(store, { nowMs, passwordCost: { memoryCost: 8, timeCost: 1, parallelism: 1 } });
  const events = new Events();
  const fleet = await Fleet.open(store, events, nowMs);
  const broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    authenticate: (gateway, secret) => auth.credentials.verify(gateway, secret),
    onMessage: () => {},
    onConnection: () => {},
    onRefused: () => {},
  });
  const live = new Live(fleet, (gateway, request) => broker.send(gateway, 'command', request));
  let ingest: Ingest | undefined;
  const connectors = await Connectors.open({
    tables: store,
    secrets: await Secrets.open(),
    kinds: new Map([...(await loadConnectors(() => {})), ...kinds.map(kind => [kind.id, kind] as const)]),
    topics: noTopics,
    dataDir: '',
    log: () => {},
    deliver: (id, channel, payload) => ingest?.receive(id, channel, payload),
    onConnection: () => {},
    announcesNothing: id => fleet.announcesNothing(id),
    version: '0.0.0',
    nowMs,
  });
  const channels = await Channels.open({
    tables: store,
    secrets: await Secrets.open(),
    topics: noTopics,
    zone: 'Europe/Berlin',
    log: () => {},
    nowMs,
  });
  const modbusServers = await ModbusServers.open({
    tables: store,
    secrets: await Secrets.open(),
    events,
    watch: gateway => live.watchGateway(gateway),
    series: (gateway, meter) => seriesKnownOf(fleet, store, gateway, meter),
    log: () => {},
    nowMs,
  });
  const disk = { sizeBytes: 100e9, freeBytes: 50e9 };
  const watch = await startWatch({ dataDir: 'the disk', log: () => {}, readDisk: async () => ({ ...disk }) });
  // A machine that has other work holds a test's host up: nothing of what is tried here.
  watch.loop.close();
  const faults: string[] = [];
  if (takesIn) {
    const logNothing = () => {};
    ingest = new Ingest({
      store,
      fleet,
      events,
      watch,
      lostAtHost: await LostAtHost.open({ store, fleet, log: logNothing, nowMs }),
      acknowledge: (id, ack) => connectors.acknowledge(id, ack),
      log: logNothing,
      nowMs,
    });
  }
  const settings: HostSettings = {
    dataDir: dataDir ?? ':memory:',
    httpHost: '127.0.0.1',
    httpPort: 0,
    mqttHost: '127.0.0.1',
    mqttPort: 0,
    zone: 'Europe/Berlin',
    ...(metricsToken !== undefined && { metricsToken }),
    ...(metricsValues !== undefined && { metricsValues }),
    ...(firmwareFolder !== undefined && { firmwareFolder }),
    ...network,
  };
  const log = (_level: string, text: string) => void faults.push(text);
  const firmware = await Firmware.open(settings, store, nowMs);
  const rollouts = await Rollouts.open({
    tables: store,
    fleet,
    broker,
    events,
    firmware,
    log,
    nowMs,
    tickMs: 0,
  });
  const sites = await Sites.open(store, events);
  const audit = await Audit.open(store, nowMs, log);
  const { programs } = broker;
  const forwardSecrets = await Secrets.open();
  const forwards = await Forwards.open({
    store,
    sites,
    secrets: forwardSecrets,
    programs,
    log: () => {},
    nowMs,
  });
  const alarms = await Alarms.open({
    ...{ store, sites, events, notify: channels, log, nowMs, tickMs: 0 },
    tracksMost,
  });
  watch.addSource(() => alarms.reasons());
  const homeAssistants = await HomeAssistants.open({
    store,
    fleet,
    sites,
    events,
    live,
    tables: store,
    secrets: await Secrets.open(),
    openOutlet: hostOutlets(broker.programs, undefined),
    version: '0.0.0',
    pageUrl: undefined,
    random: { unit: () => 0 },
    log: (_level: string, text: string) => void faults.push(text),
    nowMs,
    tickMs: 0,
  });
  const backups =
    dataDir === undefined
      ? undefined
      : await BackupSchedule.start({
          dataDir,
          everyHours: 0,
          make: () => store.backup(2),
          onResult: () => {},
          nowMs,
        });
  const api = await createApi({
    backups,
    settings,
    firmware,
    rollouts,
    sites,
    alarms,
    forwards,
    homeAssistants,
    store,
    fleet,
    broker,
    connectors,
    channels,
    modbusServers,
    events,
    live,
    watch,
    counters: () => ({
      ...broker.counters(),
      ...watch.counters(),
      ...connectors.counters(),
      ...modbusServers.counters(),
      ...alarms.counters(),
      ...channels.counters(),
      ...forwards.counters(),
      ...homeAssistants.counters(),
      ...fleet.totals(),
    }),
    problems: () => [],
    auth,
    audit,
    version: '0.0.0',
    webDir: '/nowhere',
    ...more,
    nowMs,
    log,
  });
  // Tests close it, and so does what comes after them.
  let closed: Promise<void> | undefined;
  return {
    api,
    auth,
    audit,
    store,
    fleet,
    broker,
    connectors,
    modbusServers,
    alarms,
    channels,
    forwards,
    homeAssistants,
    events,
    live,
    watch,
    firmware,
    rollouts,
    sites,
    disk,
    clock,
    faults,
    ask: request => api.inject(request),
    close: () => (closed ??= close()),
  };

  async function close(): Promise<void> {
    await api.close();
    await backups?.close();
    await homeAssistants.close();
    await alarms.close();
    await forwards.close();
    await rollouts.close();
    modbusServers.close();
    connectors.close();
    await channels.close();
    await ingest?.close();
    await broker.close();
    watch.close();
    await audit.close();
    await store.close();
  }
}

/** Makes the first account and gives the cookie of its session. */
export async function signInFirst({ auth, ask }: HostUnderTest): Promise<string> {
  const body = { code: auth.setupCode.renew(), user, password };
  const response = await ask({ method: 'POST', url: '/api/v1/setup', body });
  if (response.statusCode !== 201) throw new Error(`set-up gave ${response.statusCode}: ${response.body}`);
  return cookieOf(response);
}

/** `name=value` of the cookie that a response sets. */
export function cookieOf(response: Response): string {
  const [cookie] = response.cookies;
  if (cookie === undefined) throw new Error('the response sets no cookie');
  return `${cookie.name}=${cookie.value}`;
}
