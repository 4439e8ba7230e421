import { deepFreeze } from '#core/freeze.ts';
import { limits } from '#core/limits.ts';
import { alarmLimits } from './alarms/limits.ts';
import { auditLimits } from './audit/limits.ts';
import { brokerLimits } from './broker/limits.ts';
import { correctionLimits } from './corrections/limits.ts';
import { exportLimits } from './export/limits.ts';
import { homeAssistantLimits } from './home-assistant/limits.ts';
import { importLimits } from './import/limits.ts';
import { modbusServerLimits } from './modbus-server/limits.ts';
import { notifyLimits } from './notify/limits.ts';
import { storeLimits } from './store/limits.ts';

/** A bound of the host and the counter, as `/api/v1/counters` names it, that tells how often it was met. */
export interface HostLimit {
  readonly most: number;
  readonly counter: string;
}

/**
 * Every bound of the host beside those of the protocol (`limits`) and of its broker (`brokerLimits`); what goes past
 * one is counted.
 */
export const hostLimits = deepFreeze({
  /** Levels of lists and objects in a body: settings have eight. */
  bodyDepth: { most: 32, counter: 'http.refused' },
  /** Sockets of page and API: a thousand screens that listen, and room to ask beside them. */
  httpConnections: { most: 2048, counter: 'http.connectionsRefused' },
  /** Of one address (an IPv6 /64), but for proxies and this machine: some dozens of browsers behind one router. */
  httpConnectionsOfAddress: { most: 256, counter: 'http.connectionsRefused' },
  /** From the connection to its first byte, and from there to the end of the TLS handshake. */
  httpHandshakeMs: { most: 6000, counter: 'http.handshakesFailed' },
  /** Headers that are not whole by then come from somebody who holds a socket, not from a browser. */
  httpHeadersMs: { most: 7000, counter: 'http.requestsTimedOut' },
  /** A body may take so long in any case; then it has come at the rate below, or the socket is shut. */
  httpBodyGraceMs: { most: 10_000, counter: 'http.requestsTimedOut' },
  httpBodyBytesPerS: { most: 4096, counter: 'http.requestsTimedOut' },
  /** Nothing read, nothing taken: seen at the second such time at the latest. */
  httpSilentMs: { most: 5000, counter: 'http.answersTimedOut' },
  /** Between two requests of a connection. */
  httpIdleMs: { most: 10_000, counter: 'http.connections' },
  httpHeaderBytes: { most: 16 * 1024, counter: 'http.refused' },
  httpUrlBytes: { most: 8 * 1024, counter: 'http.refused' },
  /** Streams of live events; fewer than sockets, so that streams alone never shut the door. */
  eventClients: { most: 1536, counter: 'http.eventClientsRefused' },
  /** Of one session, token or link, but for programs of this machine: more than anybody opens. */
  eventClientsOfSession: { most: 64, counter: 'http.eventClientsRefused' },
  /** What may wait for one of them: live values of a minute and more. Who lags further gets no more. */
  eventWaitingBytes: { most: 256 * 1024, counter: 'http.eventClientsTooSlow' },
  /** Events that are sent again to pages whose connection broke; live values are not among them. */
  eventsKept: { most: 2000, counter: 'http.eventResyncs' },
  /** Pages that look at a line; each second brings some kilobytes, which are written at once. */
  lineWatchers: { most: 64, counter: 'http.eventClientsRefused' },
  /** Commands that wait for a gateway's answer. */
  commandsWaiting: { most: 128, counter: 'http.commandsRefused' },
  /** Exports under way: each has a connection of the database, and a query that may take all cores. */
  exports: { most: 2, counter: 'http.exportsRefused' },
  /** Pieces of images on their way to gateways; one that is refused asks again. */
  imagesRead: { most: 64, counter: 'http.imagesRefused' },
  /** Of one Home Assistant. */
  homeAssistantMeters: { most: homeAssistantLimits.meters, counter: 'homeAssistant.metersLeftOut' },
  /** Columns of closed ranges, kept so that another form of the same chart does not ask the database again. */
  chartColumnBytes: { most: 16 * 1024 * 1024, counter: 'charts.evicted' },
  /** Encoded charts of closed ranges. */
  chartBodyBytes: { most: 32 * 1024 * 1024, counter: 'charts.evicted' },
  /** Values taken in and not on disk, about 10 MB of columns. More waits at the gateways, in their journals. */
  valuesWaiting: { most: 200_000, counter: 'ingest.deferred' },
  /** Share of the data folder's disk that may be used before the intake pauses. */
  diskUsedShare: { most: 0.95, counter: 'disk.pauses' },
  /** Entries of the audit log. */
  auditEntries: { most: auditLimits.entries, counter: 'audit.dropped' },
  /** Refusals of an hour in it. */
  auditRefusals: { most: auditLimits.refusalsPerHour, counter: 'audit.skipped' },
  /** Entries of it that wait for a disk that takes none. */
  auditWaiting: { most: auditLimits.waiting, counter: 'audit.lost' },
  /** Meters that alarm rules judge, each counted for each rule. */
  alarmTracks: { most: alarmLimits.tracks, counter: 'alarms.leftOut' },
  /** Events of alarm rules that are kept. */
  alarmEvents: { most: alarmLimits.events, counter: 'alarms.forgotten' },
  /** Notices of a channel that wait for its server. */
  noticesWaiting: { most: notifyLimits.waiting, counter: 'notify.dropped' },
  /** Clients of one Modbus server. */
  modbusServerConnections: { most: modbusServerLimits.connections, counter: 'modbusServers.refused' },
  /** Of one of them without a question. */
  modbusServerIdleMs: { most: modbusServerLimits.idleMs, counter: 'modbusServers.hungUpOn' },
  modbusServerGivesWayMs: { most: modbusServerLimits.givesWayMs, counter: 'modbusServers.hungUpOn' },
  /** Answers that it does not fetch. */
  modbusServerWaitingBytes: { most: modbusServerLimits.waitingBytes, counter: 'modbusServers.hungUpOn' },
  modbusServerRequestsPerS: { most: modbusServerLimits.requestsPerS, counter: 'modbusServers.slowedDown' },
  /** The event loop's 99th percentile over ten seconds; above it the host is told to be slow. */
  loopDelayMs: { most: 100, counter: 'loop.slowSpells' },
} as const satisfies Record<string, HostLimit>);

