import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type QuantityId, quantities, quantityIds } from '#core/quantities.ts';
import { encodeRecord, type WindowValue } from '#core/wire/records.ts';
import { AlarmTable } from '../../host/alarms/alarm-table.ts';
import { Alarms } from '../../host/alarms/alarms.ts';
import { alarmLimits } from '../../host/alarms/limits.ts';
import type { Rule, RuleBody } from '../../host/alarms/rule.ts';
import { noTopics } from '../../host/connectors/topics.ts';
import { Events } from '../../host/events.ts';
import { Channels } from '../../host/notify/channels.ts';
import type { Telling } from '../../host/notify/notice.ts';
import { Secrets } from '../../host/secrets/secrets.ts';
import { Sites } from '../../host/site/sites.ts';
import { Store } from '../../host/store/store.ts';
import { loadQuantities } from '../../simulator/lab/reference-load.ts';
import { afterKill } from './alarms-kill.ts';
import { loadLine } from './machine.ts';
import { pause, percentile, rounded } from './numbers.ts';

/** The reference load: ten gateways with eight meters of twelve values, each 5 s. */
const gateways = 10;
const meters = 8;
const windowS = 5;
const everyMs = windowS * 1000;
/** Of the rules of single meters one in so many begins or ends with each window. */
const firingEach = 11;

const gatewayOf = (index: number): string => `bench-${index % gateways}`;
const meterOf = (index: number): string => `${gatewayOf(index)}.m${Math.floor(index / gateways) % meters}`;
const common = { isOn: true, severity: 'warning' as const, channels: ['nobody'] };

/** Rules as a site has them: most of one meter each, the others of whole gateways, sums, budgets and silence. */
function ruleOf(index: number): RuleBody {
  const rule = (more: Pick<RuleBody, 'target' | 'condition'>): RuleBody => ({
    ...common,
    name: `rule ${index}`,
    ...more,
  });
  const meter = meterOf(index);
  const gateway = gatewayOf(index);
  const compared = { operator: '>', hysteresis: 5, forS: 0 } as const;
  switch (index % 20) {
    case 15:
      return rule({ target: { gateway }, condition: { kind: 'silence', forS: 60 } });
    case 16:
      return rule({
        target: { meter },
        condition: { kind: 'rate', quantity: 'powerW', overS: 60, limit: 1e6, ...compared },
      });
    case 17:
      return rule({
        target: { meter },
        condition: { kind: 'peak', quantity: 'powerW', withinS: 900, limit: 1e6, ...compared },
      });
    case 18:
      return rule({
        target: { meter },
        condition: { kind: 'budget', quantity: 'energyImportWh', period: 'day', budget: 1e9, forS: 0 },
      });
    case 19: {
      const sum = Array.from({ length: meters }, (_, each) => `${gateway}.m${each}`);
      return rule({
        target: { sum },
        condition: { kind: 'threshold', quantity: 'powerW', of: 'mean', limit: 1e6, ...compared },
      });
    }
    default: {
      // Power of every other window is 1000 W, of the others 2000.
      const limit = index % firingEach === 0 ? 1500 : 1e6;
      return rule({
        target: { meter },
        condition: { kind: 'threshold', quantity: 'powerW', of: 'mean', limit, ...compared },
      });
    }
  }
}

function windowValue(quantity: QuantityId, round: number): WindowValue {
  if (quantities[quantity].kind === 'counter') return { quantity, samples: 5, last: 100_000 + round * 2 };
  const mean = quantity === 'powerW' ? 1000 + (round % 2) * 1000 : 50;
  return { quantity, samples: 5, mean, min: mean, max: mean, last: mean };
}

interface Round {
  readonly toldMs: readonly number[];
  readonly cpuShare: number;
  readonly commitMs: readonly number[];
}

