import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { copyHostWithout } from '../host-copy.ts';
import { tryChromium } from './chromium.ts';
import { TestHost } from './host.ts';
import { seriousViolations, takePicture } from './pictures.ts';
import { type Program, startProgram } from './program.ts';
import { Visitor } from './visitor.ts';

const { browser: started, skipped } = await tryChromium();

describe.skipIf(started === undefined)(`other sources in Chromium${skipped}`, () => {
  const browser = started as Browser;
  const host = new TestHost();
  let line: Program | undefined;
  let port = '';
  let person: Visitor;

  beforeAll(async () => {
    await host.start();
    line = await startProgram(['dist/simulator/cli.js', 'serve', '--json', '--modbus-port', '0'], 'serving');
    port = /127\.0\.0\.1:(\d+) +Modbus TCP/.exec(JSON.stringify(line.events))?.[1] ?? '';
    person = await Visitor.arrive(browser, { width: 1280, scheme: 'light' });
    const { page } = person;
    await page.goto(host.url);
    await page.getByLabel('One-time code').fill(host.setupCode);
    await page.getByLabel('User').fill('ada');
    await page.getByLabel('Password').fill('a long enough password');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('heading', { name: 'No gateway yet' }).waitFor();
  });

  afterAll(async () => {
    await browser.close();
    await line?.close();
    await host.remove();
  });

  /** Nothing is wider than the window, nor wrong for people with disabilities; a picture is kept. */
  async function expectSound(name: string): Promise<void> {
    expect(await person.overhang()).toBeLessThanOrEqual(0);
    expect(await seriousViolations(person.page)).toEqual([]);
    await takePicture(person.page, name);
  }

  /** A simulated line is late where the machine is busy: asked again until what is wanted is there. */
  async function until(button: string, wanted: Locator): Promise<void> {
    for (let tries = 0; tries < 5; tries++) {
      await person.page.getByRole('button', { name: button }).click();
      await person.page.getByRole('progressbar').waitFor({ state: 'detached' });
      if ((await wanted.count()) > 0) return;
    }
    expect(await wanted.count(), button).toBeGreaterThan(0);
  }

  it('are chosen by what they are, and tell what is wrong where it stands', async () => {
    const { page } = person;
    await page.getByText('need no gateway').waitFor();
    expect(await page.getByRole('main').getByRole('link', { name: 'Import' }).count()).toBe(1);
    await page.getByRole('link', { name: 'Other sources' }).click();
    await page.getByText('No source has been added yet').waitFor();
    await page.getByRole('link', { name: 'Add a source' }).click();
    await page.getByRole('heading', { name: 'What do you want to read?' }).waitFor();
    await expectSound('sources-kinds-1280-light');
    await page.getByRole('button', { name: /^Modbus/ }).click();
    await page.getByLabel('Name', { exact: true }).first().fill('Meters in the cellar');
    expect(await page.getByLabel('Id', { exact: true }).first().inputValue()).toBe('meters-in-the-cellar');
    await page.getByLabel('Connected by').selectOption('tcp');
    await page.getByLabel(/^TCP port/).fill(port);
    await page.getByLabel('Name', { exact: true }).last().fill('House');
    await page.getByLabel('Meter', { exact: true }).selectOption('eastron-sdm630');
    await page.getByLabel('Unit', { exact: true }).fill('300');
    await page.getByLabel(/^Address/).fill('127.0.0.1');
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByText('At most 255 is allowed.').waitFor();
    expect(await page.getByLabel('Unit', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    await expectSound('sources-mistake-1280-light');
    person.complaints.length = 0;
  });

  it('are found, tried with live values, and saved', async () => {
    const { page } = person;
    await page.getByLabel('Unit', { exact: true }).fill('1');
    await until('Look around', page.getByRole('button', { name: /^Take / }));
    await until('Try it', page.getByText(/[0-9.]+\u202fk?W$/));
    // A line that was late is refused in words, and the browser notes it.
    person.complaints.length = 0;
    await expectSound('sources-tried-1280-light');
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectSound('sources-tried-390-dark');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Meters in the cellar' }).waitFor();
    await page.getByRole('link', { name: 'House' }).waitFor();
    await page
      .getByText(/[0-9.]+\u202fk?W$/)
      .first()
      .waitFor();
    await expectSound('sources-list-390-dark');
    expect(person.complaints).toEqual([]);
  });

  it('stand among gateways as what they are', async () => {
    const { page } = person;
    await page.goto(`${host.url}/#/gateways/meters-in-the-cellar`);
    await page.getByRole('link', { name: 'House' }).waitFor();
    expect(await page.getByRole('button', { name: 'Restart' }).count()).toBe(0);
    await page.setViewportSize({ width: 1280, height: 900 });
    await expectSound('sources-page-1280-dark');
    await page.getByRole('link', { name: 'Settings of this source' }).click();
    await page.getByLabel(/^TCP port/).waitFor();
    expect(await page.getByLabel(/^TCP port/).inputValue()).toBe(port);
  });

  it('are switched off and on', async () => {
    const { page } = person;
    await page.goto(`${host.url}/#/gateways?part=sources`);
    await page.getByRole('button', { name: 'Switch off' }).click();
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByRole('button', { name: 'Switch off' }).waitFor();
    expect(person.complaints).toEqual([]);
  });

  it('of a kind that is gone from the host are told as that, are no choice, and are removed when that was asked', async () => {
    const { page } = person;
    await host.stop();
    const copy = await mkdtemp(join(tmpdir(), 'joulegate-e2e-copy-'));
    onTestFinished(() => rm(copy, { recursive: true, force: true }));
    await copyHostWithout(['modbus'], copy);
    await host.start(join(copy, 'dist/host/cli.js'));
    await page.reload();
    await page.getByText('This host does not know the kind modbus any more.').waitFor();
    // Of a host that was away the page has complained.
    person.complaints.length = 0;
    expect(await page.getByRole('main').getByRole('button').allInnerTexts()).toEqual(['Remove']);
    await page.getByRole('link', { name: 'Add a source' }).click();
    await page.getByRole('heading', { name: 'What do you want to read?' }).waitFor();
    expect(await page.getByRole('button', { name: /^Tasmota/ }).count()).toBe(1);
    expect(await page.getByRole('button', { name: /^Modbus/ }).count()).toBe(0);
    await page.goBack();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('What it measured stays').waitFor();
    await page.getByRole('button', { name: 'Remove it' }).click();
    await page.getByText('No source has been added yet').waitFor();
    expect(person.complaints).toEqual([]);
  });
});
