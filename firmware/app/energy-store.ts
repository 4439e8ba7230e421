import type { EnergyReadings } from '../core/aggregate/integrator.ts';
import { deepFreeze } from '../core/freeze.ts';
import { limits } from '../core/limits.ts';
import { conforms, type Rule } from '../core/rules.ts';
import { decodeUtf8, encodeUtf8 } from '../core/utf8.ts';
import type { Ports } from '../ports.ts';
import type { EnergyCounters } from './dc-meter.ts';

const energy = { is: 'number', min: 0, max: 9e11 } as const satisfies Rule;
const rule = deepFreeze({
  is: 'object',
  fields: { importWh: energy, exportWh: energy },
} as const satisfies Rule);

const zero: EnergyReadings = Object.freeze({ importWh: 0, exportWh: 0 });

/** Counters of a meter that has none of its own, in the store. Damaged ones begin anew: the host sees a reset. */
export function storedEnergy(meter: string, { store, log }: Pick<Ports, 'store' | 'log'>): EnergyCounters {
  const key = `energy.${meter}`.slice(0, limits.nameCharacters + 7);
  return {
    load() {
      const bytes = store.read(key);
      if (bytes === undefined) return zero;
      try {
        const value: unknown = JSON.parse(decodeUtf8(bytes) ?? '');
        if (conforms(rule, value)) return value;
      } catch {
        // Not JSON: as good as any other damage.
      }
      log('error', `the energy counters of meter ${meter} are damaged in the store; they begin at zero`);
      return zero;
    },
    save({ importWh, exportWh }) {
      try {
        store.write(key, encodeUtf8(JSON.stringify({ importWh, exportWh })));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        log('error', `the energy counters of meter ${meter} cannot be stored: ${why}`);
      }
    },
  };
}
