import type { Access } from '../auth/access.ts';
import type { Auth } from '../auth/auth.ts';
import { isThisMachine } from '../http/address-set.ts';
import { hostLimits } from '../limits.ts';
import { TraceMeanings } from '../trace/trace-meanings.ts';
import type { ApiCounters } from './api-counters.ts';
import { EventsQuery } from './contract.ts';
import { ApiFailure } from './errors.ts';
import { sightOf } from './event-sight.ts';
import { EventStream } from './event-stream.ts';
import { accessOf } from './guard.ts';
import { assertRole, mayAt, visibleTo } from './route-access.ts';
import type { Api, ApiParts } from './routes.ts';
import { securityHeaders } from './security-headers.ts';

export function eventRoutes(api: Api, parts: ApiParts, counters: ApiCounters): void {
  const { auth, events, fleet, live, sites, nowMs } = parts;
  const { accounts } = auth;
  const meanings = new TraceMeanings(id => fleet.gateway(id)?.running ?? null);
  const stream = new EventStream({
    counters,
    nowMs,
    watch: () => live.watch(),
    meant: (gateway, trace) => meanings.of(gateway, trace),
    isCurrent: access => isCurrent(auth, access),
    sightOf: (access, site) => sightOf(access, site, parts),
    mayWatch: (access, gateway) => mayAt(access, sites, 'operator', gateway),
  });
  const stops = [
    events.on(event => stream.send(event)),
    auth.onEnd(() => stream.endStale()),
    accounts.onChange(() => stream.endStale()),
  ];
  // Before the server waits for its connections to end: these would not.
  api.addHook('preClose', async () => {
    for (const stop of stops) stop();
    stream.close();
  });

  api.get(
    '/api/v1/events',
    {
      config: { access: { role: 'viewer', of: 'visible' } },
      // A HEAD would open a stream that nothing can go out on.
      exposeHeadRoute: false,
      schema: {
        tags: ['live'],
        summary:
          'Server-sent events: live, gateway, committed, site, rollout, alarm, alarmEvent, beat each 15 s; with a gateway (and line) instead what was asked of it by commands: diagnosis, trace, scan, probe',
        description:
          'Of what may be seen alone. After a connection broke, Last-Event-ID brings what was missed; where that is not kept any more, the event resync.',
        querystring: EventsQuery,
        produces: ['text/event-stream'],
      },
    },
    (request, reply) => {
      const { gateway, line, site } = request.query;
      const access = accessOf(request);
      if (gateway === undefined && line !== undefined) {
        throw new ApiFailure('request.invalid', {
          message: 'A line is given without its gateway.',
          field: 'gateway',
          help: 'Ask for ?gateway=ID&line=ID.',
        });
      }
      visibleTo(access, sites, site);
      if (gateway !== undefined)
        assertRole(access, parts, { role: 'operator', of: 'gateway' }, gateway, 'query.gateway');
      const watched = gateway === undefined ? undefined : { gateway, line };
      if (stream.isFull(watched)) {
        counters.eventClientsRefused++;
        throw new ApiFailure('events.full', { retryAfterS: 30 });
      }
      if (!isThisMachine(request.ip) && stream.countOf(access.id) >= hostLimits.eventClientsOfSession.most) {
        counters.eventClientsRefused++;
        const message = `One session listens ${hostLimits.eventClientsOfSession.most} times at most.`;
        throw new ApiFailure('events.full', { message, retryAfterS: 30 });
      }
      reply.hijack();
      reply.raw.writeHead(200, {
        ...securityHeaders,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // A proxy that gathers would hold live values back.
        'x-accel-buffering': 'no',
      });
      const { 'last-event-id': lastId } = request.headers;
      if (watched !== undefined) stream.addWatcher(reply.raw, access, watched);
      else stream.add(reply.raw, access, { site, lastId: typeof lastId === 'string' ? lastId : undefined });
    },
  );
}

/** Whether who listens would be let in again with the same rights. */
function isCurrent(auth: Auth, access: Access): boolean {
  const now = auth.accessNow(access);
  return now !== undefined && rightsOf(now) === rightsOf(access);
}

const rightsOf = ({ roles, meters }: Access): string => JSON.stringify([roles, meters && [...meters]]);
