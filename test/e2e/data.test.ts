import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sqlite from 'node-sqlite3-wasm';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tryChromium } from './chromium.ts';
import { TestHost } from './host.ts';
import { seriousViolations, takePicture } from './pictures.ts';
import { type Look, type Session, Visitor } from './visitor.ts';

const user = 'ada';
const password = 'a long enough password';
const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** When the day began, of all tests here: midnight may pass between them. */
const todayMs = Math.floor(Date.now() / dayMs) * dayMs;

/** Three days of quarters of an hour: a counter of kWh, and a power; with one line that nobody can read. As Excel writes it. */
function csvOfDays(): Buffer {
  const startMs = todayMs - 4 * dayMs;
  const lines = Array.from({ length: 3 * 96 }, (_, at) => {
    const text = new Date(startMs + at * (hourMs / 4)).toISOString();
    const powerKw = 1 + Math.sin(at / 15) / 2;
    return `${text},${(100 + at * 0.25).toFixed(2)},${powerKw.toFixed(3)}`;
  });
  return Buffer.from(['Time,Energía (kWh),Power (kW)', ...lines, 'yesterday,1,2'].join('\n'), 'latin1');
}

const { browser: started, skipped } = await tryChromium();

describe.skipIf(started === undefined)(`the pages of data in Chromium${skipped}`, () => {
  const browser = started as Browser;
  const host = new TestHost('--zone', 'UTC');
  const folder = mkdtempSync(join(tmpdir(), 'joulegate-csv-'));
  let session: Session | undefined;
  let visitor: Visitor | undefined;

  const visit = async (part: string, look: Look = { width: 1280, scheme: 'light' }): Promise<Visitor> => {
    visitor = await Visitor.arrive(browser, look, session);
    await visitor.page.goto(`${host.url}/#/data/${part}`);
    await visitor.page.getByRole('heading', { level: 1 }).waitFor();
    return visitor;
  };

  const begin = async (): Promise<void> => {
    const first = await Visitor.arrive(browser, { width: 1280, scheme: 'light' });
    await first.page.goto(host.url);
    const body = { code: host.setupCode, user, password };
    const answer = await first.page.request.post(`${host.url}/api/v1/setup`, { data: body });
    expect(answer.status()).toBe(201);
    await first.page.reload();
    await first.page.getByLabel('User').fill(user);
    await first.page.getByLabel('Password').fill(password);
    await first.page.getByRole('button', { name: 'Sign in' }).click();
    await first.page.getByRole('navigation').first().waitFor();
    session = await first.session();
    await first.leave();
  };

  beforeAll(async () => {
    await host.start();
    await begin();
  });
  afterEach(async () => {
    await visitor?.leave();
    visitor = undefined;
  });
  afterAll(async () => {
    await browser.close();
    await host.remove();
    rmSync(folder, { recursive: true });
  });

  const isFine = async (person: Visitor, name: string): Promise<void> => {
    const { page, complaints } = person;
    await takePicture(page, name);
    expect(await page.getByText('NaN').count()).toBe(0);
    expect(await person.overhang()).toBeLessThanOrEqual(0);
    expect(await seriousViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  };

  it('imports a file whose columns it guessed, after a try that tells its mistakes by line', async () => {
    const file = join(folder, 'old <b>logger.csv');
    writeFileSync(file, csvOfDays());
    const person = await visit('import');
    const { page } = person;
    await page.getByLabel('Choose a file').setInputFiles(file);
    await page.getByLabel('Column 2: Is').waitFor();
    expect(await page.getByRole('cell', { name: 'Energía (kWh)' }).count()).toBe(1);
    expect(await page.getByLabel('Column 2: Is').inputValue()).toBe('energyImportWh');
    expect(await page.getByLabel('Column 3: Is').inputValue()).toBe('powerW');
    await page.getByLabel('Into the meter').fill('old.house');
    await page.getByLabel('Into the meter').press('Tab');
    await page.getByRole('button', { name: 'Try it, import nothing' }).click();
    await page.getByText('Line 290').waitFor();
    await page.getByLabel('Lines that cannot be read').selectOption('leaveOut');
    await page.getByRole('button', { name: 'Try it, import nothing' }).click();
    await page.getByText('Nothing stands in the way.').waitFor();
    await isFine(person, 'data-import');
    await page.getByLabel('Why').fill('history of the old logger');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('Imported: 576 values.').waitFor();
    await page.getByRole('heading', { name: 'old <b>logger.csv' }).waitFor();
  });

  it('imports an export of InfluxDB with what it proposed for each series', async () => {
    const file = join(folder, 'influx.lp.gz');
    const startMs = todayMs - 5 * dayMs;
    const of = (series: string, value: (at: number) => number) =>
      Array.from({ length: 96 }, (_, at) => `${series} value=${value(at)} ${startMs + at * 60_000}000000`);
    const lines = [
      ...['# DML', '# CONTEXT-DATABASE:home'],
      ...of('W,entity_id=heat_pump_power', at => 900 + at),
      ...of('kWh,entity_id=heat_pump_energy', at => 50 + at / 10),
      ...of('°C,entity_id=bath', () => 21),
    ];
    writeFileSync(file, gzipSync(`${lines.join('\n')}\n`));
    const person = await visit('import', { width: 390, scheme: 'dark' });
    const { page } = person;
    await page.getByLabel('Choose a file').setInputFiles(file);
    await page.getByText('2 of 3 will be imported.').waitFor();
    expect(await page.getByLabel('W,entity_id=heat_pump_power value: Into the meter').inputValue()).toBe(
      'imported.heat-pump',
    );
    await page.getByRole('button', { name: 'Try it, import nothing' }).click();
    await page.getByText('Nothing stands in the way.').waitFor();
    await isFine(person, 'data-import-series');
    await page.getByLabel('Why').fill('from InfluxDB');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('Imported: 192 values.').waitFor();
  });

  it('imports a file whose rows are of several devices, each into its meter', async () => {
    const file = join(folder, 'plugs.csv');
    const startMs = todayMs - 7 * dayMs;
    const rows = ['time,device_id,power_w,energy_kwh'];
    for (let at = 0; at < 60; at++)
      for (const [device, power] of [
        ['attic', 100],
        ['cellar', 2000],
        ['guest room', 5],
      ] as const)
        rows.push(
          `${new Date(startMs + at * 60_000).toISOString()},${device},${power + at},${power + at / 10}`,
        );
    writeFileSync(file, `${rows.join('\n')}\n`);
    const person = await visit('import', { width: 390, scheme: 'light' });
    const { page } = person;
    await page.getByLabel('Choose a file').setInputFiles(file);
    await page.getByText('3 of 3 will be imported, each into its meter.').waitFor();
    expect(await page.getByLabel('Column 2: Is').inputValue()).toBe('device');
    expect(await page.getByLabel('guest room: Into the meter').inputValue()).toBe('imported.guest-room');
    await isFine(person, 'data-import-devices-phone');
    await page.setViewportSize({ width: 1280, height: 900 });
    // What is left out and taken again goes where it was to go.
    await page.getByRole('checkbox', { name: 'cellar' }).uncheck();
    await page.getByText('2 of 3 will be imported').waitFor();
    await page.getByRole('checkbox', { name: 'cellar' }).check();
    await page.getByRole('checkbox', { name: 'guest room' }).uncheck();
    await page.getByLabel('attic: Into the meter').fill('plugs.attic');
    await page.getByLabel('attic: Into the meter').press('Tab');
    await page.getByRole('button', { name: 'Try it, import nothing' }).click();
    await page.getByText('Nothing stands in the way.').waitFor();
    await page.getByText('60 lines are of what is not chosen, and are left out: guest room (60)').waitFor();
    await page.getByRole('rowheader', { name: 'plugs.attic: Power' }).waitFor();
    await page.getByRole('rowheader', { name: 'imported.cellar: Power' }).waitFor();
    await isFine(person, 'data-import-devices');
    await page.getByLabel('Why').fill('from the plugs');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('Imported: 240 values.').waitFor();
  });

  it('imports a table of a logger’s database, and tells where values are already', async () => {
    const file = join(folder, 'logger.db');
    const startS = (todayMs - 6 * dayMs) / 1000;
    const database = new sqlite.Database(file);
    database.exec(
      'BEGIN; CREATE TABLE settings(key, value); CREATE TABLE readings(ts REAL, power_w REAL, total_kwh REAL)',
    );
    for (let at = 0; at < 120; at++)
      database.run('INSERT INTO readings VALUES (?, ?, ?)', [
        startS + at * 10 + 0.5,
        300 + at,
        20 + at / 100,
      ]);
    database.exec('COMMIT');
    database.close();
    const person = await visit('import');
    const { page } = person;
    await page.getByLabel('Choose a file').setInputFiles(file);
    await page.getByLabel('Column 2: Is').waitFor();
    expect(await page.getByLabel('Table').inputValue()).toBe('readings');
    await page.getByLabel('Table').selectOption('settings');
    await page.getByRole('cell', { name: 'key' }).waitFor();
    await page.getByLabel('Table').selectOption('readings');
    await page.getByRole('cell', { name: 'power_w' }).waitFor();
    expect(await page.getByLabel('Column 2: Is').inputValue()).toBe('powerW');
    expect(await page.getByLabel('Column 3: Is').inputValue()).toBe('energyImportWh');
    await page.getByLabel('Into the meter').fill('old.logger');
    await page.getByLabel('Into the meter').press('Tab');
    await page.getByRole('button', { name: 'Try it, import nothing' }).click();
    await page.getByText('Nothing stands in the way.').waitFor();
    await isFine(person, 'data-import-database');
    await page.getByLabel('Why').fill('the old logger');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('Imported: 240 values.').waitFor();
    await page.getByRole('button', { name: 'Another file' }).click();
    await page.getByLabel('Choose a file').setInputFiles(file);
    await page.getByLabel('Into the meter').fill('old.logger');
    await page.getByLabel('Into the meter').press('Tab');
    await page.getByRole('button', { name: 'Try it, import nothing' }).click();
    await page.getByText('there are values already').waitFor();
  });

  it('shows by day what a correction would change, makes it and undoes it', async () => {
    const fromMs = todayMs - 3 * dayMs;
    const person = await visit(`corrections?meter=old.house&from=${fromMs}&to=${fromMs + dayMs}`);
    const { page } = person;
    await page.getByLabel('Multiply').check();
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('A number is needed.').waitFor();
    await page.getByLabel('Factor').fill('2');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page
      .getByRole('cell', { name: /^48\.0\s*kWh$/ })
      .first()
      .waitFor();
    await isFine(person, 'data-correction');
    await page.getByRole('button', { name: 'Make this correction' }).click();
    await page.getByText('Say why').waitFor();
    await page.getByLabel('Why', { exact: true }).fill('200:5, set as 100:5');
    await page.getByRole('button', { name: 'Make this correction' }).click();
    await page.getByRole('heading', { name: 'Multiply: × 2' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#/data/corrections?meter=old.house');
    await page.getByRole('button', { name: 'Undo correction 1' }).click();
    await page.getByLabel('Why it is undone').fill('it was right');
    await page.getByRole('button', { name: 'Undo it' }).click();
    await page.getByText('Undone by ada').waitFor();
    await isFine(person, 'data-corrections');
  });

  it('asks again for what the host did not give', async () => {
    const person = await Visitor.arrive(browser, { width: 1280, scheme: 'light' }, session);
    visitor = person;
    const { page } = person;
    let isRefused = true;
    await page.route('**/api/v1/series', route =>
      isRefused ? route.fulfill({ status: 503, json: { code: 'internal' } }) : route.continue(),
    );
    await page.goto(`${host.url}/#/data/corrections`);
    const told = page.locator('jg-corrections').getByRole('alert');
    await told.waitFor();
    isRefused = false;
    await page.getByRole('button', { name: 'New correction' }).waitFor();
    await told.waitFor({ state: 'detached' });
  });

  it('takes a file that is dropped beside the field, and stays', async () => {
    const { page } = await visit('import');
    await page.getByLabel('Choose a file').waitFor({ state: 'attached' });
    const wasTaken = await page.evaluate(`(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['Time,Power (W)\\n2026-01-01T00:00:00Z,1\\n'], 'dropped.csv'));
      const drop = new DragEvent('drop', { dataTransfer, bubbles: true, composed: true, cancelable: true });
      document.querySelector('h1, body').dispatchEvent(drop);
      return drop.defaultPrevented;
    })()`);
    expect(wasTaken).toBe(true);
    await page.getByRole('heading', { name: 'The first lines of dropped.csv' }).waitFor();
  });

  it('a file that is put away while it is read again does not come back', async () => {
    const { page } = await visit('import');
    const file = { name: 'away.csv', mimeType: 'text/csv', buffer: Buffer.from('a;b\n1;2\n') };
    await page.getByLabel('Choose a file').setInputFiles(file);
    let answer = () => {};
    const isAnswered = new Promise<void>(resolve => {
      answer = resolve;
    });
    const heading = page.getByRole('heading', { name: 'The first lines of away.csv' });
    await heading.waitFor();
    await page.route('**/api/v1/imports/look', async route => {
      const response = await route.fetch();
      await isAnswered;
      await route.fulfill({ response });
    });
    const [looked] = await Promise.all([
      page.waitForRequest('**/api/v1/imports/look'),
      page.getByLabel('Encoding').selectOption('windows-1252'),
    ]);
    await page.getByRole('button', { name: 'Another file' }).click();
    answer();
    await (await looked.response())?.finished();
    // What becomes of an answer is drawn with the next frame.
    await page.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))');
    expect(await page.getByLabel('Choose a file').count()).toBe(1);
    expect(await heading.count()).toBe(0);
  });

  it('exports what was chosen, about as much as it said', async () => {
    const person = await visit('export?meter=old.house');
    const { page } = person;
    await page.getByRole('button', { name: 'Everything' }).click();
    await page.getByLabel('One row for').selectOption('1h');
    await page.getByText(/About 14\d rows/).waitFor();
    await isFine(person, 'data-export');
    const waiting = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    const path = await (await waiting).path();
    expect(readFileSync(path, 'utf8').trimEnd().split('\r\n')).toHaveLength(1 + 2 * 72);
  });

  it('makes a backup while one looks on, hands it out, and says how it is restored', async () => {
    const person = await visit('backups');
    const { page } = person;
    await page.getByRole('button', { name: 'Make a backup now' }).click();
    await page.getByRole('cell', { name: 'read back and compared' }).waitFor();
    await page.getByText(/joulegate restore joulegate-.*\.duckdb --data-dir /).waitFor();
    await isFine(person, 'data-backups');
    const waiting = page.waitForEvent('download');
    await page.getByRole('link', { name: /^Download joulegate-/ }).click();
    const bytes = readFileSync(await (await waiting).path());
    expect(bytes.subarray(8, 12).toString()).toBe('DUCK');
  });

  it('tells what takes room on a phone, in the dark', async () => {
    const person = await visit('storage', { width: 390, scheme: 'dark' });
    const { page } = person;
    await page.getByRole('cell', { name: 'for ever' }).first().waitFor();
    await isFine(person, 'data-storage');
  });
});
