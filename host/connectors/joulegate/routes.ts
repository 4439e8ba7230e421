import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { limits } from '#core/limits.ts';
import { ApiFailure } from '../../api/errors.ts';
import { accessOf } from '../../api/guard.ts';
import type { ApiParts, Routes } from '../../api/routes.ts';
import type { Access } from '../../auth/access.ts';
import { everySite } from '../../auth/roles.ts';
import { storeLimits } from '../../store/limits.ts';
import { Type } from '../../typebox.ts';
import { NotTakenNow } from '../connector.ts';
import type { Station } from '../station.ts';
import { recordsLimits } from './limits.ts';
import { type ReadMessage, readMessage } from './read-message.ts';
import { type RecordsReceiver, receiverOf } from './receiver.ts';

const Stored = Type.Object({
  /** All up to this sequence of the journal is on disk, or known to be lost. */
  upTo: Type.Integer(),
});

export const recordsRoutes: Routes = (api, parts) => {
  api.register(async plain => {
    const scope = plain.withTypeProvider<TypeBoxTypeProvider>();
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: limits.mqttPacketUpBytes },
      (_request, body, done) => done(null, body),
    );

    scope.post(
      '/api/v1/records',
      {
        config: { access: 'sender' },
        schema: {
          tags: ['readings'],
          summary: 'Send records of a journal, as a gateway does over MQTT; answered when they are on disk',
          description: `One message of records (docs/protocol.md), at most ${limits.mqttPacketUpBytes} bytes. Each record is stored once, by its epoch and sequence. A message that cannot be stored whole is refused whole.`,
          querystring: Type.Object({ connector: Type.Optional(Type.String({ maxLength: 128 })) }),
          response: { 200: Stored },
        },
      },
      async request => {
        const { station, receiver } = sourceFor(parts, accessOf(request), request.query.connector);
        const { body } = request;
        const read = Buffer.isBuffer(body) && body.length > 0 ? readMessage(body) : 'the body is empty';
        const why = typeof read === 'string' ? read : tooManyMeters(parts, station.id, read);
        if (why !== undefined) receiver.refused(why);
        if (typeof read === 'string' || why !== undefined || !Buffer.isBuffer(body))
          throw new ApiFailure('readings.refused', {
            message: `The records are not taken: ${why}.`,
            help: 'Nothing of them was stored; where the sender is a newer version than this host, update this host.',
          });
        return { upTo: await stored(parts, station, receiver, body, read) };
      },
    );
  });
};

/** Hands them to the intake, or says that they have to be sent again. @throws ApiFailure */
async function stored(
  { watch }: Pick<ApiParts, 'watch'>,
  station: Station,
  receiver: RecordsReceiver,
  body: Uint8Array,
  { epoch, least, records }: ReadMessage,
): Promise<number> {
  if (watch.disk.isFull) throw new ApiFailure('readings.diskFull', { retryAfterS: 60 });
  if (receiver.waiting >= recordsLimits.messages) {
    receiver.putOff();
    throw new ApiFailure('readings.tooMany', { retryAfterS: 1 });
  }
  receiver.waiting++;
  try {
    const upTo = await station.hand(body, epoch, least, recordsLimits.waitMs);
    receiver.taken(records);
    return upTo;
  } catch (error) {
    if (!(error instanceof NotTakenNow)) throw error;
    receiver.putOff();
    throw new ApiFailure('readings.waiting', { retryAfterS: 1 });
  } finally {
    receiver.waiting--;
  }
}

/** The intake would pass over records of meters that it has no number for. */
function tooManyMeters(
  { store }: Pick<ApiParts, 'store'>,
  id: string,
  { meters }: ReadMessage,
): string | undefined {
  const known = store.metersOf(id);
  const more = [...meters].filter(meter => !known.has(meter)).length;
  const { metersEver } = storeLimits;
  return more > 0 && known.size + more > metersEver
    ? `this source would have had ${known.size + more} meters, and ${metersEver} are allowed; forward fewer to it, the others to another one`
    : undefined;
}

/** The source that a token sends to: the one that is named, else the only one there is at its sites. @throws ApiFailure */
function sourceFor(
  { connectors, sites }: Pick<ApiParts, 'connectors' | 'sites'>,
  { sendsTo = [] }: Access,
  named = '',
): { readonly station: Station; readonly receiver: RecordsReceiver } {
  const theirs = connectors
    .list()
    .filter(({ id }) => sendsTo.includes(everySite) || sendsTo.includes(sites.siteOf(id)));
  const all = theirs.flatMap(({ id }) => {
    const station = connectors.station(id);
    const receiver = station && receiverOf(station);
    return station === undefined || receiver === undefined ? [] : [{ station, receiver }];
  });
  const found =
    named === '' ? (all.length === 1 ? all[0] : undefined) : all.find(({ station }) => station.id === named);
  if (found !== undefined) return found;
  const other = theirs.find(({ id, kind }) => id === named && kind !== 'joulegate');
  const ids = all.map(({ station }) => station.id).join(', ');
  throw new ApiFailure('readings.connector', {
    message:
      other !== undefined
        ? `The source ${named} is of the kind ${other.kind}, and a forward of another Joulegate needs one of the kind joulegate.`
        : ids !== ''
          ? `Which source of the kind joulegate is meant is not clear; there are ${ids}.`
          : 'No source of the kind joulegate takes this.',
    help:
      other !== undefined
        ? `Remove it under Sources, which keeps what it stored, and add one of the kind Joulegate with the same id ${named}.`
        : 'Add a source of the kind Joulegate, at a site of this token; where there are several, name one: ?connector=ID.',
    field: 'connector',
  });
}
