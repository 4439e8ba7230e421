import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { limits } from '#core/limits.ts';
import { ApiFailure, mistaken } from '../../api/errors.ts';
import { accessOf } from '../../api/guard.ts';
import type { ApiParts, Routes } from '../../api/routes.ts';
import { precisionNames, precisionOf } from '../../line-protocol/line-time.ts';
import { readLines } from '../../line-protocol/read-lines.ts';
import { storeLimits } from '../../store/limits.ts';
import { Type } from '../../typebox.ts';
import { textOf } from './body.ts';
import { diskOf } from './disk-windows.ts';
import { keptFromMs } from './kept-from.ts';
import { ingestLimits } from './limits.ts';
import { NotNow } from './not-now.ts';
import { oneOfEachInstant } from './one-instant.ts';
import { readJson } from './read-json.ts';
import type { Reading } from './reading.ts';
import type { HttpReceiver, Taking } from './receiver.ts';
import { probing } from './receivers.ts';
import { connectorFor, type Destination } from './senders.ts';
import { takeLines } from './take-lines.ts';
import { rememberUnknown } from './unknown-series.ts';

const config = { access: 'sender' } as const;
/** New ones of one request, at the most. */
const ingestMeters = limits.metersPerGateway;
const tags = ['readings'];
const name = Type.Optional(Type.String({ maxLength: 128 }));
const bodies = `At most 1 MB, packed with gzip or not, ${ingestLimits.bodyBytes} bytes unpacked, ${ingestLimits.values} values.`;

const Taken = Type.Object({
  /** On disk now. Each interval of a meter and quantity counts once. */
  stored: Type.Integer(),
  /** Were there already, and the same. */
  repeated: Type.Integer(),
  /** Another value of that interval was there already, and stays. */
  notStored: Type.Integer(),
});

