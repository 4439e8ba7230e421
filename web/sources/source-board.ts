import type { Gateway } from '../../host/api/contract.ts';

const prefix = 'connector/';

/** The kind of a source that stands in the list of gateways; null of what is a gateway. */
export const sourceKindOf = ({ board }: Pick<Gateway, 'board'>): string | null =>
  board?.startsWith(prefix) ? board.slice(prefix.length) : null;
