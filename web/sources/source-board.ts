import type { Gateway } from '../../host/api/contract.ts';
import { words } from '../i18n/language.ts';

const prefix = 'connector/';

/** The kind of a source that stands in the list of gateways; null of what is a gateway. */
export const sourceKindOf = ({ board }: Pick<Gateway, 'board'>): string | null =>
  board?.startsWith(prefix) ? board.slice(prefix.length) : null;

/** The name of a kind of source; the kind itself where only a newer host has it. */
export const sourceKindName = (kind: string): string => words().sources.kinds[kind] ?? kind;
