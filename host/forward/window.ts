import { type QuantityId, quantities } from '#core/quantities.ts';
import type { CommittedValue, CommittedWindow } from '../store/commits.ts';
import type { Worth } from '../store/committed-count.ts';
import type { ForwardKind } from './forward-kind.ts';

/** One meter in one window, as it is handed on: in the units of its quantities. */
export interface ForwardWindow extends Omit<CommittedWindow, 'next'> {
  readonly site: string;
}

/** Its values with their quantities. */
export const valuesOf = ({ values }: Pick<ForwardWindow, 'values'>): [QuantityId, CommittedValue][] =>
  Object.entries(values) as [QuantityId, CommittedValue][];

type Told = Pick<CommittedWindow, 'values' | 'isMissing' | 'missing'>;
const hasValues = ({ values }: Told): boolean => Object.keys(values).length > 0;
const tellsAnything = (window: Told): boolean => window.isMissing === true || hasValues(window);

/** Whether a window is sent at all: what the store counts as waiting is held to it by a test. */
export const isWorth: Readonly<Record<Worth, (window: Told) => boolean>> = Object.freeze({
  values: hasValues,
  whole: tellsAnything,
  missing: window => tellsAnything(window) || window.missing.length > 0,
});

/** What makes a window worth sending to another side of a kind. */
export const worthOf = ({ records, tellsMissing }: Pick<ForwardKind, 'records' | 'tellsMissing'>): Worth => {
  if (records !== undefined) return 'whole';
  return tellsMissing ? 'missing' : 'values';
};

export const countValues = (windows: readonly Pick<ForwardWindow, 'values'>[]): number =>
  windows.reduce((sum, { values }) => sum + Object.keys(values).length, 0);

/** As JSON for HTTP and MQTT: times in ISO 8601, each quantity with its unit and numbers, and what is missing with its reason. */
export function jsonOf({ site, gateway, meter, startMs, windowS, values, missing }: ForwardWindow): string {
  const told = Object.fromEntries(
    valuesOf({ values }).map(([quantity, value]) => [
      quantity,
      { unit: quantities[quantity].unit, ...value },
    ]),
  );
  return JSON.stringify({
    site,
    gateway,
    meter,
    start: new Date(startMs).toISOString(),
    end: new Date(startMs + windowS * 1000).toISOString(),
    windowS,
    values: told,
    ...(missing.length > 0 && { missing }),
  });
}