export {
  alarmLimits,
  auditLimits,
  brokerLimits,
  correctionLimits,
  exportLimits,
  importLimits,
  limits,
  notifyLimits,
  storeLimits,
};

/** The counter of each bound of the broker. */
export const brokerLimitCounters = deepFreeze({
  packetBytes: 'packetsTooLarge',
  connectBytes: 'packetsTooLarge',
  connectTimeoutMs: 'connectTimeouts',
  gateways: 'connectionsRefused',
  strangers: 'strangersRefused',
  strangersOfAddress: 'strangersRefused',
  strangersArriving: 'strangersRefused',
  strangerArrivalMs: 'strangersRefused',
  strangerGraceMs: 'strangersRefused',
  strangerSpokenGraceMs: 'strangersRefused',
  waitingBytes: 'tooSlow',
  authentications: 'loginsPutOff',
  waitingAuthentications: 'loginsPutOff',
  keepAliveS: 'keepAlivesRefused',
  flood: 'flooded',
  programFilters: 'subscriptionsRefused',
  programWaitingBytes: 'tooSlow',
  programFlood: 'flooded',
  devices: 'connectionsRefused',
  deviceFlood: 'flooded',
  deviceFilters: 'subscriptionsRefused',
  deviceKeptTopics: 'deviceUnkept',
  deviceKeptBytes: 'deviceUnkept',
  deviceAccountGraceMs: 'deviceIgnored',
  deviceQuestionMs: 'deviceIgnored',
  topicFlood: 'flooded',
  linkWaitingBytes: 'tooSlow',
  linkPacketBytes: 'packetsTooLarge',
  gatewaySilentMs: 'silent',
  linkLostMs: 'linkFailures',
} as const satisfies Record<keyof typeof brokerLimits, string>);

/** How free space is judged; the share alone would waste a big disk and starve a small one. */
export const diskRoom = deepFreeze({
  /** The intake goes on by itself below this share, so that it does not flutter at the bound. */
  resumeShare: 0.94,
  /** From here on the host is told to run out of room. */
  warnShare: 0.9,
  /** A checkpoint and a merge of the database need so much, whatever the share says. */
  floorBytes: 256 * 1024 * 1024,
  /** Of a disk so small that the floor would be most of it, this share takes the floor's place. */
  floorShare: 0.1,
  /** So much free room is enough for any disk: 5 % of 4 TB would be 200 GB. */
  enoughBytes: 8 * 1024 * 1024 * 1024,
  checkEveryMs: 2000,
} as const);
