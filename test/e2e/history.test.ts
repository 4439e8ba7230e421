import { readFileSync } from 'node:fs';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Readings, Statistics } from '../../host/api/contract.ts';
import { tryChromium } from './chromium.ts';
import type { OpenDemo } from './demo.ts';
import { seriousViolations, takePicture } from './pictures.ts';
import { sharedDemo } from './shared-demo.ts';
import { type Look, type Session, Visitor } from './visitor.ts';

interface ChartElement {
  readonly readings: Readings;
  readonly span: { readonly fromMs: number; readonly toMs: number };
}

const readingsOf = (chart: Locator): Promise<Readings> =>
  chart.evaluate((element: unknown) => (element as ChartElement).readings);
const spanOf = (chart: Locator): Promise<ChartElement['span']> =>
  chart.evaluate((element: unknown) => (element as ChartElement).span);

const looks: readonly Look[] = [
  { width: 1400, scheme: 'light' },
  { width: 390, scheme: 'dark' },
];
const desk: Look = { width: 1400, scheme: 'light' };
const grid = 'meter=demo-house.grid&quantity=powerW';

const { browser: started, skipped } = await tryChromium();

describe.skipIf(started === undefined)(`the history in Chromium${skipped}`, () => {
  const browser = started as Browser;
  let demo: OpenDemo;
  let session: Session | undefined;
  let visitor: Visitor | undefined;

  /** Somebody who is signed in, at a picture of the past whose chart is there. */
  const look = async (wanted: Look, query: string): Promise<Page> => {
    visitor = await Visitor.arrive(browser, wanted, session);
    const { page } = visitor;
    if (session === undefined) {
      await visitor.signIn(demo);
      session = await visitor.session();
    }
    await page.goto(`${demo.url}/#/history?${query}`);
    await page.locator('jg-series-chart canvas').waitFor();
    return page;
  };
  const hashQuery = (page: Page) => new URLSearchParams(page.url().split('?')[1]);
  const boxOf = async (place: Locator) => {
    const box = await place.boundingBox();
    if (box === null) throw new Error('it has no size');
    return box;
  };
  const drag = async (page: Page, from: number, to: number, key?: 'Shift') => {
    const box = await boxOf(page.locator('jg-series-chart .u-over'));
    if (key !== undefined) await page.keyboard.down(key);
    // In the middle: a host that is busy tells that above the view, and moves it down.
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * from, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * to, y + 10, { steps: 6 });
    await page.mouse.up();
    if (key !== undefined) await page.keyboard.up(key);
  };

  beforeAll(async () => {
    demo = await sharedDemo();
  });

  afterEach(async () => {
    const complaints = visitor?.complaints ?? [];
    await visitor?.leave();
    visitor = undefined;
    expect(complaints).toEqual([]);
  });

  afterAll(async () => {
    await browser.close();
  });

  it.each(looks)('fills both charts and tells what they come to at $width px, $scheme', async wanted => {
    const page = await look(wanted, `${grid}&range=1h`);
    const chart = page.locator('jg-series-chart');
    await expect.poll(async () => (await readingsOf(chart)).startMs.length).toBeGreaterThan(50);
    await page.locator('jg-energy-chart canvas').waitFor();
    await page.locator('jg-history-figures').getByText('Highest').waitFor();
    expect(await page.getByText('NaN').count()).toBe(0);
    expect(await visitor?.overhang()).toBeLessThanOrEqual(0);
    expect(await seriousViolations(page)).toEqual([]);
    await takePicture(page, `history-${wanted.width}-${wanted.scheme}`);
  });

  it('moves on with new windows while the end of the range is now', async () => {
    const page = await look(desk, `${grid}&period=hour`);
    const chart = page.locator('jg-series-chart');
    // A new bucket, or more within the newest.
    const newest = ({ startMs, last }: Readings) => `${startMs.at(-1)} ${last.at(-1)}`;
    const before = newest(await readingsOf(chart));
    await expect.poll(async () => newest(await readingsOf(chart))).not.toBe(before);
  });

  it('a drag chooses, its figures are those of the API; zoomed there, a double click leads back', async () => {
    const page = await look(desk, `${grid}&range=1h`);
    const ofChoice = page.waitForResponse(response => {
      const query = new URL(response.url()).searchParams;
      return (
        response.url().includes('/statistics') && Number(query.get('to')) - Number(query.get('from')) < 1.2e6
      );
    });
    await drag(page, 0.4, 0.6);
    const figures = page.locator('jg-history-figures');
    await figures.getByRole('heading', { name: 'Selection' }).waitFor();
    const { samples, windows } = (await (await ofChoice).json()) as Statistics;
    const [fromMs = 0, toMs = 0] = (hashQuery(page).get('chosen') ?? '').split('-').map(Number);
    expect(toMs - fromMs).toBeGreaterThan(0.15 * 3_600_000);
    expect(toMs - fromMs).toBeLessThan(0.25 * 3_600_000);
    expect([fromMs % 10_000, toMs % 10_000]).toEqual([0, 0]);
    await figures.getByText(new RegExp(`in ${windows} windows`)).waitFor();
    expect(samples).toBeGreaterThan(windows ?? 0);
    await takePicture(page, 'history-chosen-1400-light');

    await page.getByRole('button', { name: 'Zoom here' }).click();
    await page.waitForURL(/from=\d+&to=\d+/);
    const query = hashQuery(page);
    expect([Number(query.get('from')), Number(query.get('to'))]).toEqual([fromMs, toMs]);
    await page.locator('jg-series-chart .u-over').dblclick({ position: { x: 300, y: 80 } });
    await page.waitForURL(/range=1h/);
  });

  it('by keys: periods, steps, and out of a choice; the calendar is that of the site', async () => {
    const page = await look(desk, `${grid}&range=1h`);
    await drag(page, 0.3, 0.5);
    await page.waitForURL(/chosen=/);
    await page.keyboard.press('Escape');
    await page.waitForURL(url => !url.hash.includes('chosen='));
    await page.keyboard.press('2');
    await page.waitForURL(/period=day/);
    await page.keyboard.press('ArrowLeft');
    await page.waitForURL(/period=day&at=\d+/);
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(url => url.hash.endsWith('period=day'));
    await page.keyboard.press('1');
    await page.waitForURL(/period=hour/);
  });

  it('panned with shift it keeps what is there until more is, and the address follows', async () => {
    const page = await look(desk, `${grid}&range=1h`);
    const chart = page.locator('jg-series-chart');
    const before = await spanOf(chart);
    // What lies before is there already when somebody looks for it.
    await expect
      .poll(async () => (await readingsOf(chart)).startMs[0] ?? before.fromMs)
      .toBeLessThan(before.fromMs - 600_000);
    await drag(page, 0.3, 0.8, 'Shift');
    await page.waitForURL(/from=\d+&to=\d+/);
    await expect
      .poll(async () => before.fromMs - (await spanOf(chart)).fromMs)
      .toBeGreaterThan(0.4 * 3_600_000);
    const after = await spanOf(chart);
    expect(after.toMs - after.fromMs).toBe(before.toMs - before.fromMs);
    expect((await readingsOf(chart)).startMs.length).toBeGreaterThan(50);
  });

  it('a bar leads into its time, and back with Escape', async () => {
    const page = await look(desk, `${grid}&period=day`);
    const bars = page.locator('jg-energy-chart .u-over');
    await bars.waitFor();
    const span = await spanOf(page.locator('jg-series-chart'));
    // In the first minutes of a day there is its first bar alone.
    const atMs = Math.max(Date.now() - 600_000, span.fromMs + 300_000);
    const share = (atMs - span.fromMs) / (span.toMs - span.fromMs);
    const { width, height } = await boxOf(bars);
    await bars.click({ position: { x: width * share, y: height / 2 } });
    await page.waitForURL(/period=hour/);
    await page.keyboard.press('Escape');
    await page.waitForURL(/period=day/);
  });

  it('compares with the time before, in both charts and in numbers', async () => {
    const page = await look({ width: 390, scheme: 'dark' }, `${grid}&range=1h`);
    await page.getByLabel('Compare with').selectOption('previous');
    await page.waitForURL(/compare=previous/);
    await page.locator('jg-history-legend').getByText('Before').waitFor();
    const figures = page.locator('jg-history-figures');
    await figures.getByText(/^Compared with/).waitFor();
    await expect.poll(() => figures.getByText(/^Before/).count()).toBeGreaterThan(2);
    expect(await visitor?.overhang()).toBeLessThanOrEqual(0);
    await takePicture(page, 'history-compared-390-dark');
  });

  it('shows the phases beside each other, and gives all of it as CSV', async () => {
    const page = await look(desk, `${grid}&range=1h`);
    await page.getByRole('button', { name: 'Phases' }).click();
    await page.waitForURL(/with=powerL1W%2CpowerL2W%2CpowerL3W/);
    await page.locator('jg-history-legend').getByText('Power L2').waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download what the chart shows as CSV' }).click(),
    ]);
    const lines = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(lines[0]).toBe(
      'start (UTC),end (UTC),start (site),Power [W],lowest,highest,measured,missing because of,Power L1 [W],Power L2 [W],Power L3 [W]',
    );
    expect(lines.length).toBeGreaterThan(55);
    expect(lines[1]).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ,/);
  });

  it('gives the same numbers as a table, to keyboards and screen readers', async () => {
    const page = await look({ width: 390, scheme: 'light' }, `${grid}&range=1h&compare=previous`);
    const button = page.getByRole('button', { name: 'Show as table' });
    await button.focus();
    await page.keyboard.press('Enter');
    const rows = page.locator('jg-readings-table tbody tr');
    await rows.first().waitFor();
    await expect.poll(() => rows.count()).toBeGreaterThan(50);
    expect(await visitor?.overhang()).toBeLessThanOrEqual(0);
    expect(await seriousViolations(page)).toEqual([]);
    await takePicture(page, 'table-390-light');
  });

  it('speaks German and Portuguese, on a phone too', async () => {
    const page = await look({ width: 390, scheme: 'light' }, `${grid}&range=1h&compare=weekday`);
    for (const [language, title] of [
      ['de', 'Gezeigter Zeitraum'],
      ['pt', 'Período mostrado'],
    ] as const) {
      await page.evaluate(`localStorage.setItem('joulegate.language', '${language}')`);
      await page.reload();
      await page.getByText(title).waitFor();
      expect(await visitor?.overhang()).toBeLessThanOrEqual(0);
      await takePicture(page, `history-390-${language}`);
    }
  });
});
