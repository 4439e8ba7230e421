import { Missing, MissingQuery } from './contract.ts';
import { ApiFailure } from './errors.ts';
import { assertMeter } from './meters.ts';
import { assertRange } from './ranges.ts';
import type { Routes } from './routes.ts';

/** The store ends its list here. A list that was cut would hide gaps, so it is refused. */
const stretchesMost = 10_000;

export const missingRoutes: Routes = (api, parts) => {
  api.get(
    '/api/v1/missing',
    {
      config: { access: { role: 'viewer', of: 'meter', in: 'query.meter' } },
      schema: {
        tags: ['readings'],
        summary: 'What a meter did not give in a range, and why',
        querystring: MissingQuery,
        response: { 200: Missing },
      },
    },
    async request => {
      const { meter, from, to } = request.query;
      assertRange(request.query);
      assertMeter(parts, meter, 'query.meter');
      const stretches = await parts.store.missing({ meter, fromMs: from, toMs: to });
      if (stretches.length < stretchesMost) return stretches;
      throw new ApiFailure('range.tooLong', {
        message: `to: the range holds ${stretchesMost} gaps or more; a shorter one is allowed.`,
        field: 'to',
      });
    },
  );
};
