import type { QuantityId } from '#core/quantities.ts';
import type { DiscoverOptions, Proposal } from '../connector.ts';
import { directed } from '../fed-in.ts';
import { isObject } from '../json-object.ts';
import { brokerIn, hear } from '../mqtt-discovery.ts';
import { isNotOfNow } from '../not-of-now.ts';

/** Units that a sensor of ESPHome announces (`unit_of_meas`), by what it measures. */
const known: Readonly<Record<string, readonly [QuantityId, 'base' | 'kilo' | 'milli']>> = Object.freeze({
  W: ['powerW', 'base'],
  kW: ['powerW', 'kilo'],
  Wh: ['energyImportWh', 'base'],
  kWh: ['energyImportWh', 'kilo'],
  V: ['voltageV', 'base'],
  A: ['currentA', 'base'],
  mA: ['currentA', 'milli'],
  Hz: ['frequencyHz', 'base'],
});

/** Of all that a broker may have. */
const devicesMost = 32;

/**
 * Sensors by what ESPHome announces to Home Assistant, which the broker retains (`discovery`, on unless it was switched
 * off): topic and unit. Those without a unit of electricity are left out.
 */
export async function discoverEsphome(options: DiscoverOptions): Promise<Proposal[]> {
  const broker = brokerIn(options.settings);
  const devices = new Map<string, Map<QuantityId, Record<string, unknown>>>();
  await hear(options, broker, {
    filters: ['homeassistant/sensor/+/+/config'],
    onMessage({ payload }) {
      const content = payload.json;
      if (!isObject(content)) return;
      // Short names, or whole ones with `use_abbreviations: false` (esphome/components/mqtt/mqtt_const.h).
      const topic = content.stat_t ?? content.state_topic;
      const unit = content.unit_of_meas ?? content.unit_of_measurement;
      const kind = content.stat_cla ?? content.state_class;
      const [, prefix, sensor] =
        /^([^#+]+)\/sensor\/([^/#+]+)\/state$/.exec(typeof topic === 'string' ? topic : '') ?? [];
      const meant = typeof unit === 'string' && Object.hasOwn(known, unit) ? known[unit] : undefined;
      if (prefix === undefined || sensor === undefined || meant === undefined) return;
      const [unitIs, scale] = meant;
      const quantity = directed(unitIs, sensor.toLowerCase());
      // A limit is no value, and an energy that begins anew each day no counter of its life; only their names tell.
      const isOther =
        isNotOfNow(sensor.toLowerCase()) ||
        (unitIs === 'energyImportWh' && (/day|daily|today/.test(sensor) || kind === 'measurement'));
      const its = devices.get(prefix) ?? new Map<QuantityId, Record<string, unknown>>();
      if (isOther || its.has(quantity) || (devices.size >= devicesMost && !devices.has(prefix))) return;
      devices.set(prefix, its.set(quantity, { prefix, sensor, quantity, unit: scale }));
    },
  });
  return [...devices].map(([prefix, its]) => {
    const id =
      prefix
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 60) || 'meter';
    const values = [...its.values()].map(value => ({ id, name: prefix.slice(0, 64), ...value }));
    return {
      title: prefix,
      detail: values
        .map(value => Object.values(value).join(' '))
        .join(', ')
        .slice(0, 200),
      settings: { ...broker, values },
    };
  });
}
