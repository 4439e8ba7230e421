import { expect, it } from 'vitest';
import { dryRun } from '../../../host/alarms/dry-run.ts';
import { meterPlace } from '../../../host/alarms/places.ts';
import type { RuleBody } from '../../../host/alarms/rule.ts';
import { counterWindow, gaugeWindow } from '../store/memory-store.ts';
import { hostWithAlarms, over100, startMs } from './host-with-alarms.ts';

const spike: RuleBody['condition'] = {
  kind: 'threshold',
  quantity: 'powerW',
  of: 'last',
  operator: '>',
  limit: 100,
  hysteresis: 0,
  forS: 0,
};
const energy: RuleBody['condition'] = {
  kind: 'energy',
  quantity: 'energyImportWh',
  withinS: 60,
  budget: 5,
  forS: 0,
};

/** Three minutes of 10 s, four of a minute, three of 10 s again, with a spike of one window now and then. */
const lengthsS = [...Array(18).fill(10), ...Array(4).fill(60), ...Array(18).fill(10)] as const;

it('where the length of windows was changed a dry run and judging again tell what live judging told', async () => {
  const host = await hostWithAlarms();
  const rules = [];
  for (const condition of [spike, { ...spike, of: 'mean' } as const, energy])
    rules.push(await host.alarms.set({ ...over100, condition }));
  let [atMs, wh] = [startMs, 1000];
  for (const [index, windowS] of lengthsS.entries()) {
    const power = index % 7 === 2 ? 150 : 50;
    wh += index % 9 === 3 ? 7 : 0;
    await host.commitWindows(
      { gateway: 'attic', record: gaugeWindow(atMs, power, windowS) },
      { gateway: 'attic', record: counterWindow(atMs, wh, windowS) },
    );
    atMs += windowS * 1000;
  }
  const place = meterPlace('attic.main');
  const told = async (id: string) => {
    const events = await host.alarms.list(Number.MAX_SAFE_INTEGER, 500, event => event.rule === id);
    return events
      .reverse()
      .map(({ beganMs, endedMs, withdrawnMs, value }) => ({ beganMs, endedMs, withdrawnMs, value }));
  };
  const live = await Promise.all(rules.map(({ id }) => told(id)));
  expect(live.map(events => events.length > 3)).toEqual([true, true, true]);
  for (const [index, { condition }] of rules.entries()) {
    const run = await dryRun(
      host.store,
      () => host.alarms.termsOf({ condition, schedule: null }, place),
      [place],
      { fromMs: startMs, toMs: atMs },
      new AbortController().signal,
    );
    const tried = run.events.map(({ beganMs, endedMs, value }) => ({
      beganMs,
      endedMs,
      withdrawnMs: null,
      value,
    }));
    expect(tried, condition.kind).toEqual(live[index]);
  }
  // A kill has the last day judged again, by the same windows.
  await host.restart({ isKilled: true });
  expect(await Promise.all(rules.map(({ id }) => told(id)))).toEqual(live);
  expect(host.faults).toEqual([]);
  await host.close();
});
