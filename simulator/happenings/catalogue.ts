import { deepFreeze } from '#core/freeze.ts';
import {
  brokerHappenings,
  clockHappenings,
  gatewayHappenings,
  hostHappenings,
} from './catalogue-machines.ts';
import { chipHappenings, headHappenings, lineHappenings, meterHappenings } from './catalogue-meters.ts';
import { networkHappenings } from './catalogue-network.ts';
import type { HappeningKind } from './happening.ts';

/** All that can go wrong in the laboratory, by its id. What a part of these it offers depends on what runs. */
export const catalogue = deepFreeze({
  ...lineHappenings,
  ...headHappenings,
  ...meterHappenings,
  ...chipHappenings,
  ...gatewayHappenings,
  ...clockHappenings,
  ...networkHappenings,
  ...brokerHappenings,
  ...hostHappenings,
} as const);

export type HappeningId = keyof typeof catalogue;

export const isHappeningId = (id: string): id is HappeningId => Object.hasOwn(catalogue, id);

/** The same as a list, for those who show or check it. */
export const happeningKinds: readonly HappeningKind[] = deepFreeze(
  Object.entries(catalogue).map(([id, kind]) => ({ id, ...kind })),
);
