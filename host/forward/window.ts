import { type QuantityId, quantities } from '#core/quantities.ts';
import type { CommittedValue, CommittedWindow } from '../store/commits.ts';

/** One meter in one window, as it is handed on: in the units of its quantities. */
export interface ForwardWindow extends Omit<CommittedWindow, 'next'> {
  readonly site: string;
}

/** Its values with their quantities. */
export const valuesOf = ({ values }: Pick<ForwardWindow, 'values'>): [QuantityId, CommittedValue][] =>
  Object.entries(values) as [QuantityId, CommittedValue][];

/** Whether there is anything in it of what was chosen: values, or that none came. */
export const tellsAnything = ({
  values,
  isMissing,
}: Pick<CommittedWindow, 'values' | 'isMissing'>): boolean =>
  isMissing === true || Object.keys(values).length > 0;

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
