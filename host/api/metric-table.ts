import { deepFreeze } from '#core/freeze.ts';

/** One metric: its name and type as Prometheus has them, what it says, and the counter or histogram it is made from. */
export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly from: string;
  /** What makes a base unit of the counter's own. */
  readonly times?: number;
}

const counter = (from: string, name: string, help: string): Metric => ({
  name: `joulegate_${name}_total`,
  type: 'counter',
  help,
  from,
});
const gauge = (from: string, name: string, help: string): Metric => ({
  name: `joulegate_${name}`,
  type: 'gauge',
  help,
  from,
});
const histogram = (from: string, name: string, help: string): Metric => ({
  name: `joulegate_${name}`,
  type: 'histogram',
  help,
  from,
});

/**
 * Everything `/metrics` shows. Each is one line, or one histogram: what there may be any number of (gateways, meters,
 * series) is summed, and asked of the API one by one.
 */
export const metrics: readonly Metric[] = deepFreeze([
  gauge(
    'health.failing',
    'health_failing',
    'Reasons why the host fails at something that it is there for; 0 while it does all.',
  ),
  gauge('health.degraded', 'health_degraded', 'Reasons why it will not for long, or not all of it.'),
  gauge('gateways.known', 'gateways_known', 'Gateways that this host knows.'),
  gauge('gateways.online', 'gateways_online', 'Gateways that are connected and have not said goodbye.'),
  gauge('gateways.safe', 'gateways_safe_mode', 'Gateways in safe mode: they measure nothing.'),
  gauge(
    'gateways.journalRecords',
    'gateways_journal_records',
    'Records that wait in gateways for this host.',
  ),
  gauge(
    'gateways.heapFreeBytes',
    'gateways_heap_free_bytes',
    'Free memory of the gateway that has the least; 0 where none tells.',
  ),
  {
    ...gauge(
      'gateways.loopDelayMs',
      'gateways_loop_delay_seconds',
      'Longest that a timer of a gateway came late, since it told last.',
    ),
    times: 0.001,
  },
  gauge(
    'gateways.alarmsDropped',
    'gateways_alarms_dropped',
    'Alarms that gateways dropped before they could tell.',
  ),
  gauge('alarms.rules', 'alarm_rules', 'Alarm rules of the host.'),
  gauge('alarms.tracks', 'alarm_tracks', 'Meters that alarm rules judge, each counted for each rule.'),
  counter(
    'alarms.leftOut',
    'alarm_windows_left_out',
    'Windows that a rule did not judge, as rules judge as much as they may.',
  ),
  gauge('alarms.lasting', 'alarm_events_lasting', 'Events of alarm rules that last.'),
  counter('alarms.windows', 'alarm_windows', 'Windows that alarm rules looked at.'),
  counter(
    'alarms.corrected',
    'alarm_corrections',
    'Times that late windows had alarm rules judge the past again.',
  ),
  counter('alarms.tooLate', 'alarm_windows_too_late', 'Windows that came too late for alarm rules.'),
  counter(
    'alarms.ahead',
    'alarm_windows_ahead',
    'Windows ahead of the clock of this host that rules left out.',
  ),
  counter(
    'alarms.forgotten',
    'alarm_events_forgotten',
    'Events of alarm rules that were forgotten for newer ones.',
  ),
  counter('alarms.failed', 'alarm_failures', 'Times that an alarm could not be judged, written or told.'),
  gauge('notify.channels', 'notify_channels', 'Channels to people that are set up.'),
  gauge('notify.waiting', 'notify_waiting', 'Notices that have not arrived yet.'),
  gauge('notify.failing', 'notify_channels_failing', 'Channels whose last message did not arrive.'),
  counter('notify.sent', 'notify_sent', 'Notices that a channel took.'),
  counter('notify.failed', 'notify_failed', 'Notices that a channel refused for good.'),
  counter('notify.dropped', 'notify_dropped', 'Notices given up: too many waited, or for a day.'),
  gauge('modbusServers.running', 'modbus_servers_running', 'Meters that are shown over Modbus TCP.'),
  gauge('modbusServers.clients', 'modbus_server_clients', 'Clients of Modbus servers that are connected.'),
  counter('modbusServers.requests', 'modbus_server_requests', 'Requests that Modbus servers answered.'),
  counter(
    'modbusServers.exceptions',
    'modbus_server_exceptions',
    'Of these, those answered with an exception.',
  ),
  counter(
    'modbusServers.tooOld',
    'modbus_server_too_old',
    'Of these, those refused because nothing of the meter was new enough.',
  ),
  counter(
    'modbusServers.refused',
    'modbus_server_clients_refused',
    'Clients that may not ask a Modbus server, or found no room.',
  ),
  counter(
    'modbusServers.hungUpOn',
    'modbus_server_clients_hung_up_on',
    'Clients of Modbus servers that asked nothing for a minute, gave way to others, or did not fetch their answers.',
  ),
  counter(
    'modbusServers.broken',
    'modbus_server_connections_broken',
    'Connections to Modbus servers whose bytes were no Modbus TCP.',
  ),
  counter(
    'modbusServers.slowedDown',
    'modbus_server_slowed_down',
    'Times that a client of a Modbus server asked faster than it may, and waited.',
  ),
  gauge('homeAssistant.meters', 'home_assistant_meters', 'Meters that Home Assistants are told of.'),
  gauge(
    'homeAssistant.metersLeftOut',
    'home_assistant_meters_left_out',
    'Meters that they are not told of, because there are too many.',
  ),
  counter('homeAssistant.messages', 'home_assistant_messages', 'Messages for Home Assistants.'),
  gauge('forwards.running', 'forwards_running', 'Forwards that are on.'),
  {
    ...gauge(
      'forwards.lagMs',
      'forwards_lag_seconds',
      'How long the oldest window that a forward has to hand on has waited.',
    ),
    times: 0.001,
  },
  counter('forwards.windows', 'forwards_windows', 'Windows that the other sides of forwards took.'),
  counter('forwards.values', 'forwards_values', 'Values in them.'),
  counter('forwards.deliveries', 'forwards_deliveries', 'Deliveries of forwards that were taken.'),
  counter('forwards.failures', 'forwards_failures', 'Tries of forwards that failed.'),
  counter('forwards.dropped', 'forwards_dropped', 'Windows that waited too long to be handed on.'),
  counter('forwards.refused', 'forwards_refused', 'Windows that the other side of a forward refused.'),
  gauge('connectors.running', 'connectors_running', 'Connectors that are on.'),
  gauge(
    'connectors.recordsWaiting',
    'connector_records_waiting',
    'Records of connectors that are not on disk yet.',
  ),
  gauge(
    'alarms.active',
    'gateway_alarms_active',
    'Alarm rules of gateways that are on, as far as they told.',
  ),
  counter('alarms.taken', 'gateway_alarms', 'Alarms that gateways told: beginnings and ends.'),
  counter('alarms.repeated', 'gateway_alarms_repeated', 'Alarms told again after a connection was lost.'),

  gauge('connections', 'mqtt_connections', 'Connections of gateways to the broker.'),
  counter('connects', 'mqtt_connects', 'Gateways that logged in.'),
  counter('connectionsRefused', 'mqtt_connections_refused', 'Connections shut because there were too many.'),
  counter('loginsFailed', 'mqtt_logins_failed', 'Logins with a wrong name or password.'),
  counter('received', 'mqtt_packets_received', 'Publishes that came from gateways.'),
  counter('sent', 'mqtt_packets_sent', 'Publishes sent to gateways.'),
  counter('packetsTooLarge', 'mqtt_packets_too_large', 'Connections ended by a packet past the limit.'),
  counter('tooSlow', 'mqtt_clients_too_slow', 'Connections ended because the gateway did not read.'),
  counter('foreign', 'mqtt_foreign', "Publishes to a topic that is not the gateway's own."),
  gauge('gatewaysConnected', 'mqtt_gateways_connected', 'Gateways that are logged in at the broker.'),
  gauge('strangers', 'mqtt_strangers', 'Connections that have not logged in yet.'),
  counter(
    'strangersRefused',
    'mqtt_strangers_refused',
    'Connections that did not say who they are, while there were as many as may be.',
  ),
  gauge('programsConnected', 'mqtt_programs_connected', 'Programs that are logged in at the broker.'),
  counter('programMessages', 'mqtt_program_messages', 'Messages of gateways handed on to programs.'),
  counter('programCommands', 'mqtt_program_commands', 'Commands that programs sent to gateways.'),
  gauge(
    'devicesConnected',
    'mqtt_devices_connected',
    'Devices of third parties that are logged in at the broker.',
  ),
  counter('deviceMessages', 'mqtt_device_messages', 'Messages of devices handed to connectors.'),
  counter('deviceIgnored', 'mqtt_device_ignored', 'Messages of devices that no connector listens to.'),
  counter(
    'deviceUnkept',
    'mqtt_device_unkept',
    'Messages of devices that were to be kept, beyond the room for them.',
  ),
  counter('connectTimeouts', 'mqtt_connect_timeouts', 'Connections that did not say who they are in time.'),
  counter('handshakesFailed', 'mqtt_tls_handshakes_failed', 'TLS handshakes that failed.'),
  counter(
    'loginsPutOff',
    'mqtt_logins_put_off',
    'Logins put off because too many were being checked, or the host was starting.',
  ),
  counter('flooded', 'mqtt_flooded', 'Messages beyond what a gateway may send in a second.'),
  counter('keepAlivesRefused', 'mqtt_keep_alives_refused', 'Logins that promised to speak too seldom.'),
  counter('silent', 'mqtt_silent', 'Connections ended because nothing was heard on them.'),
  counter('takenOver', 'mqtt_taken_over', 'Connections that ended because the gateway came anew.'),
  counter('stale', 'mqtt_stale', 'Retained messages that say nothing of now.'),
  counter('gatewaysRefused', 'mqtt_gateways_refused', 'Gateways of an external broker past the limit.'),
  counter('linkConnects', 'mqtt_link_connects', 'Connections made to the external broker.'),
  counter('linkFailures', 'mqtt_link_failures', 'Connections to the external broker that ended or failed.'),
  counter('sendsRefused', 'mqtt_sends_refused', 'Messages the external broker did not take.'),
  counter('subscriptionsRefused', 'mqtt_subscriptions_refused', 'Subscriptions to what is not its own.'),

  counter('ingest.messages', 'ingest_messages', 'Messages taken from gateways, of any kind.'),
  counter('ingest.records', 'ingest_records', 'Records taken: windows of one meter.'),
  counter('ingest.values', 'ingest_values', 'Values taken: one quantity of one window.'),
  counter('ingest.duplicates', 'ingest_duplicates', 'Records that came again and were dropped.'),
  counter('ingest.outOfOrder', 'ingest_gaps', 'Messages that began past what was known; they come again.'),
  counter(
    'ingest.late',
    'ingest_late_records',
    'Records that came long after their window, out of a journal.',
  ),
  counter('ingest.ahead', 'ingest_ahead_records', 'Windows dated ahead of the clock of this host.'),
  counter('ingest.lost', 'ingest_lost', 'Records gateways had to drop before the host had them.'),
  counter('ingest.malformed', 'ingest_malformed', 'Messages and records that break the protocol.'),
  counter('ingest.implausible', 'ingest_implausible', "Values outside their quantity's range; not stored."),
  counter('ingest.foreign', 'ingest_foreign', 'Messages of known gateways to topics not their own.'),
  counter(
    'ingest.deferred',
    'ingest_deferred',
    'Messages left unacknowledged: too much waited, or disk full.',
  ),

  gauge('valuesWaiting', 'commit_queue_values', 'Values taken in that are not on disk yet.'),
  counter('commits', 'commits', 'Transactions brought to disk.'),
  counter('commitsFailed', 'commits_failed', 'Transactions that failed; each is tried again.'),
  histogram('commitS', 'commit_duration_seconds', 'How long transactions took that came to disk.'),

  gauge('store.generations', 'store_generations', 'Generations of raw windows.'),
  counter('store.generationsSorted', 'store_generations_sorted', 'Generations that were closed and sorted.'),
  counter('store.tierBuilds', 'store_tier_builds', 'Builds of the coarser tiers.'),
  {
    ...gauge('store.tierBuildMs', 'store_tier_build_seconds', 'How long the last of them took.'),
    times: 0.001,
  },
  gauge(
    'store.tierRowsWaiting',
    'store_tier_rows_waiting',
    'Rows of raw windows that the coarser tiers do not hold yet.',
  ),
  counter('store.reopened', 'store_reopened', 'Times the database gave up and was opened anew.'),
  counter('store.upkeepFailures', 'store_upkeep_failures', 'Builds and sortings that failed; tried again.'),

  gauge('store.databaseBytes', 'database_bytes', 'File of the database, measured hourly.'),
  gauge('store.databaseFreeBytes', 'database_free_bytes', 'Of these, what is free to be used again.'),
  gauge('store.memoryBytes', 'database_memory_bytes', 'Of the memory of the host, what its database holds.'),
  gauge(
    'store.bytesPerDay',
    'stored_bytes_per_day',
    'What a day adds to the database, by the last four weeks.',
  ),
  gauge('store.archiveBytes', 'archive_bytes', 'Files of the archive together.'),
  gauge('store.archiveFiles', 'archive_files', 'Files of the archive.'),
  gauge('store.archiveFaults', 'archive_files_unreadable', 'Files of the archive that cannot be read.'),

  histogram('loopDelayS', 'loop_delay_seconds', 'How late the event loop got to what was due.'),
  gauge('loop.p99S', 'loop_delay_p99_seconds', '99th percentile of that over the last ten seconds.'),
  gauge('loop.longestS', 'loop_delay_longest_seconds', 'Longest of them in the last ten seconds.'),
  counter('loop.slowSpells', 'loop_slow_spells', 'Spells of ten seconds in which the loop was slow.'),

  gauge('disk.sizeBytes', 'disk_size_bytes', 'Size of the disk that the data folder is on.'),
  gauge('disk.freeBytes', 'disk_free_bytes', 'Bytes that the host may still write there.'),
  gauge('disk.isFull', 'intake_paused', '1 while the intake pauses because the disk is full.'),
  counter('disk.pauses', 'intake_pauses', 'How often the intake had to pause.'),

  gauge('http.connections', 'http_connections', 'Sockets of page and API.'),
  counter('http.connectionsRefused', 'http_connections_refused', 'Sockets shut because there were too many.'),
  counter('http.requests', 'http_requests', 'Requests to page and API.'),
  counter('http.refused', 'http_requests_refused', 'Requests that were refused.'),
  counter('http.requestsTimedOut', 'http_requests_timed_out', 'Requests that were not whole in time.'),
  counter('http.answersTimedOut', 'http_answers_timed_out', 'Answers given up: nobody took them.'),
  counter(
    'http.handshakesFailed',
    'http_handshakes_failed',
    'TLS handshakes of the page that came to nothing.',
  ),
  counter('http.faults', 'http_faults', 'Requests that failed by a mistake of the host.'),
  counter('http.signInsRefused', 'http_sign_ins_refused', 'Sign-ins that were wrong or came too often.'),
  counter('http.pairingsRefused', 'http_pairings_refused', 'Gateways with a wrong or spent pairing code.'),
  gauge('http.eventClients', 'event_clients', 'Pages that listen to live events.'),
  counter('http.eventsSent', 'events_sent', 'Live events sent, each as often as there were clients.'),
  counter('http.eventClientsTooSlow', 'event_clients_too_slow', 'Clients dropped because they did not read.'),
  counter(
    'http.eventResyncs',
    'event_resyncs',
    'Clients that came back too late to be told what they missed.',
  ),
  counter('http.eventClientsRefused', 'event_clients_refused', 'Clients refused: there were too many.'),

  counter('http.commands', 'commands', 'Commands that people sent to gateways.'),
  counter('http.commandsRefused', 'commands_refused', 'Commands refused: as many waited as are kept.'),
  counter('http.commandsUnanswered', 'commands_unanswered', 'Commands that no gateway answered in time.'),

  gauge('http.exports', 'exports', 'Exports under way.'),
  counter('http.exportsRefused', 'exports_refused', 'Exports refused: as many were under way as are made.'),
  counter('http.exportsBroken', 'exports_broken', 'Exports that ended before all was sent.'),
  gauge('http.imagesRead', 'images_read', 'Files of firmware that are being sent.'),
  counter(
    'http.imagesRefused',
    'images_refused',
    'Files of firmware refused: as many were sent as are at once.',
  ),

  counter('charts.hits', 'charts_from_cache', 'Charts sent as they were kept.'),
  counter('charts.misses', 'charts_made', 'Charts that had to be encoded.'),
  counter('charts.evicted', 'charts_evicted', 'Kept charts that had to make room for others.'),
  gauge('charts.keptBytes', 'charts_kept_bytes', 'Bytes of the charts that are kept.'),

  gauge('audit.entries', 'audit_entries', 'Entries of the audit log.'),
  counter('audit.dropped', 'audit_entries_dropped', 'Oldest entries of the audit log that made room.'),
  counter('audit.skipped', 'audit_refusals_skipped', 'Refusals not taken down: too many in an hour.'),
  counter('audit.lost', 'audit_entries_lost', 'Entries of the audit log that a failing disk did not take.'),

  counter('process.cpuS', 'process_cpu_seconds', 'Processor time of the host.'),
  gauge('process.residentBytes', 'process_resident_bytes', 'Memory of the host.'),
  gauge('process.startS', 'process_start_time_seconds', 'When the host began, Unix time.'),
]);
