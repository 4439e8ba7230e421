import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBConnection } from '@duckdb/node-api';
import { afterEach, expect, test, vi } from 'vitest';
import { gaugeWindow, memoryStore } from './memory-store.ts';

const startMs = Date.UTC(2026, 0, 5);

afterEach(() => vi.restoreAllMocks());

test('a batch that is written while a new meter is imported does not write its names a second time', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'joulegate-import-names-'));
  const { store, write } = await memoryStore();
  try {
    const path = join(dir, 'old.csv');
    const lines = [0, 1, 2].map(at => `${new Date(startMs + at * 900_000).toISOString()},${400 + at}`);
    await writeFile(path, `time,power\n${lines.join('\n')}\n`);
    const prepared = await store.imports.prepare(path, {
      format: { delimiter: ',', decimal: '.', encoding: 'utf-8', hasHeader: true, empty: [] },
      time: { columns: ['time'], format: 'iso', zone: 'UTC', means: 'start' },
      columns: [{ column: 'power', meter: 'attic.old', quantity: 'powerW', factor: '1' }],
      windowS: undefined,
      overlap: 'refuse',
      mistakes: 'refuse',
    });
    let commits = 0;
    const real = DuckDBConnection.prototype.run;
    vi.spyOn(DuckDBConnection.prototype, 'run').mockImplementation(async function (
      this: DuckDBConnection,
      ...args: Parameters<typeof real>
    ) {
      if (args[0].startsWith('INSERT INTO imported ') && commits++ === 0)
        await write([gaugeWindow(startMs + 86_400_000, 5)]);
      return real.apply(this, args);
    });
    const entry = await prepared.write({ who: 'ada', why: 'the old system', fileName: 'old.csv' });
    expect([commits, entry.windows]).toEqual([1, 3]);
    const rows = (table: string) => store.all(`SELECT number FROM ${table} ORDER BY number`);
    expect(await rows('meter')).toEqual([{ number: 1 }, { number: 2 }]);
    expect(await rows('series')).toEqual([{ number: 1 }, { number: 2 }]);
  } finally {
    await store.close();
    await rm(dir, { recursive: true, force: true });
  }
});
