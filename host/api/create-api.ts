import fastifyCookie from '@fastify/cookie';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type FastifyError, fastify } from 'fastify';
import { limits } from '#core/limits.ts';
import { addCommandAccess } from '../control/command-access.ts';
import { AddressSet } from '../http/address-set.ts';
import { newWebServer } from '../http/web-server.ts';
import { hostLimits } from '../limits.ts';
import { faultText } from '../logging/fault-text.ts';
import { accountRoutes } from './accounts.ts';
import { alarmEventRoutes } from './alarm-events.ts';
import { alarmRuleRoutes } from './alarm-rules.ts';
import { alarmRoutes } from './alarms.ts';
import { ApiCounters } from './api-counters.ts';
import { auditRoutes } from './audit.ts';
import { backupRoutes } from './backups.ts';
import { channelRoutes } from './channels.ts';
import { Charts } from './charts.ts';
import { commandRoutes } from './commands.ts';
import { addConditional } from './conditional.ts';
import { connectorRoutes } from './connectors.ts';
import { correctionRoutes } from './corrections.ts';
import { countAll } from './count-all.ts';
import { counterEventRoutes } from './counter-events.ts';
import { counterRoutes } from './counters.ts';
import { dailyRoutes } from './daily.ts';
import { addDocs, collectSchemas } from './docs.ts';
import { addDoor } from './door.ts';
import { energyRoutes } from './energy.ts';
import { eventRoutes } from './events.ts';
import { exportRoutes } from './exports.ts';
import { isGuess, refuseBroken, sendFailure, toApiFailure } from './faults.ts';
import { firmwareRoutes } from './firmware.ts';
import { forwardRoutes } from './forwards.ts';
import { gatewayRoutes } from './gateways.ts';
import { addGuard } from './guard.ts';
import { healthRoutes } from './health.ts';
import { homeAssistantRoutes } from './home-assistant.ts';
import { importRoutes } from './imports.ts';
import { latestRoutes } from './latest.ts';
import { ledgerRoutes } from './ledger.ts';
import { meterRoutes } from './meters.ts';
import { metricRoutes } from './metrics.ts';
import { missingRoutes } from './missing.ts';
import { modbusServerRoutes } from './modbus-servers.ts';
import { mqttClientRoutes } from './mqtt-clients.ts';
import { ownAccountRoutes } from './own-account.ts';
import { addPage } from './page.ts';
import { pairingRoutes } from './pairings.ts';
import { profileRoutes } from './profiles.ts';
import { pushBrowserRoutes } from './push-browsers.ts';
import { rangeRoutes } from './range.ts';
import { readingAtRoutes } from './reading-at.ts';
import { readingRoutes } from './readings.ts';
import { rolloutRoutes } from './rollouts.ts';
import type { Api, ApiParts, Routes } from './routes.ts';
import { addSecurityHeaders, securityHeaders } from './security-headers.ts';
import { seriesRoutes } from './series.ts';
import { sessionRoutes } from './session.ts';
import { settingsRoutes } from './settings.ts';
import { setupRoutes } from './setup.ts';
import { shareRoutes } from './shares.ts';
import { siteRoutes } from './sites.ts';
import { statisticsRoutes } from './statistics.ts';
import { storageRoutes } from './storage.ts';
import { tlsRoutes } from './tls.ts';
import { tokenRoutes } from './tokens.ts';
import { totalRoutes } from './totals.ts';
import { addUnknownRoutes } from './unknown-routes.ts';
import { validatorCompiler } from './validation.ts';
import { valueMetricRoutes } from './value-metrics.ts';

const resources: readonly Routes[] = [
  setupRoutes,
  sessionRoutes,
  accountRoutes,
  ownAccountRoutes,
  gatewayRoutes,
  settingsRoutes,
  siteRoutes,
  alarmRoutes,
  alarmRuleRoutes,
  alarmEventRoutes,
  profileRoutes,
  meterRoutes,
  seriesRoutes,
  totalRoutes,
  energyRoutes,
  statisticsRoutes,
  latestRoutes,
  rangeRoutes,
  dailyRoutes,
  missingRoutes,
  storageRoutes,
  backupRoutes,
  importRoutes,
  correctionRoutes,
  ledgerRoutes,
  counterEventRoutes,
  readingAtRoutes,
  rolloutRoutes,
  tlsRoutes,
  auditRoutes,
  tokenRoutes,
  mqttClientRoutes,
  connectorRoutes,
  channelRoutes,
  forwardRoutes,
  homeAssistantRoutes,
  modbusServerRoutes,
  pushBrowserRoutes,
  shareRoutes,
];