/** A store with or without rules under the load for a while: how long after a commit notices were made, CPU taken. */
async function underLoad(dataDir: string, rules: number, seconds: number): Promise<Round> {
  const store = await Store.open({ dataDir, zone: 'Europe/Berlin' });
  const events = new Events();
  const toldMs: number[] = [];
  const commitMs: number[] = [];
  /** When the windows of a gateway that end at an instant were given to the disk. */
  const committed = new Map<string, number>();
  const tellAll = async (tellings: readonly Telling[]) => {
    for (const { notice } of tellings) {
      const key = `${notice.gateway} ${notice.kind === 'began' ? notice.atMs : notice.atMs + everyMs}`;
      const atMs = committed.get(key);
      if (atMs !== undefined) toldMs.push(performance.now() - atMs);
    }
  };
  const sites = await Sites.open(store, events);
  const failed: string[] = [];
  const alarms = await Alarms.open({
    store,
    sites,
    events,
    notify: { tellAll },
    log: (_level, text) => void failed.push(text),
    nowMs: Date.now,
  });
  let sequence = 0;
  const round = async () => {
    sequence++;
    const endMs = Math.floor(Date.now() / everyMs) * everyMs;
    const work = Array.from({ length: gateways }, async (_, index) => {
      const batch = store.batch();
      for (let meter = 0; meter < meters; meter++) {
        const record = {
          meter: `m${meter}`,
          startMs: endMs - everyMs,
          windowS,
          clock: 'synced' as const,
          failures: [],
          values: loadQuantities.map(quantity => windowValue(quantity, sequence)),
        };
        const added = batch.add(gatewayOf(index), encodeRecord(record), endMs / 1000);
        if (!added.ok) throw new Error(added.detail);
      }
      batch.mark({ gateway: gatewayOf(index), epoch: '00000000000000aa', sequence });
      const fromMs = performance.now();
      committed.set(`${gatewayOf(index)} ${endMs}`, fromMs);
      await store.commit(batch);
      commitMs.push(performance.now() - fromMs);
    });
    await Promise.all(work);
  };
  await round();
  for (let index = 0; index < rules; index++) await alarms.set(ruleOf(index));
  await pause(everyMs);
  const untilMs = Date.now() + seconds * 1000;
  const [cpu, fromMs] = [process.cpuUsage(), performance.now()];
  while (Date.now() < untilMs) {
    await pause(everyMs - (Date.now() % everyMs) + 50);
    await round();
  }
  await alarms.settled();
  const { user, system } = process.cpuUsage(cpu);
  const cpuShare = (user + system) / 1000 / (performance.now() - fromMs);
  if (failed.length > 0) throw new Error(failed[0]);
  await alarms.close();
  await store.close();
  return { toldMs, cpuShare, commitMs };
}

/** Rules as an earlier run left them: in one transaction, where setting each would take three. */
async function rulesOnDisk(store: Store, rules: number, bodyOf: (index: number) => RuleBody): Promise<void> {
  await AlarmTable.open(store);
  const all = Array.from({ length: rules }, (_, index): Rule => {
    const id = `rule-${index}`;
    return { ...bodyOf(index), id, version: 1, sinceMs: 0, snoozedUntilMs: null };
  });
  const insert = 'INSERT INTO alarm_rule VALUES (?, ?)';
  await store.runAll(all.map(rule => [insert, [rule.id, JSON.stringify(rule)]]));
}

/** Gateways with a meter each, in sites that have a rule each: all of them begin at once, then end. */
const stormGateways = 5000;
/** Gateways whose windows are committed together. */
const stormAtOnce = 500;

