import type { ChangedCounters } from './changed-counters.ts';
import { happening, type LabPart } from './part.ts';

export interface MeterPartOptions {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  /** The part that it hangs on: its line or head. */
  readonly on: string;
  readonly counters: ChangedCounters;
}

/** A meter with counters of energy. */
export function meterPart({ id, name, about, on, counters }: MeterPartOptions): LabPart {
  return {
    id,
    kind: 'meter',
    name,
    about,
    on,
    happenings: [
      happening('counter.reset', () => {
        counters.reset();
        return () => {};
      }),
      happening('counter.rollover', values => {
        counters.rollOver(values['after-wh']);
        return () => {};
      }),
      happening('meter.swap', values => {
        counters.swap(values['reading-kwh'] * 1000);
        return () => {};
      }),
    ],
    figures: () => {
      const wh = counters.read('energyImportWh');
      return wh === undefined ? [] : [{ name: 'importKwh', value: Math.round(wh) / 1000 }];
    },
  };
}
