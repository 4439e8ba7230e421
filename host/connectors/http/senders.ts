import { ApiFailure } from '../../api/errors.ts';
import type { ApiParts } from '../../api/routes.ts';
import type { Access } from '../../auth/access.ts';
import { everySite } from '../../auth/roles.ts';
import type { LineMap } from './map-lines.ts';
import type { HttpReceiver } from './receiver.ts';
import { receiverOf } from './receivers.ts';

/** Where readings go. */
export interface Destination {
  readonly id: string;
  readonly receiver: HttpReceiver;
  /** Whether nothing of it is on its way to the disk. */
  readonly isDrained: () => boolean;
}

/**
 * The connector that a token sends to: one that is named, else the only one there is at its sites, else the only one of them that
 * has any of what was sent: a sender that was there first goes on where another connector is added. Databases and buckets
 * name one where they happen to; `isStrict`: a name is meant. @throws ApiFailure readings.connector
 */
export function connectorFor(
  { connectors, sites }: Pick<ApiParts, 'connectors' | 'sites'>,
  { sendsTo = [] }: Access,
  names: readonly (string | undefined)[],
  isStrict: boolean,
  has: (map: LineMap) => boolean,
): Destination {
  const own = connectors
    .list()
    .filter(
      ({ id, kind }) =>
        kind === 'http' && (sendsTo.includes(everySite) || sendsTo.includes(sites.siteOf(id))),
    );
  const all = own.flatMap(({ id, isOn }): Destination[] => {
    const station = isOn ? connectors.station(id) : undefined;
    const receiver = station && receiverOf(station);
    if (station === undefined || receiver === undefined) return [];
    return [{ id, receiver, isDrained: () => station.recordsWaiting === 0 }];
  });
  const meant = names.filter(name => name !== undefined && name !== '');
  const named = all.find(({ id }) => meant.includes(id));
  // What is for one that is off is for no other.
  const isWrong = isStrict ? meant.length > 0 : own.some(({ id }) => meant.includes(id));
  if (named !== undefined) return named;
  const [only, second] = all.length > 1 ? all.filter(({ receiver }) => has(receiver.map)) : all;
  if (only !== undefined && second === undefined && !isWrong) return only;
  const ids = all.map(({ id }) => id).join(', ');
  throw new ApiFailure('readings.connector', {
    ...(ids !== '' && { message: `Which HTTP connector is meant is not clear; there are ${ids}.` }),
    field: 'connector',
  });
}
