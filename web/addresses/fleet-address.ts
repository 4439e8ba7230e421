/** What of all gateways is shown: the list, roll-outs to many of them, how a new one comes, or sources that are none. */
export const fleetParts = Object.freeze(['list', 'rollouts', 'new', 'sources'] as const);
export type FleetPart = (typeof fleetParts)[number];

export const fleetFilters = Object.freeze(['all', 'trouble', 'offline', 'waiting'] as const);
export type FleetFilter = (typeof fleetFilters)[number];

export const fleetSorts = Object.freeze(['trouble', 'name', 'journal', 'firmware', 'seen'] as const);
export type FleetSort = (typeof fleetSorts)[number];

export interface FleetAddress {
  readonly part: FleetPart;
  /** Letters of a gateway's id, board or firmware, or of a meter's name. */
  readonly find: string;
  readonly show: FleetFilter;
  readonly sort: FleetSort;
  /** The source that is changed; empty: one that is to be added; null: all of them. */
  readonly source: string | null;
}

export const wholeFleet: FleetAddress = Object.freeze({
  part: 'list',
  find: '',
  show: 'all',
  sort: 'trouble',
  source: null,
});

const findMost = 64;

const oneOf = <T extends string>(all: readonly T[], given: string | null): T | undefined =>
  all.find(one => one === given);

export function parseFleet(query: URLSearchParams): FleetAddress {
  const { show, sort } = wholeFleet;
  const part = oneOf(fleetParts, query.get('part')) ?? wholeFleet.part;
  return {
    part,
    find: (query.get('find') ?? '').slice(0, findMost),
    show: oneOf(fleetFilters, query.get('show')) ?? show,
    sort: oneOf(fleetSorts, query.get('sort')) ?? sort,
    source: part === 'sources' ? query.get('source') : null,
  };
}

/** The query of an address, with what is not as usual. */
export function formatFleet({ part, find, show, sort, source }: FleetAddress): string {
  const query = new URLSearchParams();
  if (part !== wholeFleet.part) query.set('part', part);
  if (find !== '') query.set('find', find);
  if (show !== wholeFleet.show) query.set('show', show);
  if (sort !== wholeFleet.sort) query.set('sort', sort);
  if (source !== null) query.set('source', source);
  return query.size > 0 ? `?${query}` : '';
}
