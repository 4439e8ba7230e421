import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tryChromium } from './chromium.ts';
import type { OpenDemo } from './demo.ts';
import { seriousViolations, takePicture } from './pictures.ts';
import { sharedDemo } from './shared-demo.ts';
import { type Look, Visitor } from './visitor.ts';

const looks: readonly Look[] = [
  { width: 1400, scheme: 'light' },
  { width: 390, scheme: 'dark' },
];

const { browser: started, skipped } = await tryChromium();

describe.skipIf(started === undefined)(`the ledger in Chromium${skipped}`, () => {
  const browser = started as Browser;
  let demo: OpenDemo;
  let visitor: Visitor | undefined;

  const arrive = async (look: Look): Promise<Visitor> => {
    visitor = await Visitor.arrive(browser, look);
    return visitor;
  };

  beforeAll(async () => {
    demo = await sharedDemo();
  });

  afterEach(async () => {
    await visitor?.leave();
    visitor = undefined;
  });

  afterAll(() => browser.close());

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
    expect(await page.locator('jg-ledger-strip').count()).toBe(8);
    expect(await page.getByText('NaN').count()).toBe(0);
    expect(await person.overhang()).toBeLessThanOrEqual(0);
    expect(await seriousViolations(page)).toEqual([]);
    await takePicture(page, `ledger-${look.width}-${look.scheme}`);
    await page.getByRole('button', { name: 'Show as table' }).click();
    await page.locator('jg-ledger-table tbody tr').first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    expect(person.complaints).toEqual([]);
  });
});