export const httpRoutes: Routes = (api, parts) => {
  api.register(async plain => {
    const scope = plain.withTypeProvider<TypeBoxTypeProvider>();
    // Senders say all kinds of types, and curl says it was a form. Browsers add no token, so foreign pages gain nothing.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

    scope.post(
      '/api/v1/readings',
      {
        config,
        schema: {
          tags,
          summary: 'Send readings, one or many; answered when they are on disk',
          description: `JSON: {"meter": "house", "at": 1767225600000, "values": {"powerW": 431.5}}, a list of such, or {"connector": "attic", "readings": [...]}. All or nothing; sent again, nothing is stored twice. ${bodies}`,
          querystring: Type.Object({ connector: name, u: name, p: name }),
          response: { 200: Taken },
        },
      },
      async request => {
        const nowMs = parts.nowMs();
        const read = readJson(jsonOf(await textOf(request)), nowMs);
        if (read.isTooLong) throw tooMany();
        if (read.mistakes.length > 0) throw mistaken('readings.refused', read.mistakes);
        const { readings, contradicted } = oneOfEachInstant(read.readings, ({ place }) => place);
        show(readings);
        const destination = connectorFor(
          parts,
          accessOf(request),
          [request.query.connector ?? read.connector],
          true,
          map => read.readings.some(({ meter }) => map.hasMeter(meter)),
        );
        const { receiver } = destination;
        const mistakes = [
          ...readings.flatMap(reading => {
            const message = receiver.mistakeOf(reading, keptFromMs(parts.settings, nowMs));
            return message === undefined ? [] : [{ field: reading.place, message }];
          }),
          ...contradicted.map(({ reading, message }) => ({ field: reading.place, message })),
        ];
        const [first] = mistakes;
        if (first !== undefined) {
          receiver.refused(mistakes.length, first.message);
          throw mistaken('readings.refused', mistakes.slice(0, ingestLimits.mistakes));
        }
        return { ...(await taken(parts, destination, readings)) };
      },
    );

    const writeLines = async (
      request: FastifyRequest<{
        Querystring: { precision?: string; db?: string; bucket?: string; connector?: string };
      }>,
      reply: FastifyReply,
    ) => {
      const { query } = request;
      const precision = precisionOf(query.precision);
      if (precision === undefined) {
        const message = `${query.precision} given; one of ${precisionNames.join(', ')} is allowed`;
        throw mistaken('request.invalid', [{ field: 'precision', message }]);
      }
      const lines = readLines(await textOf(request), precision, ingestLimits.values);
      if (lines.isTooLong) throw tooMany();
      const nowMs = parts.nowMs();
      for (const receiver of probing)
        show(takeLines(lines, receiver, precision, nowMs, 0).readings, [receiver]);
      let destination: Destination;
      try {
        destination = connectorFor(
          parts,
          accessOf(request),
          query.connector ? [query.connector] : [query.db, query.bucket],
          Boolean(query.connector),
          map => lines.points.some(point => map.wants(point)),
        );
      } catch (error) {
        for (const point of lines.points)
          for (const field of point.fields.keys()) rememberUnknown(point, field);
        throw error;
      }
      const { receiver } = destination;
      const { readings, mistakes, wrong, passedOver } = takeLines(
        lines,
        receiver,
        precision,
        nowMs,
        keptFromMs(parts.settings, nowMs),
      );
      const { notStored } = await taken(parts, destination, readings);
      receiver.passedOver(passedOver);
      if (notStored > 0) reply.header('joulegate-not-stored', notStored);
      const [first] = mistakes;
      if (first === undefined) return reply.code(204).send();
      receiver.refused(wrong, `${first.field}: ${first.message}`);
      // Version 1 reads `error`, version 2 `message`; neither sends it again.
      const message = `partial write: ${wrong} lines were not taken whole, the others were: ${first.field}: ${first.message}`;
      const { body } = new ApiFailure('readings.refused', { message, field: first.field, mistakes });
      return reply.code(400).send({ ...body, error: message });
    };
    const answers = { 204: Type.Null() };
    const description = `What is wrong in single lines is told with 400, after the others are on disk. ${bodies}`;
    scope.post(
      '/write',
      {
        config,
        schema: {
          tags,
          summary: 'Line protocol as InfluxDB 1 takes it; answered when all is on disk',
          description: `The token is the password: u and p, Basic, or Authorization: Token. db names the connector where there are several. ${description}`,
          querystring: Type.Object({
            db: name,
            rp: name,
            precision: name,
            consistency: name,
            u: name,
            p: name,
            connector: name,
          }),
          response: answers,
        },
      },
      writeLines,
    );
    scope.post(
      '/api/v2/write',
      {
        config,
        schema: {
          tags,
          summary: 'Line protocol as InfluxDB 2 takes it; answered when all is on disk',
          description: `Authorization: Token with a token of this host. bucket names the connector where there are several. ${description}`,
          querystring: Type.Object({
            org: name,
            orgID: name,
            bucket: name,
            precision: name,
            u: name,
            p: name,
            connector: name,
          }),
          response: answers,
        },
      },
      writeLines,
    );
  });
};

/** Stores them, or says that they have to be sent again. @throws ApiFailure */
async function taken(
  { store, watch }: Pick<ApiParts, 'store' | 'watch'>,
  { id, receiver, isDrained }: Destination,
  readings: readonly Reading[],
): Promise<Taking> {
  if (watch.disk.isFull) throw new ApiFailure('readings.diskFull', { retryAfterS: 60 });
  if (readings.length === 0) return { stored: 0, repeated: 0, notStored: 0 };
  const ever = store.metersOf(id);
  const isNew = readings.some(({ meter }) => !ever.has(meter));
  if (isNew && ever.size + ingestMeters > storeLimits.metersEver) {
    const message = `This connector has had as many meters as one may ever have, ${storeLimits.metersEver}.`;
    throw new ApiFailure('readings.refused', { message, help: 'Set up another connector for further ones.' });
  }
  try {
    return await receiver.take(readings, diskOf(store, id), isDrained);
  } catch (error) {
    if (!(error instanceof NotNow)) throw error;
    const isMany = error.why === 'tooMany';
    throw new ApiFailure(isMany ? 'readings.tooMany' : 'readings.waiting', { retryAfterS: isMany ? 1 : 10 });
  }
}

/** Where somebody looks at what comes before it is set up. */
function show(readings: readonly Reading[], to: Iterable<HttpReceiver> = probing): void {
  for (const receiver of to) receiver.show(readings);
}

function tooMany(): ApiFailure {
  const message = `More than ${ingestLimits.values} values came in one request.`;
  return new ApiFailure('body.tooLarge', { message, help: 'Divide it.' });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiFailure('body.notJson');
  }
}
