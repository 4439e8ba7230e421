import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tryChromium } from './chromium.ts';
import { type RunningDemo, startDemo } from './demo.ts';
import { seriousViolations, takePicture } from './pictures.ts';
import { type Look, Visitor } from './visitor.ts';

const looks: readonly Look[] = [
  { width: 1400, scheme: 'light' },
  { width: 1400, scheme: 'dark' },
  { width: 390, scheme: 'light' },
  { width: 390, scheme: 'dark' },
];

/**
 * With JOULEGATE_SCREENSHOTS the pictures of the documentation are written to that folder; a whole day
 * (JOULEGATE_DEMO_HOURS=24) looks best, and TZ chooses the time of day.
 */
const published = process.env.JOULEGATE_SCREENSHOTS;

const { browser: started, skipped } = await tryChromium();

describe.skipIf(started === undefined)(`the page in Chromium${skipped}`, () => {
  const browser = started as Browser;
  let demo: RunningDemo;
  let visitor: Visitor | undefined;

  const arrive = async (look: Look): Promise<Visitor> => {
    visitor = await Visitor.arrive(browser, look);
    return visitor;
  };

  beforeAll(async () => {
    demo = await startDemo(Number(process.env.JOULEGATE_DEMO_HOURS ?? 2));
  });

  afterEach(async () => {
    await visitor?.leave();
    visitor = undefined;
  });

  afterAll(async () => {
    await browser.close();
    await demo?.close();
  });

  it('refuses a wrong password in words, and says nothing of the house to strangers', async () => {
    const { page } = await arrive({ width: 1400, scheme: 'light' });
    await page.goto(demo.url);
    await page.getByLabel('User').fill(demo.user);
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('User or password is not right').waitFor();
    expect(await page.getByText('Kitchen').count()).toBe(0);
  });

  it.each(looks)('shows values that change each second at $width px, $scheme', async look => {
    const person = await arrive(look);
    const { page } = person;
    await person.signIn(demo);
    await page.getByText('taken from the grid').or(page.getByText('fed into the grid')).first().waitFor();
    const live = page.locator('jg-meter-card [data-at-ms]').first();
    const before = Number(await live.getAttribute('data-at-ms'));
    await expect
      .poll(async () => Number(await live.getAttribute('data-at-ms')), { timeout: 15_000 })
      .toBeGreaterThan(before + 1000);
    await page.locator('jg-sparkline svg').first().waitFor();
    expect(await page.locator('jg-meter-card').count()).toBe(7);
    expect(await page.getByText('NaN').count()).toBe(0);
    expect(await person.overhang()).toBeLessThanOrEqual(0);
    expect(await seriousViolations(page)).toEqual([]);
    await takePicture(page, `overview-${look.width}-${look.scheme}`);
    expect(person.complaints).toEqual([]);
  });

  it.each(looks)('accounts for every day of every meter at $width px, $scheme', async look => {
    const person = await arrive(look);
    const { page } = person;
    await person.signIn(demo);
    await page
      .getByRole('link', { name: /^Ledger of .*% received/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Every value accounted for' }).waitFor();
    const strip = page.locator('jg-ledger-strip').first();
    await strip.locator('button').last().focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    // The demo's gateway lost nothing, and its day says so in words.
    const day = page.locator('jg-ledger-day');
    await day.getByText(/100.% received/).waitFor();
    expect(await day.getByText('Expected').count()).toBe(1);
    expect(await page.locator('jg-ledger-strip').count()).toBe(7);
    expect(await page.getByText('NaN').count()).toBe(0);
    expect(await person.overhang()).toBeLessThanOrEqual(0);
    expect(await seriousViolations(page)).toEqual([]);
    await takePicture(page, `ledger-${look.width}-${look.scheme}`);
    await page.getByRole('button', { name: 'Show as table' }).click();
    await page.locator('jg-ledger-table tbody tr').first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    expect(person.complaints).toEqual([]);
  });

  it('speaks the chosen language and wears the chosen theme, also after a reload', async () => {
    const person = await arrive({ width: 1400, scheme: 'light' });
    const { page } = person;
    await person.signIn(demo);
    await page.getByRole('button', { name: 'Settings of this page' }).click();
    await page.getByLabel('Appearance').selectOption('dark');
    await page.getByLabel('Language').selectOption('de');
    await page.reload();
    await page.getByRole('heading', { name: 'Zähler' }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('de');
    expect(await page.evaluate('getComputedStyle(document.documentElement).backgroundColor')).toBe(
      'rgb(15, 20, 27)',
    );
    await page.getByRole('button', { name: 'Einstellungen' }).click();
    await page.getByRole('button', { name: 'Abmelden' }).click();
    await page.getByRole('heading', { name: 'Anmelden' }).waitFor();
    expect(person.complaints).toEqual([]);
  });

  it.runIf(published !== undefined)(
    'takes the pictures of the documentation (where JOULEGATE_SCREENSHOTS names a folder)',
    async () => {
      for (const look of [
        { width: 1400, scheme: 'light', suffix: '' },
        { width: 1400, scheme: 'dark', suffix: '-dark' },
        { width: 390, scheme: 'light', suffix: '-phone' },
      ] as const) {
        const person = await arrive(look);
        const { page } = person;
        await person.signIn(demo);
        await page.locator('jg-sparkline svg').last().waitFor();
        await page.locator('jg-meter-card .account').last().waitFor();
        await takePicture(page, `overview${look.suffix}`, published);
        await page.goto(`${demo.url}/#/history?meter=demo-house.grid&quantity=powerW&range=24h`);
        await page.locator('jg-energy-chart canvas').waitFor();
        await takePicture(page, `history${look.suffix}`, published);
        await page.goto(`${demo.url}/#/ledger?range=7d`);
        await page.locator('jg-ledger-strip button').first().waitFor();
        await takePicture(page, `ledger${look.suffix}`, published);
        await person.leave();
      }
    },
  );
});
