import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tryChromium } from './chromium.ts';
import type { OpenDemo } from './demo.ts';
import { sharedDemo } from './shared-demo.ts';
import { type Look, Visitor } from './visitor.ts';

const { browser: started, skipped } = await tryChromium();

describe.skipIf(started === undefined)(`who comes to the page in Chromium${skipped}`, () => {
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

  it('refuses a wrong password in words, and says nothing of the house to strangers', async () => {
    const { page } = await arrive({ width: 1400, scheme: 'light' });
    await page.goto(demo.url);
    await page.getByLabel('User').fill(demo.user);
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('User or password is not right').waitFor();
    expect(await page.getByText('Kitchen').count()).toBe(0);
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
});
