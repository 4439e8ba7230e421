import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tryChromium } from './chromium.ts';
import { seriousViolations, takePicture } from './pictures.ts';
import { type Program, said, startProgram } from './program.ts';
import { Visitor } from './visitor.ts';

const { browser: started, skipped } = await tryChromium();
const cli = join(process.cwd(), 'dist', 'simulator', 'cli.js');

describe.skipIf(started === undefined)(`the laboratory's page in Chromium${skipped}`, () => {
  const browser = started as Browser;
  let demo: Program;
  let address: string;
  let visitor: Visitor | undefined;

  beforeAll(async () => {
    const args = [cli, 'demo', '--port', '0', '--hours', '0', '--seed', '42', '--json'];
    demo = await startProgram(args, 'ready');
    address = said(demo, 'ready', 'laboratory');
  });
  afterEach(async () => {
    await visitor?.leave();
    visitor = undefined;
  });
  afterAll(async () => {
    await demo?.close();
    await browser.close();
  });

  it('begins noise on a bus, shows wrong bits and a countdown, and mends it again', async () => {
    visitor = await Visitor.arrive(browser, { width: 1280, scheme: 'light' });
    const { page } = visitor;
    await page.goto(address);
    const bus = page.locator('jg-lab-part').filter({ hasText: 'rs485-1' }).first();
    await bus.getByText('Let something go wrong').click();
    await bus.getByLabel('Share of wrong bits').fill('2');
    await bus.getByRole('button', { name: 'Begin' }).click();
    await bus.getByRole('alert').filter({ hasText: 'Share of wrong bits: from 0 to 0.5' }).waitFor();
    await bus.getByLabel('Share of wrong bits').fill('0.01');
    // Longer than any machine takes until it is mended.
    await bus.getByLabel('For how long').selectOption('1 hour');
    await bus.getByRole('button', { name: 'Begin' }).click();
    await bus.getByText(/\d left$/).waitFor();
    const wrongBits = bus.locator('dl div').filter({ hasText: 'wrong bits' });
    await wrongBits.filter({ hasText: /[1-9]/ }).waitFor();
    await takePicture(page, 'lab');
    expect(await seriousViolations(page)).toEqual([]);
    await bus.getByRole('button', { name: 'Mend: Noise, rs485-1' }).click();
    await page.getByText('rs485-1: Noise, mended').waitFor();
    await bus.getByText('All is well').waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it('speaks German on a phone in the dark, fits it, and works by keyboard', async () => {
    visitor = await Visitor.arrive(browser, { width: 390, scheme: 'dark', locale: 'de-DE' });
    const { page } = visitor;
    await page.goto(address);
    const network = page.locator('jg-lab-part').filter({ hasText: 'der Weg zwischen Gateway und Broker' });
    await network.locator('summary').focus();
    await page.keyboard.press('Enter');
    await network.getByLabel('Was', { exact: true }).selectOption('network.loss');
    await network.getByLabel('Wie lange').selectOption('1 Stunde');
    await network.getByLabel('Anteil').press('Enter');
    await page.getByText('Netz: Verlorene Pakete, begann').waitFor();
    await page.getByRole('button', { name: 'Alles beheben', disabled: false }).press('Enter');
    await page.getByText('Netz: Verlorene Pakete, behoben').waitFor();
    expect(await visitor.overhang()).toBe(0);
    expect(await seriousViolations(page)).toEqual([]);
    await takePicture(page, 'lab-phone');
    expect(visitor.complaints).toEqual([]);
  });
});
