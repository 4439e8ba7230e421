import type { EnergyTable } from '../api/contract.ts';

const encoder = new TextEncoder();

/**
 * An energy table as JSON, as it is sent. Years of a hundred meters are megabytes: made in the store's thread, they hold up
 * nobody who waits for the host.
 */
export const energyJson = (table: EnergyTable): Uint8Array<ArrayBuffer> =>
  encoder.encode(JSON.stringify(table));