const closeWithinMs = 2000;

/** The HTTP side of the host: API, documentation and page. Ready for `listen` or `inject`; `close` ends it. */
export async function createApi(parts: ApiParts): Promise<Api> {
  const counters = new ApiCounters();
  const api = newServer(counters, parts);
  api.setValidatorCompiler(validatorCompiler);
  // Handlers are held to their schemas by types and tests; numbers of charts are many, and this is the fastest.
  api.setSerializerCompiler(() => data => JSON.stringify(data));
  // Bodies are JSON alone: what a foreign form can send is not taken.
  api.removeContentTypeParser('text/plain');
  api.addHook('onRequest', (_request, _reply, done) => {
    counters.requests++;
    done();
  });
  // Its functions alone: its hooks would run at each request, and the guard reads the one cookie there is.
  await api.register(fastifyCookie, { hook: false });
  addSecurityHeaders(api);
  addCommandAccess(api, parts.control);
  addDoor(api, parts);
  addGuard(api, parts);
  addConditional(api);
  await collectSchemas(api, parts);
  addUnknownRoutes(api);
  for (const routes of resources) routes(api, parts);
  const charts = new Charts(parts.store, {
    columnBytes: hostLimits.chartColumnBytes.most,
    bodyBytes: hostLimits.chartBodyBytes.most,
    ...parts.chartCache,
  });
  const count = countAll(parts, () => ({
    ...counters.byName(),
    ...charts.counters(),
    ...parts.audit.counters(),
  }));
  readingRoutes(api, parts, charts);
  healthRoutes(api, parts, count);
  counterRoutes(api, parts, count);
  metricRoutes(api, parts, count);
  valueMetricRoutes(api, parts);
  eventRoutes(api, parts, counters);
  commandRoutes(api, parts, counters);
  firmwareRoutes(api, parts, counters);
  pairingRoutes(api, parts, counters);
  exportRoutes(api, parts, counters);
  await addDocs(api);
  await addPage(api, parts);
  await api.ready();
  return api;
}

function newServer(counters: ApiCounters, { log, settings, webTls: tls }: ApiParts): Api {
  const proxies = new AddressSet(settings.trustedProxies?.split(',') ?? []);
  const hangUps: (() => void)[] = [];
  const api = fastify({
    bodyLimit: limits.httpBodyBytes,
    trustProxy: address => proxies.has(address),
    serverFactory: handler => {
      const { server, hangUp } = newWebServer(handler, { tls, proxies, counters, log });
      hangUps.push(hangUp);
      return server;
    },
    clientErrorHandler: (error, socket) => refuseBroken(error, socket, counters),
    routerOptions: { maxParamLength: 256 },
    // Whatever fails before a route is found.
    frameworkErrors: (error, _request, reply) =>
      sendFailure(toApiFailure(error), reply.headers(securityHeaders)),
  }).withTypeProvider<TypeBoxTypeProvider>();
  // Requests under way may end; who sends slowly does not hold up the host's end.
  api.addHook('preClose', async () => {
    for (const hangUp of hangUps) hangUp();
    setTimeout(() => api.server.closeAllConnections(), closeWithinMs).unref();
  });
  api.setErrorHandler((error: FastifyError, request, reply) => {
    const failure = toApiFailure(error);
    if (failure.code === 'host.fault') {
      counters.faults++;
      const { method, routeOptions } = request;
      const route = `${method} ${routeOptions.url}`;
      log('error', `${route}: ${faultText(error)}`, `fault ${route}`);
    } else counters.refused++;
    if (failure.code.startsWith('signIn.') || failure.code === 'setup.wrongCode') counters.signInsRefused++;
    if (isGuess(failure)) log('warn', `refused ${request.ip}: ${failure.code}`, failure.code);
    return sendFailure(failure, reply);
  });
  return api;
}