/** The rules' work when everything fires at once: from a window's commit until people's channels have the notice, and CPU. */
async function storm(dataDir: string, rules: number): Promise<Record<string, number>> {
  const store = await Store.open({ dataDir, zone: 'Europe/Berlin', upkeepMs: 0 });
  const fail = (_level: string, text: string) => {
    throw new Error(text);
  };
  const channels = await Channels.open({
    tables: store,
    secrets: await Secrets.open(),
    topics: noTopics,
    zone: 'Europe/Berlin',
    log: fail,
    nowMs: Date.now,
    // Nothing is sent: what the receiver's server needs is not measured.
    time: { after: () => () => {} },
  });
  const settings = { url: 'http://127.0.0.1:9/', secret: `whsec_${'A'.repeat(32)}` };
  const manner = { language: 'en', messagesPerHour: 20, quiet: null } as const;
  const webhook = { id: 'nobody', kind: 'webhook', name: 'nobody', site: null, isOn: true };
  await channels.save({ ...webhook, ...manner, settings });
  const committedMs = new Map<string, number>();
  const toldMs: number[] = [];
  const condition = { ...{ kind: 'threshold', quantity: 'powerW', of: 'mean', operator: '>' }, limit: 1500 };
  await rulesOnDisk(store, rules, index => ({
    ...{ ...common, name: `rule ${index}`, target: { site: `site${index}` } },
    condition: { ...condition, hysteresis: 0, forS: 0 } as RuleBody['condition'],
  }));
  const alarms = await Alarms.open({
    store,
    sites: {
      siteOf: gateway => `site${Number(gateway.slice(2)) % rules}`,
      state: () => undefined,
      placed: new Map(),
    },
    events: new Events(),
    notify: {
      async tellAll(tellings) {
        await channels.tellAll(tellings);
        for (const { notice } of tellings)
          toldMs.push(performance.now() - (committedMs.get(notice.gateway ?? '') ?? 0));
      },
    },
    log: fail,
    nowMs: Date.now,
    tickMs: 0,
  });
  const firstMs = Date.now();
  let sequence = 0;
  const round = async () => {
    sequence++;
    const startMs = Math.floor(firstMs / everyMs) * everyMs + sequence * everyMs;
    const [cpu, fromMs] = [process.cpuUsage(), performance.now()];
    for (let at = 0; at < stormGateways; at += stormAtOnce) {
      const batch = store.batch();
      for (let index = at; index < at + stormAtOnce; index++) {
        const values = [windowValue('powerW', sequence)];
        const record = { meter: 'm', startMs, windowS, clock: 'synced' as const, failures: [], values };
        const added = batch.add(`gw${index}`, encodeRecord(record), Date.now() / 1000);
        if (!added.ok) throw new Error(added.detail);
        batch.mark({ gateway: `gw${index}`, epoch: '00000000000000aa', sequence });
      }
      await store.commit(batch);
      const nowMs = performance.now();
      for (let index = at; index < at + stormAtOnce; index++) committedMs.set(`gw${index}`, nowMs);
    }
    await alarms.settled();
    const { user, system } = process.cpuUsage(cpu);
    return { cpuMs: (user + system) / 1000, tookMs: performance.now() - fromMs };
  };
  // The first makes the series; power of every other window is above the limit.
  sequence++;
  await round();
  const [began, ended] = [await round(), await round()];
  const notices = toldMs.length;
  await alarms.close();
  await channels.close();
  await store.close();
  return {
    stormNotices: notices,
    stormToldP50Ms: rounded(percentile(toldMs, 0.5)),
    stormToldMaxMs: rounded(percentile(toldMs, 1)),
    stormTookMs: rounded(began.tookMs),
    /** With the commits of the windows. */
    stormCpuMsEach: rounded((began.cpuMs + ended.cpuMs) / notices, 3),
  };
}

/** Meters of one site with all quantities that there are at most in a record's meter, in batches as they come in. */
const wideMeters = 5000;
const wideQuantities = 96;
const wideAtOnce = 500;

/**
 * What rules of a whole site take of the event loop while nothing fires: each batch once through them, without a database under it.
 * The rules are shared out over the quantities.
 */
