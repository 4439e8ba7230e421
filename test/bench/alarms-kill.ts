import { encodeRecord, type WindowRecord } from '#core/wire/records.ts';
import { Alarms } from '../../host/alarms/alarms.ts';
import type { RuleBody } from '../../host/alarms/rule.ts';
import { Events } from '../../host/events.ts';
import type { Telling } from '../../host/notify/notice.ts';
import { Store } from '../../host/store/store.ts';
import { loadGauges } from '../../simulator/lab/reference-load.ts';
import { percentile, rounded } from './numbers.ts';

/** Gateways with ten meters each, of which all quantities of the reference load are judged. */
const metersEach = 10;
const windowS = 10;
/** Windows before the kill, and those that are stored and were not judged. */
const judgedWindows = 60;
const missedWindows = 60;

/** A rule of the whole site for each of some quantities; the first of them fires at every meter with the last window. */
const ruleOf = (index: number): RuleBody => ({
  name: `rule ${index}`,
  isOn: true,
  severity: 'warning',
  target: { site: 'home' },
  condition: {
    kind: 'threshold',
    quantity: loadGauges[index % loadGauges.length] ?? 'powerW',
    of: 'mean',
    operator: '>',
    limit: index === 0 ? 1500 : 1e9,
    hysteresis: 0,
    forS: 0,
  },
  channels: ['nobody'],
});

function recordOf(meter: string, startMs: number, powerW: number): WindowRecord {
  const values = loadGauges.map(quantity => {
    const value = quantity === 'powerW' ? powerW : 50;
    return { quantity, samples: 5, mean: value, min: value, max: value, last: value } as const;
  });
  return { meter, startMs, windowS, clock: 'synced', failures: [], values };
}

/**
 * Rules of a whole site after a kill of the host: until all that was stored and not judged is told, and until all is done, the day that
 * is judged again, too.
 */
export async function afterKill(
  dataDir: string,
  { rules, meters }: { readonly rules: number; readonly meters: number },
): Promise<Record<string, number>> {
  const total = judgedWindows + missedWindows;
  const firstMs = Math.floor(Date.now() / 10_000) * 10_000 - total * windowS * 1000;
  let nowMs = firstMs;
  const store = await Store.open({ dataDir, zone: 'Europe/Berlin', upkeepMs: 0 });
  const life = { isOver: false };
  const toldMs: number[] = [];
  const open = (of: Pick<typeof life, 'isOver'>, tickMs: number) =>
    Alarms.open({
      // Of what is killed nothing is heard and nothing comes any more.
      store: new Proxy(store, {
        get(target, key) {
          const value: unknown = Reflect.get(target, key, target);
          if (key !== 'onWindows') return typeof value === 'function' ? value.bind(target) : value;
          return (listener: Parameters<Store['onWindows']>[0]) =>
            target.onWindows(look => (of.isOver ? undefined : listener(look)));
        },
      }),
      sites: { siteOf: () => 'home', state: () => undefined, placed: new Map() },
      events: new Events(),
      notify: {
        tellAll: async (tellings: readonly Telling[]) =>
          void toldMs.push(...tellings.map(() => performance.now())),
      },
      log: (_level, text) => {
        throw new Error(text);
      },
      nowMs: () => nowMs,
      tickMs,
    });
  const killed = await open(life, 0);
  for (let index = 0; index < rules; index++) await killed.set(ruleOf(index));
  let sequence = 0;
  const commit = async () => {
    sequence++;
    const startMs = firstMs + (sequence - 1) * windowS * 1000;
    nowMs = startMs + windowS * 1000;
    const batch = store.batch();
    for (let at = 0; at < meters; at++) {
      const gateway = `bench-${Math.floor(at / metersEach)}`;
      const record = recordOf(`m${at % metersEach}`, startMs, sequence === total ? 2000 : 1000);
      const added = batch.add(gateway, encodeRecord(record), nowMs / 1000);
      if (!added.ok) throw new Error(added.detail);
      batch.mark({ gateway, epoch: '00000000000000aa', sequence });
    }
    await store.commit(batch);
  };
  while (sequence < judgedWindows) {
    await commit();
    if (sequence % 6 === 0) killed.tick();
    await killed.settled();
  }
  life.isOver = true;
  while (sequence < total) await commit();
  const [cpu, fromMs] = [process.cpuUsage(), performance.now()];
  const alarms = await open({ isOver: false }, 1000);
  const openMs = performance.now() - fromMs;
  await alarms.settled();
  const caughtUpMs = performance.now() - fromMs;
  const { user, system } = process.cpuUsage(cpu);
  // What is judged again was asked for at the end of that.
  await alarms.settled();
  const tookMs = performance.now() - fromMs;
  const all = process.cpuUsage(cpu);
  const { 'alarms.tracks': tracks = 0, 'alarms.lasting': lasting = 0 } = alarms.counters();
  await alarms.close();
  await store.close();
  return {
    killRules: rules,
    killMeters: meters,
    killTracks: tracks,
    killLasting: lasting,
    killTold: toldMs.length,
    killOpenMs: rounded(openMs),
    killToldP50Ms: rounded(percentile(toldMs, 0.5) - fromMs),
    killToldMaxMs: rounded(percentile(toldMs, 1) - fromMs),
    killCaughtUpMs: rounded(caughtUpMs),
    killCaughtUpCpuMs: rounded((user + system) / 1000),
    killTookMs: rounded(tookMs),
    killCpuMs: rounded((all.user + all.system) / 1000),
  };
}
