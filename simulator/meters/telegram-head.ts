import type { QuantityId } from '#core/quantities.ts';
import { D0Head } from './d0-head.ts';
import { P1Head } from './p1-head.ts';
import { SmlHead } from './sml-head.ts';

/** A meter that pushes telegrams; `uptimeS` is its own count of seconds. */
export interface TelegramHead {
  telegram(uptimeS: number): Uint8Array;
}

type Read = (quantity: QuantityId) => number | undefined;

/** DSMR counts by tariff: all of it by the first, as of a house that has one. */
const byTariff =
  (read: Read): Read =>
  quantity => {
    if (quantity === 'energyImportT1Wh') return read('energyImportWh');
    if (quantity === 'energyExportT1Wh') return read('energyExportWh');
    return /T2Wh$/.test(quantity) ? 0 : read(quantity);
  };

/** Heads by name, each with what makes it differ. */
export const headKinds: Readonly<Record<string, (read: Read) => TelegramHead>> = Object.freeze({
  sml: read => new SmlHead({ read }),
  'sml-reduced': read => new SmlHead({ read, isReduced: true }),
  'sml-absolute': read => new SmlHead({ read, hasAbsolutePower: true }),
  d0: read => new D0Head({ read }),
  'd0-7e1': read => new D0Head({ read, quirks: { hasParityBits: true, hasOpenTariff: true } }),
  'p1-2.2': read => new P1Head({ read: byTariff(read), version: '2.2' }),
  p1: read => new P1Head({ read: byTariff(read), version: '5.0' }),
  'p1-belgium': read => new P1Head({ read: byTariff(read), version: 'belgium' }),
  'p1-luxembourg': read => new P1Head({ read, version: 'luxembourg' }),
});
