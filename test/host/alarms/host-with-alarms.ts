import type { WindowRecord } from '#core/wire/records.ts';
import { Alarms } from '../../../host/alarms/alarms.ts';
import type { GatewayLook } from '../../../host/alarms/health-figures.ts';
import type { RuleBody } from '../../../host/alarms/rule.ts';
import { Events } from '../../../host/events.ts';
import type { Notice } from '../../../host/notify/notice.ts';
import { Store } from '../../../host/store/store.ts';
import { batchOf, gaugeWindow } from '../store/memory-store.ts';

export const startMs = Date.UTC(2026, 5, 1);
const windowMs = 10_000;

/** Store and alarms as the host has them, with a clock that is set; the meter is `attic.main`. */
export async function hostWithAlarms() {
  const clock = { nowMs: startMs };
  const nowMs = () => clock.nowMs;
  const store = await Store.open({ zone: 'Europe/Berlin', upkeepMs: 0, nowMs });
  const told: Notice[] = [];
  const siteOf = new Map<string, string>();
  const health = { counters: {} as Record<string, number>, gateways: [] as GatewayLook[] };
  const faults: string[] = [];
  let isDeaf = false;
  let life: Life = { isOver: false, mayRead: Promise.resolve() };
  const open = (mayRead: Promise<void>) => {
    life = { isOver: false, mayRead };
    return Alarms.open({
      store: mortal(store, life),
      sites: { siteOf: gateway => siteOf.get(gateway) ?? 'home', state: () => undefined, placed: siteOf },
      events: new Events(),
      notify: {
        async tellAll(tellings) {
          if (isDeaf) throw new Error('the queue is full');
          told.push(...tellings.map(({ notice }) => notice));
        },
      },
      health: { host: () => ({ counters: health.counters, faults: 0 }), gateways: () => health.gateways },
      log: (_level, text) => void faults.push(text),
      nowMs,
      tickMs: 0,
    });
  };
  let alarms = await open(Promise.resolve());
  let sequence = 0;
  /** Commits windows of power, each at its place, in that order. */
  const put = async (values: Readonly<Record<number, number>>) => {
    for (const [place, powerW] of Object.entries(values)) {
      const at = startMs + Number(place) * windowMs;
      clock.nowMs = Math.max(clock.nowMs, at + windowMs);
      sequence++;
      const windows = [{ gateway: 'attic', record: gaugeWindow(at, powerW) }];
      const watermarks = [{ gateway: 'attic', epoch: '00000000000000aa', sequence }];
      await store.commit(batchOf(store, { windows, watermarks }));
    }
  };
  /** Commits any windows at once, with the clock at the end of the last. */
  const putWindows = async (...windows: readonly OfGateway[]) => {
    for (const { record } of windows)
      clock.nowMs = Math.max(clock.nowMs, record.startMs + record.windowS * 1000);
    sequence++;
    const gateways = new Set(windows.map(({ gateway }) => gateway));
    const watermarks = [...gateways].map(gateway => ({ gateway, epoch: '00000000000000ab', sequence }));
    await store.commit(batchOf(store, { windows, watermarks }));
  };
  return {
    store,
    clock,
    /** Sites of gateways; all others are of `home`. */
    siteOf,
    health,
    told,
    faults,
    get alarms() {
      return alarms;
    },
    deafen(to: boolean) {
      isDeaf = to;
    },
    put,
    /** Puts windows, and waits until they are judged. */
    async commit(values: Readonly<Record<number, number>>) {
      await put(values);
      await alarms.settled();
    },
    putWindows,
    async commitWindows(...windows: readonly OfGateway[]) {
      await putWindows(...windows);
      await alarms.settled();
    },
    /** The clock goes on, and the host looks. */
    async tick(nowMs: number) {
      clock.nowMs = nowMs;
      alarms.tick();
      await alarms.settled();
    },
    /** Events, the oldest first, by their places. */
    async events() {
      await alarms.settled();
      const events = await alarms.list(Number.MAX_SAFE_INTEGER, 100, () => true);
      const place = (ms: number | null) => (ms === null ? null : (ms - startMs) / windowMs);
      return events
        .reverse()
        .map(({ beganMs, endedMs, withdrawnMs }) => [
          place(beganMs),
          place(endedMs),
          ...(withdrawnMs === null ? [] : ['withdrawn']),
        ]);
    },
    /** The host ends, or is killed, and starts again. `live`: what comes before its disk gives it anything to read. */
    async restart({ isKilled = false, meanwhile = async () => {}, untilMs = 0, live = async () => {} } = {}) {
      if (isKilled) life.isOver = true;
      else await alarms.close();
      await meanwhile();
      clock.nowMs = Math.max(clock.nowMs, untilMs);
      let read = () => {};
      alarms = await open(new Promise(resolve => (read = resolve)));
      await live();
      read();
      await alarms.settled();
    },
    async close() {
      await alarms.close();
      await store.close();
    },
  };
}

interface OfGateway {
  readonly gateway: string;
  readonly record: WindowRecord;
}

interface Life {
  isOver: boolean;
  readonly mayRead: Promise<void>;
}

/** A store that hears and tells nothing more of whoever is killed. */
const mortal = (store: Store, life: Life): Store =>
  new Proxy(store, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      // What is answered at once is no promise; only an answer that is waited for never comes to the dead.
      if (key === 'seriesOf' || key === 'seriesOfMeter') return value.bind(target);
      if (key === 'onWindows')
        return (listener: Parameters<Store['onWindows']>[0]) =>
          target.onWindows(look => (life.isOver ? undefined : listener(look)));
      if (key === 'readingsOfAll')
        return async (...args: Parameters<Store['readingsOfAll']>) => {
          await life.mayRead;
          return life.isOver ? new Promise(() => {}) : target.readingsOfAll(...args);
        };
      return (...args: unknown[]) =>
        life.isOver ? new Promise(() => {}) : Reflect.apply(value, target, args);
    },
  });

export const over100: RuleBody = {
  name: 'too much',
  isOn: true,
  severity: 'warning',
  target: { meter: 'attic.main' },
  condition: {
    kind: 'threshold',
    quantity: 'powerW',
    of: 'mean',
    operator: '>',
    limit: 100,
    hysteresis: 0,
    forS: 0,
  },
  channels: ['mail'],
};
