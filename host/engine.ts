import type { Message } from '#core/wire/messages.ts';
import { protocolVersion } from '#core/wire/topics.ts';
import { absentBroker } from './broker/absent.ts';
import { externalBroker, startBroker } from './broker/broker.ts';
import { Connectors } from './connectors/connectors.ts';
import { hostTopics } from './connectors/host-topics.ts';
import { loadConnectors } from './connectors/kinds.ts';
import { Events } from './events.ts';
import { Fleet } from './fleet.ts';
import { Ingest } from './ingest/ingest.ts';
import { LostAtHost } from './ingest/lost-at-host.ts';
import { Live } from './live.ts';
import type { Log } from './logging/host-log.ts';
import { messageOf } from './message-of.ts';
import { ModbusServers } from './modbus-server/modbus-servers.ts';
import { seriesKnownOf } from './modbus-server/series-known.ts';
import { confirmNetworkTrials } from './network-trials.ts';
import { Channels } from './notify/channels.ts';
import type { HostParts } from './parts.ts';
import { Problems } from './problems.ts';
import type { Secrets } from './secrets/secrets.ts';
import { type HostSettings, mqttListenOf } from './settings.ts';
import type { Store } from './store/store.ts';
import { type SntpServer, startSntpServer } from './time/sntp-server.ts';
import { HostTls } from './tls/host-tls.ts';
import { wantsAuthority } from './tls/web-tls.ts';
import type { ReadDisk } from './watch/disk.ts';
import { startWatch } from './watch/watch.ts';

export type { Log } from './logging/host-log.ts';

export interface EngineOptions {
  readonly settings: HostSettings;
  /** Open; stays the caller's to close, after the engine. */
  readonly store: Store;
  readonly secrets: Secrets;
  /** Whether a gateway's id and password belong together. */
  readonly authenticate: (gateway: string, password: string) => Promise<boolean>;
  /** Whether programs that may log in at the broker are not known yet. */
  readonly isStarting?: (() => boolean) | undefined;
  readonly log: Log;
  /** Of this program. */
  readonly version: string;
  /** Tells how full the disk is, instead of the system. */
  readonly readDisk?: ReadDisk;
  readonly nowMs?: () => number;
  /** For a command while no host runs: no gateway can come. */
  readonly isWithoutBroker?: boolean | undefined;
}

export interface Engine extends HostParts {
  /** Hangs up, and waits until what was taken is on disk. */
  close(): Promise<void>;
}

