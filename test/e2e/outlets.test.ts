import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryChromium } from './chromium.ts';
import { TestHost } from './host.ts';
import { seriousViolations, takePicture } from './pictures.ts';
import { Visitor } from './visitor.ts';

const { browser: started, skipped } = await tryChromium();

describe.skipIf(started === undefined)(`other systems in Chromium${skipped}`, () => {
  const browser = started as Browser;
  const host = new TestHost();
  let other: Server;
  let port = 0;
  let answer = 204;
  const tokens: (string | undefined)[] = [];
  let person: Visitor;

  beforeAll(async () => {
    // Another side that says yes or no, as it is told.
    other = createServer((request, response) => {
      tokens.push(request.headers.authorization);
      request.resume().on('end', () => response.writeHead(answer).end());
    });
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
    port = (other.address() as AddressInfo).port;
    await host.start();
    person = await Visitor.arrive(browser, { width: 1280, scheme: 'light' });
    const { page } = person;
    await page.goto(host.url);
    const body = { code: host.setupCode, user: 'ada', password: 'a long enough password' };
    await page.request.post(`${host.url}/api/v1/setup`, { data: body });
    await page.reload();
    await page.getByLabel('User').fill(body.user);
    await page.getByLabel('Password').fill(body.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation').first().waitFor();
    // A source by HTTP, with one reading: what is to be handed on.
    const ask = async (path: string, data: object) => {
      const made = await page.request.post(`${host.url}/api/v1/${path}`, { data });
      expect(made.ok(), await made.text()).toBe(true);
      return made.json();
    };
    const settings = { meters: [{ id: 'house', name: 'House', everyS: 1 }] };
    await ask('connectors', { id: 'cellar', kind: 'http', name: 'Cellar', settings });
    const { token } = await ask('tokens', {
      name: 'logger',
      scopes: ['ingest'],
      sites: ['home'],
      expiresMs: Date.now() + 86_400_000,
    });
    const sent = await fetch(`${host.url}/api/v1/readings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ meter: 'house', at: Date.now() - 60_000, values: { powerW: 431.5 } }),
    });
    expect(sent.status, await sent.text()).toBe(200);
  });

  afterAll(async () => {
    await browser.close();
    other.close();
    await host.remove();
  });

  /** Nothing is wider than the window, nor wrong for people with disabilities; a picture is kept. */
  async function expectSound(name: string): Promise<void> {
    expect(await person.overhang()).toBeLessThanOrEqual(0);
    expect(await seriousViolations(person.page)).toEqual([]);
    await takePicture(person.page, name);
  }

  it('are chosen by what they are, and tell what is wrong where it stands', async () => {
    const { page } = person;
    await page.goto(`${host.url}/#/data/export`);
    await page.getByRole('link', { name: 'Other systems' }).click();
    await page.getByText('None has been set up yet').waitFor();
    await page.getByRole('link', { name: 'Add a system' }).click();
    await page.getByRole('heading', { name: 'What is to get values?' }).waitFor();
    await expectSound('outlets-kinds-1280-light');
    await page.getByRole('button', { name: /^HTTP/ }).click();
    await page.getByRole('button', { name: 'Another kind' }).click();
    await page.locator('.kinds button:focus').waitFor();
    await page.getByRole('button', { name: /^HTTP/ }).click();
    await page.getByLabel('Name', { exact: true }).fill('My server');
    await page.getByLabel('Address', { exact: true }).fill('my.server');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('[aria-invalid="true"]').waitFor();
    await expectSound('outlets-mistake-1280-light');
    person.complaints.length = 0;
    await page.getByLabel('Address', { exact: true }).fill(`http://127.0.0.1:${port}/in`);
    await page.getByLabel(/^Token/).fill('very-secret');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'My server' }).waitFor();
    expect(person.complaints).toEqual([]);
  });

  it('say what came of a test, and never show a secret again', async () => {
    const { page } = person;
    const test = page.getByRole('button', { name: 'Test now: My server' });
    answer = 403;
    await test.click();
    await page.getByText('Nothing arrived:').waitFor();
    answer = 204;
    await test.click();
    await page.getByText('The newest value was sent').waitFor();
    expect(tokens.at(-1)).toBe('Bearer very-secret');
    await page.getByRole('link', { name: 'Change My server' }).click();
    await page.getByLabel(/^Token/).waitFor();
    expect(await page.getByLabel(/^Token/).inputValue()).toBe('');
    await page.setViewportSize({ width: 360, height: 780 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.getByLabel('Meters').selectOption('meters');
    await page.getByLabel('House').check();
    await page.getByLabel('Quantities').selectOption('some');
    await page.getByRole('checkbox', { name: 'Power', exact: true }).check();
    await expectSound('outlets-form-360-dark');
    await page.getByRole('button', { name: 'Save' }).click();
    await test.click();
    await page.getByText('The newest value was sent').waitFor();
    expect(tokens.at(-1)).toBe('Bearer very-secret');
    await page.getByRole('link', { name: 'Change My server' }).click();
    await page.getByLabel('None any more: Token').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await test.click();
    await page.getByText('The newest value was sent').waitFor();
    expect(tokens.at(-1)).toBeUndefined();
  });

  it('stay where the host cannot be asked, with the reason and a button to ask again', async () => {
    const { page } = person;
    await page.route('**/api/v1/forwards', route => route.abort());
    await page.locator('jg-outlets').dispatchEvent('jg-set-up');
    const again = page.getByRole('alert').getByRole('button', { name: 'Try again' });
    await again.waitFor();
    await page.getByRole('heading', { name: 'My server' }).waitFor();
    await page.unroute('**/api/v1/forwards');
    await again.click();
    await again.waitFor({ state: 'detached' });
    person.complaints.length = 0;
  });

  it('are a meter for wall boxes and devices for Home Assistant, too', async () => {
    const { page } = person;
    await page.goto(`${host.url}/#/data/outlets?outlet=`);
    await page.getByRole('button', { name: /^Home Assistant/ }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('meters told').waitFor();
    await page.goto(`${host.url}/#/data/outlets?outlet=`);
    await page.getByRole('button', { name: /^Modbus TCP/ }).click();
    await page.getByLabel('Name', { exact: true }).fill('Wall box');
    await page.getByLabel('Meter', { exact: true }).selectOption('House');
    await page.getByLabel('TCP port').fill(String(await freePort()));
    await expectSound('outlets-modbus-360-dark');
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByText('It works.').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('connected: 0').waitFor();
    await page.getByRole('button', { name: 'Deliveries to My server' }).click();
    // Windows without values are told, too, so something may have gone by now.
    await page.getByText(/^(Nothing was sent since|Said)/).waitFor();
    await expectSound('outlets-list-360-dark');
    await page.setViewportSize({ width: 1280, height: 900 });
    await expectSound('outlets-list-1280-dark');
  });

  it('are switched off and on, and removed when that was asked', async () => {
    const { page } = person;
    await page.getByRole('button', { name: 'Switch off' }).first().click();
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByRole('button', { name: 'Switch on' }).waitFor({ state: 'detached' });
    for (const [name, text] of [
      ['My server', 'What arrived stays there'],
      ['Wall box', 'Whoever asks this port'],
      ['Home Assistant', 'Home Assistant forgets the devices'],
    ] as const) {
      const item = page.locator('jg-set-up-item', { has: page.getByRole('heading', { name }) });
      await item.getByRole('button', { name: 'Remove', exact: true }).click();
      await item.getByText(text).waitFor();
      await item.getByRole('button', { name: 'Remove it' }).click();
      await item.waitFor({ state: 'detached' });
    }
    await page.getByText('None has been set up yet').waitFor();
    expect(person.complaints).toEqual([]);
  });
});

/** One that nobody listens at. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
