import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { SiteSettings } from '../api/contract.ts';
import type { HostClient } from '../control/host-client.ts';
import { homeSite } from '../site/sites.ts';
import { type Given, UsageError, type World } from './command.ts';
import { instantOf } from './instants.ts';
import { onHost } from './on-host.ts';

const forms = ['csv', 'jsonl', 'parquet'];
const resolutions = ['windows', '1min', '5min', '15min', '1h', '6h', 'day'];
const periods = ['day', 'week', 'month', 'year'];

export const exportReadings = (given: Given, world: World): Promise<number> =>
  fetchExport(given, world, 'readings', { series: any, resolution: oneOf(resolutions) });

export const exportTotals = (given: Given, world: World): Promise<number> => {
  if (!given.values.has('period'))
    throw new UsageError(`--period is missing; allowed are ${periods.join(', ')}`);
  return fetchExport(given, world, 'totals', { meters: any, period: oneOf(periods) });
};

type Check = (option: string, value: string) => string;

const any: Check = (_option, value) => value;
const oneOf =
  (words: readonly string[]): Check =>
  (option, value) => {
    if (words.includes(value)) return value;
    throw new UsageError(`--${option}: ${JSON.stringify(value)} given; allowed are ${words.join(', ')}`);
  };

function fetchExport(
  given: Given,
  world: World,
  what: string,
  checks: Readonly<Record<string, Check>>,
): Promise<number> {
  const { values } = given;
  const query = new URLSearchParams();
  for (const [option, check] of Object.entries({ ...checks, form: oneOf(forms), site: any })) {
    const value = values.get(option);
    if (value !== undefined) query.set(option, check(option, value));
  }
  return onHost(given, world, async host => {
    const { zone } = await host.ask(SiteSettings, 'GET', `/api/v1/sites/${homeSite}`);
    const from = values.get('from');
    if (from === undefined) throw new UsageError('--from is missing: a day such as 2026-01-01 is allowed');
    query.set('from', String(instantOf('from', from, zone)));
    const to = values.get('to');
    query.set('to', String(to === undefined ? Date.now() : instantOf('to', to, zone)));
    await save(host, `/api/v1/exports/${what}?${query}`, values.get('out'), world);
  });
}

/** A file is there when it is whole: until then it has another name. */
async function save(host: HostClient, path: string, file: string | undefined, world: World): Promise<void> {
  if (file === undefined || file === '-') {
    await host.download(path, world.stdout);
    return;
  }
  const beside = `${file}.part`;
  try {
    const bytes = await host.download(path, createWriteStream(beside, { mode: 0o600 }));
    await rename(beside, file);
    world.complain(`${file}: ${bytes} bytes`);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