/** Starts what takes measurements in: broker, ingest, fleet. @throws Error where the port is taken. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { settings, store, secrets, authenticate, log, nowMs = Date.now } = options;
  const watch = await startWatch({ ...options, dataDir: settings.dataDir });
  const events = new Events();
  const fleet = await Fleet.open(store, events, nowMs);
  const strangers = new Problems();
  const lostAtHost = await LostAtHost.open({ store, fleet, log, nowMs });
  watch.addSource(() => lostAtHost.reasons());
  // Gateways come as soon as the broker runs, and connectors need it.
  let connectors: Connectors | undefined;
  const ingest = new Ingest({
    store,
    fleet,
    events,
    watch,
    lostAtHost,
    // Nothing arrives before the broker runs, so it is there when the first acknowledgement goes out.
    acknowledge: (gateway, ack) => connectors?.acknowledge(gateway, ack) || broker.send(gateway, 'ack', ack),
    log,
    nowMs,
  });
  const live = new Live(fleet, (gateway, request) => {
    if (!connectors?.live(gateway, request.seconds)) broker.send(gateway, 'command', request);
  });
  const tls = await openTls(settings, secrets, nowMs, log);
  const broker = await (options.isWithoutBroker ? absentBroker : startBroker)({
    host: settings.mqttHost,
    port: mqttListenOf(settings) === 'tls' ? undefined : settings.mqttPort,
    tls: tls && speaksTls(settings) ? { port: settings.mqttTlsPort ?? 8883, tls } : undefined,
    external: externalBroker(settings),
    proxies: settings.mqttProxies,
    log,
    authenticate,
    isStarting: options.isStarting,
    onMessage: (gateway, channel, payload) => ingest.receive(gateway, channel, payload),
    onConnection(gateway, isConnected) {
      log('info', `${gateway} ${isConnected ? 'connected' : 'disconnected'}`, 'gateway.connection');
      fleet.connection(gateway, isConnected);
      if (isConnected) live.ask(gateway);
    },
    onRefused(gateway, code, detail) {
      if (gateway === undefined) {
        strangers.add(Date.now(), code, detail);
        // What was given as a name may be a password.
        log('warn', `somebody was refused at the broker: ${code}`, code);
        return;
      }
      if (code === 'mqtt.foreign') fleet.counters(gateway).foreign++;
      fleet.problem(gateway, code, detail);
    },
  });
  const sntp = await startSntp(settings, nowMs).catch(async error => {
    await broker.close();
    throw error;
  });
  if (settings.mqttUrl !== undefined) {
    const detail = `no connection to ${settings.mqttUrl}; it is tried again`;
    const facts = { url: settings.mqttUrl };
    watch.addSource(() =>
      broker.counters().connections === 0 ? [{ code: 'broker.away', level: 'failing', detail, facts }] : [],
    );
  }
  const topics = hostTopics(broker, externalBroker(settings), log);
  const opened = await Connectors.open({
    tables: store,
    secrets,
    kinds: options.isWithoutBroker ? new Map() : await loadConnectors(unloaded(log)),
    topics,
    dataDir: settings.dataDir,
    log,
    deliver: (id, channel, payload) => ingest.receive(id, channel, payload),
    onConnection: (id, isConnected) => fleet.connection(id, isConnected),
    announcesNothing: id => fleet.announcesNothing(id),
    version: options.version,
    nowMs,
  });
  connectors = opened;
  const channels = await Channels.open({
    tables: store,
    secrets,
    topics,
    zone: settings.zone,
    log,
    nowMs,
    isStill: options.isWithoutBroker,
  });
  watch.addSource(() => channels.reasons());
  const modbusServers = await ModbusServers.open({
    tables: store,
    secrets,
    events,
    watch: gateway => live.watchGateway(gateway),
    series: (gateway, meter) => seriesKnownOf(fleet, store, gateway, meter),
    log,
    nowMs,
    isStill: options.isWithoutBroker,
  });
  watch.addSource(() => modbusServers.reasons());
  const stopConfirming = confirmNetworkTrials(events, fleet, broker);
  fleet.onDesired((gateway, desired) => {
    const message: Message<'settings/desired'> = { v: protocolVersion, settings: desired };
    broker.send<'settings/desired'>(gateway, 'settings/desired', message);
  });
  return {
    settings,
    store,
    fleet,
    broker,
    connectors: opened,
    channels,
    modbusServers,
    tls,
    events,
    live,
    watch,
    counters: () => ({
      ...broker.counters(),
      ...ingest.counters(),
      ...watch.counters(),
      ...opened.counters(),
      ...modbusServers.counters(),
      ...channels.counters(),
      ...fleet.totals(),
    }),
    problems: () => strangers.list(),
    async close() {
      stopConfirming();
      modbusServers.close();
      live.close();
      await channels.close();
      // At once after each other: in between, devices would be refused, and some would never try again.
      opened.close();
      await broker.close();
      tls?.close();
      await sntp?.close();
      await ingest.close();
      watch.close();
    },
  };
}

/** The others go on without it. */
const unloaded = (log: Log) => (id: string, error: unknown) =>
  log('error', `the connector ${id} cannot be loaded: ${messageOf(error)}`, 'connector.load');

/** Whether the own broker does. */
function speaksTls(settings: HostSettings): boolean {
  const listen = mqttListenOf(settings);
  return listen === 'tls' || listen === 'both';
}

/** The host's authority and certificate, where broker or page are to show it. */
async function openTls(
  settings: HostSettings,
  secrets: Secrets,
  nowMs: () => number,
  log: Log,
): Promise<HostTls | undefined> {
  if (!speaksTls(settings) && !wantsAuthority(settings)) return undefined;
  const hosts = settings.tlsHosts?.split(',') ?? [];
  return HostTls.open({ dataDir: settings.dataDir, secrets, hosts, nowMs, log });
}

/** Tells gateways the time, where that is wanted. */
async function startSntp(settings: HostSettings, nowMs: () => number): Promise<SntpServer | undefined> {
  const { mqttHost, ntpPort = 0 } = settings;
  return ntpPort === 0 ? undefined : startSntpServer({ host: mqttHost, port: ntpPort, nowMs });
}
