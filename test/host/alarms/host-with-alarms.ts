import { Alarms } from '../../../host/alarms/alarms.ts';
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
  const faults: string[] = [];
  let isDeaf = false;
  const open = () =>
    Alarms.open({
      store,
      sites: { siteOf: () => 'home' },
      events: new Events(),
      notify: {
        async tell(notice) {
          if (isDeaf) throw new Error('the queue is full');
          told.push(notice);
        },
      },
      log: (_level, text) => void faults.push(text),
      nowMs,
      tickMs: 0,
    });
  let alarms = await open();
  let sequence = 0;
  return {
    store,
    clock,
    told,
    faults,
    get alarms() {
      return alarms;
    },
    deafen(to: boolean) {
      isDeaf = to;
    },
    /** Commits windows of power, each at its place, in that order. */
    async commit(values: Readonly<Record<number, number>>) {
      for (const [place, powerW] of Object.entries(values)) {
        const at = startMs + Number(place) * windowMs;
        clock.nowMs = Math.max(clock.nowMs, at + windowMs);
        sequence++;
        const windows = [{ gateway: 'attic', record: gaugeWindow(at, powerW) }];
        const watermarks = [{ gateway: 'attic', epoch: '00000000000000aa', sequence }];
        await store.commit(batchOf(store, { windows, watermarks }));
      }
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
    /** The host ends, or is killed, and starts again. */
    async restart({ isKilled = false, meanwhile = async () => {} } = {}) {
      if (!isKilled) await alarms.close();
      await meanwhile();
      alarms = await open();
      await alarms.settled();
    },
    async close() {
      await alarms.close();
      await store.close();
    },
  };
}

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
