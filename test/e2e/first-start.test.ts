import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryChromium } from './chromium.ts';
import { TestHost } from './host.ts';
import { seriousViolations, takePicture } from './pictures.ts';
import { Visitor } from './visitor.ts';

const { browser: started, skipped } = await tryChromium();

describe.skipIf(started === undefined)(`a new host in Chromium${skipped}`, () => {
  const browser = started as Browser;
  const host = new TestHost();
  let person: Visitor;

  beforeAll(async () => {
    await host.start();
    person = await Visitor.arrive(browser, { width: 390, scheme: 'light' });
  });

  afterAll(async () => {
    await browser.close();
    await host.remove();
  });

  it('makes the first account by the code of the terminal, and refuses another code in words', async () => {
    const { page } = person;
    await page.goto(host.url);
    await page.getByRole('heading', { name: 'Create the first account' }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByLabel('One-time code').fill('not-the-code');
    await page.getByLabel('User').fill('ada');
    await page.getByLabel('Password').fill('a long enough password');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('This is not the code that the host printed').waitFor();
    await takePicture(page, 'setup-390-light');
    await page.getByLabel('One-time code').fill(host.setupCode);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('heading', { name: 'No gateway yet' }).waitFor();
  });

  it('tells how to add a gateway, and shows its credential until it is closed', async () => {
    const { page } = person;
    expect(await seriousViolations(page)).toEqual([]);
    await takePicture(page, 'empty-390-light');
    await page.getByRole('button', { name: 'Add gateway' }).click();
    await page.getByLabel('Name of the gateway').fill('cellar');
    await page.getByRole('button', { name: 'Create credential' }).click();
    await page.getByText('“cellar” may now connect').waitFor();
    await takePicture(page, 'credential-390-light');
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('heading', { name: 'cellar' }).waitFor();
    await page.getByText('never seen').waitFor();
  });
});