async function wide(rules: number): Promise<Record<string, number>> {
  const store = await Store.open({ zone: 'Europe/Berlin', upkeepMs: 0 });
  const gauges = quantityIds.filter(id => quantities[id].kind === 'gauge').slice(0, wideQuantities);
  await rulesOnDisk(store, rules, index => {
    const condition = {
      kind: 'threshold',
      quantity: gauges[index % gauges.length],
      of: 'mean',
      operator: '>',
    };
    return {
      ...{ ...common, name: `rule ${index}`, target: { site: 'home' } },
      condition: { ...condition, limit: 1e9, hysteresis: 0, forS: 0 } as RuleBody['condition'],
    };
  });
  let commit: Parameters<Store['onWindows']>[0] = () => {};
  const wrapped = new Proxy(store, {
    get(target, key) {
      if (key === 'onWindows')
        return (listener: typeof commit) => {
          commit = listener;
          return () => {};
        };
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const alarms = await Alarms.open({
    store: wrapped,
    sites: { siteOf: () => 'home', state: () => undefined, placed: new Map() },
    events: new Events(),
    log: (_level, text) => {
      throw new Error(text);
    },
    nowMs: Date.now,
    tickMs: 0,
  });
  const value = { mean: 1, min: 1, max: 1, last: 1 };
  const values = Object.fromEntries(gauges.map(id => [id, value]));
  let startMs = Math.floor(Date.now() / 10_000) * 10_000 - 100_000;
  const blockedMs: number[] = [];
  const round = () => {
    const cpu = process.cpuUsage();
    for (let at = 0; at < wideMeters; at += wideAtOnce) {
      const batch = new Map(
        Array.from({ length: wideAtOnce }, (_, index) => [
          `gw${at + index}.m`,
          [{ startMs, endMs: startMs + 10_000, values }],
        ]),
      );
      const fromMs = process.cpuUsage();
      commit(isWanted => new Map([...batch].filter(([meter]) => isWanted(meter))));
      blockedMs.push(process.cpuUsage(fromMs).user / 1000);
    }
    startMs += 10_000;
    return process.cpuUsage(cpu).user / 1000;
  };
  const heap = () => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  const before = heap();
  round();
  const bytes = heap() - before;
  blockedMs.length = 0;
  const rounds = Array.from({ length: 5 }, round);
  const { 'alarms.tracks': tracks = 0, 'alarms.leftOut': leftOut = 0 } = alarms.counters();
  await store.close();
  return {
    rules,
    tracks,
    leftOut,
    bytesPerTrack: rounded(bytes / tracks),
    cpuMsEachRound: rounded(percentile(rounds, 0.5)),
    batchCpuP50Ms: rounded(percentile(blockedMs, 0.5)),
    batchCpuMaxMs: rounded(percentile(blockedMs, 1)),
  };
}

/**
 * Alarm rules on the reference load: from the beginning of a commit to the notice that came of it, and what the rules take of a
 * core. `--rules N` takes fewer than there may be, `--seconds N` measures for so long each. `--storm`: everything fires at once.
 * `--wide`: rules of a whole site of 5,000 meters (memory: `node --expose-gc`). `--kill`: rules of a whole site after a kill of the
 * host, of `--meters N`.
 */
export async function bench(args: readonly string[]): Promise<Record<string, number>> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rules: { type: 'string', default: String(alarmLimits.rules) },
      seconds: { type: 'string', default: '60' },
      storm: { type: 'boolean', default: false },
      wide: { type: 'boolean', default: false },
      kill: { type: 'boolean', default: false },
      meters: { type: 'string', default: '1000' },
    },
  });
  const [rules, seconds] = [Number(values.rules), Number(values.seconds)];
  const dir = await mkdtemp(join(tmpdir(), 'joulegate-bench-'));
  console.log(loadLine('before'));
  try {
    if (values.kill) return await afterKill(join(dir, 'kill'), { rules, meters: Number(values.meters) });
    if (values.wide) return await wide(rules);
    if (values.storm) return await storm(join(dir, 'storm'), rules);
    const without = await underLoad(join(dir, 'without'), 0, seconds);
    const withRules = await underLoad(join(dir, 'with'), rules, seconds);
    console.log(loadLine('after'));
    return {
      rules,
      notices: withRules.toldMs.length,
      toldP50Ms: rounded(percentile(withRules.toldMs, 0.5)),
      toldP99Ms: rounded(percentile(withRules.toldMs, 0.99)),
      toldMaxMs: rounded(percentile(withRules.toldMs, 1)),
      commitP50Ms: rounded(percentile(withRules.commitMs, 0.5)),
      commitP99Ms: rounded(percentile(withRules.commitMs, 0.99)),
      commitWithoutP99Ms: rounded(percentile(without.commitMs, 0.99)),
      coresWith: rounded(withRules.cpuShare, 3),
      coresWithout: rounded(without.cpuShare, 3),
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
