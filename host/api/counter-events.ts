import { CounterEvents, CounterEventsQuery } from './contract.ts';
import { ApiFailure } from './errors.ts';
import { assertMeter } from './meters.ts';
import { assertRange } from './ranges.ts';
import type { Routes } from './routes.ts';

const eventsMost = 10_000;
const rangeMostMs = 400 * 86_400_000;

export const counterEventRoutes: Routes = (api, parts) => {
  api.get(
    '/api/v1/counter-events',
    {
      config: { access: { role: 'viewer', of: 'meter', in: 'query.meter' } },
      schema: {
        tags: ['readings'],
        summary: "What happened to a meter's counters: resets, roll-overs, swaps, glitches, slips and gaps",
        querystring: CounterEventsQuery,
        response: { 200: CounterEvents },
      },
    },
    async request => {
      const { meter, from, to } = request.query;
      assertRange(request.query);
      assertMeter(parts, meter, 'query.meter');
      if (to - from > rangeMostMs) throw tooLong('to: the range is longer than 400 days');
      const events = await parts.store.counterEvents({ meter, fromMs: from, toMs: to });
      if (events.length > eventsMost) throw tooLong(`to: the range holds more than ${eventsMost} events`);
      return events;
    },
  );
};

const tooLong = (what: string) =>
  new ApiFailure('range.tooLong', { message: `${what}; a shorter one is allowed.`, field: 'to' });
