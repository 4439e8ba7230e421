import { TraceMeanings } from '../trace/trace-meanings.ts';
import type { ApiCounters } from './api-counters.ts';
import { EventsQuery } from './contract.ts';
import { ApiFailure } from './errors.ts';
import { EventStream } from './event-stream.ts';
import { sessionOf } from './guard.ts';
import type { Api, ApiParts } from './routes.ts';
import { securityHeaders } from './security-headers.ts';

export function eventRoutes(api: Api, { auth, events, fleet, live }: ApiParts, counters: ApiCounters): void {
  const { sessions } = auth;
  const meanings = new TraceMeanings(id => fleet.gateway(id)?.running ?? null);
  const stream = new EventStream({
    counters,
    watch: () => live.watch(),
    meant: (gateway, trace) => meanings.of(gateway, trace),
    isOpen: id => sessions.isOpen(id),
  });
  const stops = [events.on(event => stream.send(event)), sessions.onEnd(id => stream.endSession(id))];
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
          'Server-sent events: live, gateway, committed, site, beat each 15 s; with a gateway (and line) instead what was asked of it by commands: diagnosis, trace, scan, probe',
        querystring: EventsQuery,
        produces: ['text/event-stream'],
      },
    },
    (request, reply) => {
      const { gateway, line } = request.query;
      if (gateway === undefined && line !== undefined) {
        throw new ApiFailure('request.invalid', {
          message: 'A line is given without its gateway.',
          field: 'gateway',
          help: 'Ask for ?gateway=ID&line=ID.',
        });
      }
      const watched = gateway === undefined ? undefined : { gateway, line };
      if (stream.isFull(watched)) {
        counters.eventClientsRefused++;
        throw new ApiFailure('events.full', { retryAfterS: 30 });
      }
      const { id } = sessionOf(request);
      reply.hijack();
      reply.raw.writeHead(200, {
        ...securityHeaders(request.url),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // A proxy that gathers would hold live values back.
        'x-accel-buffering': 'no',
      });
      stream.add(reply.raw, id, watched);
    },
  );
}
