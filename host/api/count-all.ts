import type { ApiParts, Count } from './routes.ts';

/** A store that does not answer within that time is hung; what else is counted is wanted then most of all. */
const storeWithinMs = 500;

/** Counters of host, store and HTTP side by name; those of the store are missing where it does not answer. */
export const countAll =
  ({ counters, store }: Pick<ApiParts, 'counters' | 'store'>, own: () => Record<string, number>): Count =>
  async () => {
    const late = new Promise<Record<string, number>>(resolve => {
      setTimeout(() => resolve({}), storeWithinMs).unref();
    });
    const ofStore = await Promise.race([store.counters().catch(() => ({})), late]);
    const stored = Object.entries(ofStore).map(([name, count]) => [`store.${name}`, count]);
    return { ...counters(), ...Object.fromEntries(stored), ...own() };
  };
