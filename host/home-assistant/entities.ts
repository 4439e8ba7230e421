import { deepFreeze } from '#core/freeze.ts';
import { type Quantity, type QuantityId, quantities, quantityIds, type Unit } from '#core/quantities.ts';
import { partsOfQuantity } from '../quantity-words.ts';

export type StateClass = 'measurement' | 'total' | 'total_increasing';

/** How Home Assistant takes a quantity. */
export interface Entity {
  readonly name: string;
  readonly deviceClass: string | null;
  readonly stateClass: StateClass;
  /** Null: none, as of a power factor. */
  readonly unit: string | null;
  readonly displayPrecision: number;
  /** Others are there and switched off, until somebody wants them. */
  readonly isUsual: boolean;
}

/** `voltageL1L2V` as `Voltage L1-L2`: in English, as Home Assistant has people rename entities. */
export function entityName(id: QuantityId): string {
  const words = partsOfQuantity(id).map(
    part => capitals[part] ?? (/^[LTQ]\d$/.test(part) ? part : part.toLowerCase()),
  );
  const text = words.join(' ').replace(/(?<=\bL\d) (?=L\d)/, '-');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

const capitals: Readonly<Record<string, string>> = { thd: 'THD', Dc: 'DC' };

const precisions: Readonly<Record<Unit, number>> = deepFreeze({
  W: 0,
  Wh: 0,
  V: 1,
  A: 2,
  Ah: 2,
  var: 0,
  varh: 0,
  VA: 0,
  VAh: 0,
  Hz: 2,
  '%': 1,
  '°': 1,
  '°C': 1,
  'm³': 3,
  J: 0,
  '1': 2,
});

/**
 * Counters go up until they are reset or roll over, which `total_increasing` takes for the begin of a new cycle; `total` would
 * take it for energy that was given back. What was taken less what was fed in falls as well as it rises: `total`, for the
 * classes of energy allow no `measurement`. https://developers.home-assistant.io/docs/core/entity/sensor#available-state-classes
 */
function stateClassOf({ kind, deviceClass }: Quantity): StateClass {
  if (kind === 'counter') return 'total_increasing';
  return deviceClass === 'energy' || deviceClass === 'reactive_energy' ? 'total' : 'measurement';
}

/** What a home looks at; a three-phase meter has eighty values more. */
const usual =
  /^(power(L\d)?(Import|Export)?W|voltage(L\d)?V|current(L\d)?A|energy(Import|Export|Total)(T\d)?Wh|powerFactor|frequencyHz|temperatureC|chargeAh|(gas|water)VolumeM3|heatEnergyJ|powerDcW)$/;

const entityOf = (id: QuantityId): Entity => {
  const quantity = quantities[id];
  const { unit, deviceClass, max } = quantity;
  return {
    name: entityName(id),
    deviceClass,
    stateClass: stateClassOf(quantity),
    unit: unit === '1' ? null : unit,
    // A shunt's voltage is a few millivolts.
    displayPrecision: unit === 'V' && max <= 1 ? 4 : precisions[unit],
    isUsual: usual.test(id),
  };
};

/** Every quantity as an entity; a test holds them against what Home Assistant allows. */
export const entities: Readonly<Record<QuantityId, Entity>> = deepFreeze(
  Object.fromEntries(quantityIds.map(id => [id, entityOf(id)])) as Record<QuantityId, Entity>,
);
