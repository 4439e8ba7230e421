import { isQuantityId, type QuantityId } from '#core/quantities.ts';
import type { Mistake } from '../set-up/settings-mistakes.ts';

/** What of a site, or of the whole host, is handed on; null: all. */
export interface Choice {
  readonly gateways: readonly string[] | null;
  /** `gateway.meter`; of those gateways. */
  readonly meters: readonly string[] | null;
  readonly quantities: readonly string[] | null;
}

export interface Chosen {
  readonly isMeter: (gateway: string, meterKey: string) => boolean;
  readonly isQuantity: (quantity: QuantityId) => boolean;
}

/** Of a site's forward never more than what belongs to the site now, whatever is named. */
export function chosen(
  { gateways, meters, quantities }: Choice,
  site: string | null,
  siteOf: (gateway: string) => string,
): Chosen {
  const among = (list: readonly string[] | null) => {
    const wanted = list === null ? undefined : new Set(list);
    return (name: string) => wanted?.has(name) ?? true;
  };
  const [isGateway, isMeter, isQuantity] = [among(gateways), among(meters), among(quantities)];
  return {
    isMeter: (gateway, key) =>
      isGateway(gateway) && isMeter(key) && (site === null || siteOf(gateway) === site),
    isQuantity,
  };
}

export function choiceMistakes({ quantities }: Choice): Mistake[] {
  return (quantities ?? []).flatMap((quantity, index) =>
    isQuantityId(quantity)
      ? []
      : [
          {
            field: `quantities.${index}`,
            message: `${quantity} is no quantity, such as powerW or energyImportWh`,
          },
        ],
  );
}
