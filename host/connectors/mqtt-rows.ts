import type { Sample } from '#app/source.ts';
import type { QuantityId } from '#core/quantities.ts';
import { filterCovers } from '../broker/topic-filter.ts';
import type { ConnectorMeter } from './connector.ts';
import { windowFor } from './meter-settings.ts';
import type { MqttPayload, ReadableMessage } from './mqtt-payload.ts';
import { type MqttMeter, nothing, type Saying, values } from './mqtt-source.ts';

/** One value of a meter, as a person fills it in: rows of one id are one meter, whose name and interval are the first's. */
export interface ValueRow {
  readonly id: string;
  readonly name: string;
  readonly quantity: QuantityId;
  readonly everyS: number;
  readonly filter: string;
  /** The number in a payload; undefined where it tells none, null where what it tells is no number. */
  readonly read: (payload: MqttPayload) => number | undefined | null;
}

export function rowMeters(profile: string, rows: readonly ValueRow[]): ConnectorMeter[] {
  return [...byMeter(rows)].map(([id, its]) => {
    const { name, everyS } = its[0];
    const series = [...new Set(its.map(({ quantity }) => quantity))];
    return { id, name, profile, windowS: windowFor(everyS), sampleMs: everyS * 1000, series };
  });
}

/** What listens for them; `presence` reads the messages of other topics that tell whether the device is there. */
export function rowListeners(
  rows: readonly ValueRow[],
  more: (id: string) => Pick<MqttMeter, 'filters' | 'read'> = () => ({ filters: [], read: () => nothing }),
): MqttMeter[] {
  return [...byMeter(rows)].map(([id, its]) => {
    const { filters, read } = more(id);
    return {
      id,
      sampleMs: its[0].everyS * 1000,
      filters: [...new Set([...its.map(({ filter }) => filter), ...filters])],
      read(message) {
        const isOther = filters.some(filter => filterCovers(filter, message.topic));
        const saying = readRows(its, message);
        return saying.says === 'nothing' && isOther ? read(message) : saying;
      },
    };
  });
}

function readRows(rows: readonly ValueRow[], { topic, payload }: ReadableMessage): Saying {
  const samples: Sample[] = [];
  let isBroken = false;
  for (const { filter, read, quantity } of rows) {
    if (!filterCovers(filter, topic)) continue;
    const value = read(payload);
    if (value === null) isBroken = true;
    else if (value !== undefined) samples.push({ quantity, value });
  }
  return values(samples, isBroken);
}

function byMeter(rows: readonly ValueRow[]): Map<string, [ValueRow, ...ValueRow[]]> {
  const meters = new Map<string, [ValueRow, ...ValueRow[]]>();
  for (const row of rows) {
    const its = meters.get(row.id);
    if (its === undefined) meters.set(row.id, [row]);
    else its.push(row);
  }
  return meters;
}
