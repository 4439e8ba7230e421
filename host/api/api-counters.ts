/** Counts of the HTTP side since the start of the host. */
export class ApiCounters {
  connections = 0;
  /** Sockets that were shut at once because there were too many. */
  connectionsRefused = 0;
  requests = 0;
  /** Requests refused, by any error of the table but the host's own. */
  refused = 0;
  /** Requests that were not whole in time. */
  requestsTimedOut = 0;
  /** Answers that were not taken, and given up. */
  answersTimedOut = 0;
  /** Sockets that spoke no TLS that the host speaks, or did not believe its certificate. */
  handshakesFailed = 0;
  faults = 0;
  /** Sign-ins and set-ups that were wrong or came too often. */
  signInsRefused = 0;
  /** Gateways that brought a wrong or spent code, or came too often. */
  pairingsRefused = 0;
  eventClients = 0;
  eventsSent = 0;
  /** Clients that were dropped because they did not read what they were sent. */
  eventClientsTooSlow = 0;
  eventClientsRefused = 0;
  /** Clients that came back after more had happened than is kept. */
  eventResyncs = 0;
  commands = 0;
  /** Too many at once. */
  commandsRefused = 0;
  /** Not answered in time. */
  commandsUnanswered = 0;
  /** Under way. */
  exports = 0;
  exportsRefused = 0;
  /** Ended before all was sent. */
  exportsBroken = 0;
  /** Files of firmware that are being sent. */
  imagesRead = 0;
  imagesRefused = 0;

  byName(): Record<string, number> {
    return Object.fromEntries(Object.entries(this).map(([name, count]) => [`http.${name}`, Number(count)]));
  }
}
