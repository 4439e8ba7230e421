import type { QuantityId } from '#core/quantities.ts';
import { quantityStaleMs } from '../fresh-values.ts';
import { entities } from './entities.ts';
import { availabilityTopic, hostTopic, type Places, stateTopic } from './topics.ts';

/** A meter as Home Assistant is told of it. */
export interface ToldMeter {
  readonly gateway: string;
  readonly meter: string;
  readonly name: string;
  readonly manufacturer: string | undefined;
  readonly model: string | undefined;
  readonly serial: string | undefined;
  readonly firmware: string | undefined;
  readonly windowS: number;
  readonly quantities: readonly QuantityId[];
}

export interface Teller extends Places {
  readonly setUp: string;
  readonly version: string;
  /** Where the page is, if that is known. */
  readonly pageUrl: string | undefined;
  /** Values are told no more often. */
  readonly everyMs: number;
}

const platform = 'sensor';

/**
 * A device with all its entities in one message: https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload.
 * Ids have dots between what has none, so none is ever another's.
 */
export function discoveryOf(teller: Teller, told: ToldMeter): object {
  const { gateway, meter, name, manufacturer, model, serial, firmware } = told;
  const device = `${teller.base}.${gateway}.${meter}`;
  // Where the host hangs, and cannot say that it does; never before the next values may come.
  const expiryMs = quantityStaleMs(told.windowS) + teller.everyMs;
  return {
    device: {
      identifiers: [device],
      name,
      ...(manufacturer !== undefined && { manufacturer }),
      ...(model !== undefined && { model }),
      ...(serial !== undefined && { serial_number: serial }),
      ...(firmware !== undefined && { sw_version: firmware }),
      ...(teller.pageUrl !== undefined && { configuration_url: teller.pageUrl }),
    },
    origin: { name: 'Joulegate', sw_version: teller.version },
    availability: [
      { topic: hostTopic(teller, teller.setUp) },
      { topic: availabilityTopic(teller, gateway, meter) },
    ],
    availability_mode: 'all',
    state_topic: stateTopic(teller, gateway, meter),
    components: Object.fromEntries(
      told.quantities.map(id => [id, componentOf(id, `${device}.${id}`, expiryMs)]),
    ),
  };
}

function componentOf(id: QuantityId, uniqueId: string, expiryMs: number): object {
  const { name, deviceClass, stateClass, unit, displayPrecision, isUsual } = entities[id];
  return {
    platform,
    unique_id: uniqueId,
    name,
    ...(deviceClass !== null && { device_class: deviceClass }),
    state_class: stateClass,
    ...(unit !== null && { unit_of_measurement: unit }),
    suggested_display_precision: displayPrecision,
    value_template: `{{ value_json.${id} }}`,
    expire_after: expiryMs / 1000,
    ...(!isUsual && { enabled_by_default: false }),
  };
}

/** The same without what is gone: each such entity is named once more, with nothing but its platform. */
export function withRemoved(payload: object, gone: readonly string[]): object {
  const components = 'components' in payload ? payload.components : {};
  const removed = Object.fromEntries(gone.map(id => [id, { platform }]));
  return { ...payload, components: { ...Object(components), ...removed } };
}
