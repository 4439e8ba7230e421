import { isQuantityId, type QuantityId } from '#core/quantities.ts';
import type { LinePoint } from '../../line-protocol/read-lines.ts';
import { scaled } from '../exact-numbers.ts';
import type { Reading } from './reading.ts';
import { type HttpSettings, tagsOf } from './settings.ts';

interface Rule {
  readonly meter: string;
  readonly quantity: QuantityId;
  readonly tags: ReadonlyMap<string, string>;
  readonly factor: number;
}

/** What a field of a point is. */
export type Mapped =
  | { readonly is: 'reading'; readonly reading: Reading }
  | { readonly is: 'unknown' }
  | { readonly is: 'wrong'; readonly message: string };

/** Says of the fields of points which readings they are. */
export class LineMap {
  readonly #rules = new Map<string, Rule[]>();
  readonly #meters: ReadonlySet<string>;

  constructor({ meters, lines = [] }: Pick<HttpSettings, 'meters' | 'lines'>) {
    this.#meters = new Set(meters.map(({ id }) => id));
    for (const { meter, quantity, measurement, field, tags, factor = 1 } of lines) {
      if (!isQuantityId(quantity)) continue;
      const key = keyOf(measurement, field);
      const rules = this.#rules.get(key) ?? [];
      rules.push({ meter, quantity, tags: tagsOf(tags) ?? new Map(), factor });
      this.#rules.set(key, rules);
    }
  }

  /** Whether the meter is one of the connector's. */
  hasMeter(id: string): boolean {
    return this.#meters.has(id);
  }

  /** Whether any field of a point is set up, whatever its value. */
  wants(point: LinePoint): boolean {
    return [...point.fields.keys()].some(field =>
      this.map(point, field, 0).some(({ is }) => is !== 'unknown'),
    );
  }

  /** One field may be several readings. */
  map({ measurement, tags, fields, atMs }: LinePoint, field: string, arrivedMs: number): Mapped[] {
    const rules = this.#rules.get(keyOf(measurement, field)) ?? [];
    const own = rules.filter(rule => [...rule.tags].every(([name, value]) => tags.get(name) === value));
    if (own.length === 0 && this.#meters.has(measurement) && isQuantityId(field))
      own.push({ meter: measurement, quantity: field, tags, factor: 1 });
    if (own.length === 0) return [{ is: 'unknown' }];
    const value = fields.get(field);
    if (typeof value !== 'number')
      return [
        { is: 'wrong', message: `the field ${field} is ${JSON.stringify(value)}; a number is allowed` },
      ];
    return own.map(({ meter, quantity, factor }) => ({
      is: 'reading',
      reading: { meter, quantity, value: scaled(value, factor, quantity), atMs: atMs ?? arrivedMs },
    }));
  }
}

const keyOf = (measurement: string, field: string): string => `${measurement}\n${field}`;
