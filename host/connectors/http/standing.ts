import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Routes } from '../../api/routes.ts';
import { Type } from '../../typebox.ts';

const config = { access: 'sender' } as const;
const tags = ['readings'];
const name = Type.Optional(Type.String({ maxLength: 128 }));
const querystring = Type.Object({ u: name, p: name });
const about = 'Some senders ask before they send; with the token that they send by.';

/**
 * What clients of InfluxDB ask before they send anything: https://docs.influxdata.com/influxdb/v2/api/ping/, `ready/` and
 * `health/`. openHAB sends nothing where one of them is not answered.
 */
export const standingRoutes: Routes = (api, { watch }) => {
  const scope = api.withTypeProvider<TypeBoxTypeProvider>();
  scope.get(
    '/ping',
    {
      config,
      schema: {
        tags,
        summary: 'Whether it is here, as InfluxDB says it',
        description: about,
        querystring,
        response: { 204: Type.Null() },
      },
    },
    // Of a server without a version clients think that it is none.
    async (_request, reply) => reply.code(204).header('x-influxdb-version', 'joulegate').send(null),
  );
  scope.get(
    '/ready',
    {
      config,
      schema: {
        tags,
        summary: 'Whether it takes requests, as InfluxDB 2 says it',
        description: about,
        querystring,
        response: { 200: Type.Object({ status: Type.Literal('ready') }) },
      },
    },
    () => ({ status: 'ready' }) as const,
  );
  const Health = (status: 'pass' | 'fail') =>
    Type.Object({ name: Type.String(), status: Type.Literal(status), message: Type.String() });
  scope.get(
    '/health',
    {
      config,
      schema: {
        tags,
        summary: 'Whether it takes values, as InfluxDB 2 says it',
        description: about,
        querystring,
        response: { 200: Health('pass'), 503: Health('fail') },
      },
    },
    async (_request, reply) =>
      watch.disk.isFull
        ? reply.code(503).send({ name: 'joulegate', status: 'fail', message: 'the disk is full' })
        : reply.send({ name: 'joulegate', status: 'pass', message: 'values are taken' }),
  );
};
