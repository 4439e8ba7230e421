import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tryChromium } from './chromium.ts';
import type { OpenDemo } from './demo.ts';
import { seriousViolations, takePicture } from './pictures.ts';
import { sharedDemo } from './shared-demo.ts';
import { type Look, type Session, Visitor } from './visitor.ts';

const looks: readonly Look[] = [
  { width: 1280, scheme: 'light' },
  { width: 390, scheme: 'dark' },
];

/** What the page of each kind of meter has, and what it has no source for. */
const kinds = [
  { meter: 'grid', has: ['jg-counters', 'jg-meter-load'], hasNot: [] },
  { meter: 'pv', has: ['jg-phasors', 'jg-voltage-band', 'jg-counters'], hasNot: [] },
  {
    meter: 'dc',
    has: ['jg-meter-values', 'jg-counters'],
    hasNot: ['jg-phasors', 'jg-voltage-band', 'jg-power-quality'],
  },
] as const;

/** Not higher than the page is. */
async function picture(page: Page, width: number, name: string): Promise<void> {
  await page.setViewportSize({ width, height: 844 });
  await takePicture(page, `meter-${name}`);
}

const { browser: started, skipped } = await tryChromium();

describe.skipIf(started === undefined)(`the page of a meter in Chromium${skipped}`, () => {
  const browser = started as Browser;
  let demo: OpenDemo;
  let session: Session | undefined;
  let visitor: Visitor | undefined;

  /** Somebody who is signed in, at a meter's page. */
  const visit = async (meter: string, look: Look = { width: 1280, scheme: 'light' }): Promise<Visitor> => {
    visitor = await Visitor.arrive(browser, look, session);
    if (session === undefined) {
      await visitor.signIn(demo);
      session = await visitor.session();
    }
    await visitor.page.goto(`${demo.url}/#/meter/demo-house.${meter}`);
    await visitor.page.locator('jg-meter-head h1').waitFor();
    // So high that all of it is in the window: cards ask for what they show when they come near it.
    await visitor.page.setViewportSize({ width: look.width, height: 7000 });
    return visitor;
  };

  beforeAll(async () => {
    demo = await sharedDemo();
  });

  afterEach(async () => {
    await visitor?.leave();
    visitor = undefined;
  });

  afterAll(async () => {
    await browser.close();
  });

  it.each(looks)('shows a meter of three phases at $width px, $scheme', async look => {
    const person = await visit('house', look);
    const { page } = person;
    await page.locator('jg-phasors svg').waitFor();
    // On a phone what is long is folded; everything is found behind its heading.
    await page.locator('jg-counters h2').waitFor();
    const folded = page.locator('details.fold:not([open]) > summary');
    while ((await folded.count()) > 0) await folded.first().click();
    await page.locator('jg-counters tbody tr').first().waitFor();
    await page.locator('jg-week-map td').first().waitFor();
    await page.locator('jg-ledger-strip button').first().waitFor();
    await page.locator('jg-voltage-band tbody tr').first().waitFor();
    const live = page.locator('jg-meter-head [data-at-ms]');
    const before = Number(await live.getAttribute('data-at-ms'));
    await expect.poll(async () => Number(await live.getAttribute('data-at-ms'))).toBeGreaterThan(before);
    expect(await page.getByText(/NaN|undefined|Infinity/).count()).toBe(0);
    expect(await person.overhang()).toBeLessThanOrEqual(0);
    expect(await seriousViolations(page)).toEqual([]);
    await picture(page, look.width, `${look.width}-${look.scheme}`);
    expect(person.complaints).toEqual([]);
  });

  it.each(kinds)(
    'of $meter shows what there is a source for, and nothing else',
    async ({ meter, has, hasNot }) => {
      const person = await visit(meter, { width: 390, scheme: 'light' });
      const { page } = person;
      for (const tag of has) await page.locator(tag).waitFor();
      await page.locator('jg-meter-ledger').waitFor();
      await expect.poll(() => page.getByText('Loading…').count()).toBe(0);
      for (const tag of hasNot) expect([tag, await page.locator(tag).count()]).toEqual([tag, 0]);
      expect(await page.getByText(/NaN|undefined|Infinity/).count()).toBe(0);
      await picture(page, 390, meter);
      expect(person.complaints).toEqual([]);
    },
  );

  it('speaks German and Portuguese, on a phone too', async () => {
    const person = await visit('house', { width: 390, scheme: 'dark' });
    const { page } = person;
    for (const [language, counters] of [
      ['de', 'Zählerstände'],
      ['pt', 'Registos'],
    ] as const) {
      await page.evaluate(`localStorage.setItem('joulegate.language', '${language}')`);
      await page.reload();
      await page.getByRole('heading', { name: counters, exact: true }).waitFor();
      expect(await person.overhang()).toBeLessThanOrEqual(0);
      await picture(page, 390, language);
    }
    expect(person.complaints).toEqual([]);
  });

  it('tells readings at an instant, which is in the address, and back works', async () => {
    const person = await visit('ev');
    const { page } = person;
    const field = page.getByLabel('Instant');
    await field.waitFor();
    const now = await field.inputValue();
    // Half an hour ago, between two windows.
    const then = new Date(Date.parse(`${now}Z`) - 1_803_000).toISOString().slice(0, 19);
    await field.fill(then);
    await field.blur();
    await page.waitForURL(/at=\d+/);
    await page.locator('jg-counters').getByText('Interpolated between').first().waitFor();
    await page.reload();
    await page.locator('jg-counters').getByText('Interpolated between').first().waitFor();
    await page.goBack();
    await page
      .locator('jg-counters')
      .getByText(/Read \d/)
      .first()
      .waitFor();
    expect(person.complaints).toEqual([]);
  });

  it('leads from a value to its history, by the keyboard alone', async () => {
    const person = await visit('house');
    const { page } = person;
    const link = page.getByRole('link', { name: /^Voltage L2: .* Show its history$/ });
    await link.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/history\?meter=demo-house\.house&quantity=voltageL2V/);
    expect(person.complaints).toEqual([]);
  });

  it('says that there is no such meter, and where all are', async () => {
    visitor = await Visitor.arrive(browser, { width: 390, scheme: 'light' }, session);
    const { page } = visitor;
    await page.goto(`${demo.url}/#/meter/nobody.nothing`);
    await page.getByRole('heading', { name: 'There is no meter “nobody.nothing”.' }).waitFor();
    await page.getByRole('link', { name: 'To the overview' }).click();
    await page.getByRole('heading', { name: 'Meters' }).waitFor();
    expect(visitor.complaints).toEqual([]);
  });
});
