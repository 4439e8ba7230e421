import type { WindowRecord } from '#core/wire/records.ts';
import type { TimePort } from '#ports';
import { Forwards } from '../../../host/forward/forwards.ts';
import type { SavedForward } from '../../../host/forward/saved-forward.ts';
import { Secrets } from '../../../host/secrets/secrets.ts';
import { Store } from '../../../host/store/store.ts';
import { batchOf } from '../store/memory-store.ts';

export const startMs = Date.UTC(2026, 5, 1, 12);
export const dayMs = 86_400_000;

/** Waits of minutes take some milliseconds, in the same order. */
const quickTime: Pick<TimePort, 'after'> = {
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(delayMs / 1000, 20));
    return () => clearTimeout(timer);
  },
};

/** A store with forwards, in memory, and a clock that the test sets. */
export class ForwardRig {
  readonly clock = { nowMs: startMs };
  /** In place of chance. */
  readonly chance = { unit: 0.5 };
  readonly sites = new Map<string, string>();
  readonly logged: string[] = [];
  store!: Store;
  forwards!: Forwards;
  #secrets!: Secrets;
  #sequence = 0;
  #revision = 0;

  static async start(dataDir?: string): Promise<ForwardRig> {
    const rig = new ForwardRig();
    const nowMs = () => rig.clock.nowMs;
    const folder = dataDir === undefined ? {} : { dataDir };
    rig.store = await Store.open({ ...folder, zone: 'Europe/Berlin', upkeepMs: 0, nowMs });
    rig.#secrets = await Secrets.open();
    await rig.open();
    return rig;
  }

  async open(): Promise<void> {
    const { store, sites, clock, logged } = this;
    const revision = () => this.#revision;
    this.forwards = await Forwards.open({
      store,
      secrets: this.#secrets,
      sites: {
        siteOf: gateway => sites.get(gateway) ?? 'home',
        get revision() {
          return revision();
        },
      },
      log: (_level, text) => void logged.push(text),
      nowMs: () => clock.nowMs,
      time: quickTime,
      random: { unit: () => this.chance.unit },
    });
  }

  move(gateway: string, site: string): void {
    this.sites.set(gateway, site);
    this.#revision++;
  }

  /** Records of gateways, committed together, as they arrive now. */
  async commit(records: readonly WindowRecord[], gateway = 'attic'): Promise<void> {
    this.#sequence += records.length;
    const windows = records.map(record => ({ gateway, record }));
    const watermarks = [{ gateway, epoch: '00000000000000aa', sequence: this.#sequence }];
    await this.store.commit(batchOf(this.store, { windows, watermarks, nowS: this.clock.nowMs / 1000 }));
  }

  async close(): Promise<void> {
    await this.forwards.close();
    await this.store.close();
  }
}

export const everything = { gateways: null, meters: null, quantities: null };

export const forwardTo = (
  kind: string,
  settings: object,
  more: Partial<SavedForward> = {},
): Omit<SavedForward, 'createdMs'> => ({
  id: 'out',
  kind,
  name: 'Out',
  site: null,
  isOn: true,
  choice: everything,
  keepDays: 7,
  settings,
  ...more,
});

/** One meter's window with power and a counter that goes on by it. */
export function windowAt(atMs: number, powerW: number, meter = 'main', windowS = 10): WindowRecord {
  return {
    meter,
    startMs: atMs,
    windowS,
    clock: 'synced',
    failures: [],
    values: [
      { quantity: 'powerW', samples: windowS, mean: powerW, min: powerW - 1, max: powerW + 1, last: powerW },
      { quantity: 'energyImportWh', samples: 1, last: Math.round(atMs / 1000) },
    ],
  };
}
