import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryChromium } from './chromium.ts';
import { TestHost } from './host.ts';
import { seriousViolations, takePicture } from './pictures.ts';
import { Visitor } from './visitor.ts';

const { browser: started, skipped } = await tryChromium();

const meter = 'logger.heat';
const dayMs = 86_400_000;

describe.skipIf(started === undefined)(`alarms in Chromium${skipped}`, () => {
  const browser = started as Browser;
  const host = new TestHost();
  let hook: Server;
  let person: Visitor;
  let page: Page;
  let token = '';

  const ask = async (path: string, data: object) => {
    const response = await page.request.post(`${host.url}/api/v1/${path}`, { data });
    expect(response.ok(), await response.text()).toBe(true);
    return response.json();
  };
  /** Values of a second each, by their times. */
  const send = async (readings: readonly (readonly [atMs: number, powerW: number])[]) => {
    const response = await fetch(`${host.url}/api/v1/readings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        readings: readings.map(([at, powerW]) => ({ meter: 'heat', at, values: { powerW } })),
      }),
    });
    expect(response.status, await response.text()).toBe(200);
  };
  /** Nothing is wider than the window, nor wrong for people with disabilities; a picture is kept. */
  const expectSound = async (name: string) => {
    expect(await person.overhang()).toBeLessThanOrEqual(0);
    expect(await seriousViolations(page)).toEqual([]);
    await takePicture(page, name);
  };

  beforeAll(async () => {
    hook = createServer((_request, reply) => void reply.end('thanks'));
    await new Promise<void>(resolve => hook.listen(0, '127.0.0.1', resolve));
    await host.start();
    person = await Visitor.arrive(browser, { width: 1280, scheme: 'light', isKept: true });
    page = person.page;
    await page.goto(host.url);
    await page.getByLabel('One-time code').fill(host.setupCode);
    await page.getByLabel('User').fill('ada');
    await page.getByLabel('Password').fill('a long enough password');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('heading', { name: 'No gateway yet' }).waitFor();
    const settings = { meters: [{ id: 'heat', name: 'Heat pump', everyS: 1 }] };
    await ask('connectors', { id: 'logger', kind: 'http', name: 'Logger', settings });
    ({ token } = await ask('tokens', {
      name: 'logger',
      scopes: ['ingest'],
      sites: ['home'],
      expiresMs: Date.now() + dayMs,
    }));
    const nowMs = Date.now();
    // Twice in the last week, for a few seconds.
    await send(
      [2, 5].flatMap(days =>
        [0, 1, 2, 3, 4].map(s => [nowMs - days * dayMs + s * 1000, s === 2 || s === 3 ? 4000 : 500] as const),
      ),
    );
  });

  afterAll(async () => {
    await browser.close();
    await host.remove();
    hook.closeAllConnections();
    await new Promise(resolve => hook.close(resolve));
  });

  it('a rule is written in plain words, tried on the last week, and saved', async () => {
    await page.goto(`${host.url}/#/alarms`);
    await page.getByText('There are no rules yet').waitFor();
    await expectSound('alarms-empty-1280-light');
    await page.getByRole('link', { name: 'Make the first rule' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Heat pump too strong');
    await page.getByLabel('Limit', { exact: true }).fill('much');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('This is no number.').waitFor();
    await page.getByLabel('Limit', { exact: true }).fill('3.5 kW');
    await page.getByLabel('For at least', { exact: true }).fill('0');
    await page.getByText('Notes when Heat pump: Power is over 3,500\u202fW; nobody is told.').waitFor();
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByText('Would have fired 2 times in the last week:').waitFor();
    await expectSound('alarms-rule-1280-light');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Heat pump too strong' }).waitFor();
    await expectSound('alarms-rules-1280-light');
  });

  it('what happens is told in the navigation at once, looked after, and commented', async () => {
    const atMs = Date.now() + 1000;
    await send([
      [atMs, 400],
      [atMs + 1000, 3712],
    ]);
    await page.getByRole('link', { name: 'Alarms (1 not acknowledged)' }).click();
    const event = page.getByRole('article', { name: 'Heat pump too strong' });
    await event.getByText('Power 3.71\u202fkW').waitFor();
    expect(await event.getByRole('link', { name: 'Heat pump' }).getAttribute('href')).toContain(meter);
    await event.getByRole('button', { name: 'Details of Heat pump too strong' }).click();
    await event.getByRole('img').waitFor();
    await event.getByLabel('Your comment').fill('the oven, too');
    await event.getByRole('button', { name: 'Add comment' }).click();
    await event.getByText('the oven, too').waitFor();
    await event.getByRole('button', { name: '8 hours' }).click();
    await event.getByText('Tells nobody until').waitFor();
    await page.setViewportSize({ width: 360, height: 780 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectSound('alarms-event-360-dark');
    await event.getByRole('button', { name: 'Acknowledge Heat pump too strong' }).click();
    await event.getByText('ada looks after it since').waitFor();
    await page.getByText('(1 not acknowledged)').first().waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Not acknowledged' }).click();
    await page.getByText('Nothing of this kind.').waitFor();
    // A link opens what it names, though the list does not have it.
    const [{ id }] = await (await page.request.get(`${host.url}/api/v1/alarm-events`)).json();
    await page.goto(`${host.url}/#/alarms?event=${id}&show=open`);
    await event.getByText('ada looks after it since').waitFor();
    expect(person.complaints).toEqual([]);
  });

  it('a channel is set up, tested, and tells what the server said', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(`${host.url}/#/alarms/channels`);
    await page.getByRole('link', { name: 'New channel' }).click();
    await page.getByRole('button', { name: /^Webhook/ }).click();
    await page.getByLabel('Name', { exact: true }).fill('House computer');
    await page.getByLabel('Address').fill(`http://127.0.0.1:${(hook.address() as AddressInfo).port}/`);
    await page.getByLabel('Secret').fill('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    await expectSound('alarms-channel-1280-dark');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Send a test by House computer' }).click();
    await page.getByText('200 thanks').waitFor();
    await page.getByRole('link', { name: 'Change House computer' }).click();
    expect(await page.getByLabel('Secret').inputValue()).toBe('');
    expect(person.complaints).toEqual([]);
  });

  it('a browser is told why it cannot be signed up, and shows what is pushed; a click opens the alarm', async () => {
    await page.context().grantPermissions(['notifications'], { origin: host.url });
    await page.goto(`${host.url}/#/alarms/channels?channel=`);
    await page.getByRole('button', { name: /^Browsers and phones/ }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'This browser' }).waitFor();
    await expectSound('alarms-channels-1280-dark');
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
    if ((await page.evaluate('Notification.permission')) === 'denied') {
      // A browser without a window grants nobody anything, whatever it is told.
      await page.getByText('have forbidden notifications of this page').waitFor();
    } else {
      // No push service can be reached from a test.
      await page.getByRole('button', { name: 'Sign this browser up' }).click();
      await page.getByText('The push service of this browser could not be reached').waitFor();
    }
    const worker = page.context().serviceWorkers()[0] ?? (await page.context().waitForEvent('serviceworker'));
    // What the browser would show, without its permission.
    await worker.evaluate(`self.shown = [];
      registration.showNotification = async (title, options) => void self.shown.push({ title, ...options });`);
    const open = '#/alarms?show=open';
    const payload = { title: 'Alarm: Heat pump', body: 'Power: 3.71 kW', tag: 'msg_1', language: 'en', open };
    const session = await page.context().newCDPSession(page);
    const registrationId = await new Promise<string>(resolve => {
      session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const [first] = registrations;
        if (first !== undefined) resolve(first.registrationId);
      });
      void session.send('ServiceWorker.enable');
    });
    const push = (data: string) =>
      session.send('ServiceWorker.deliverPushMessage', { origin: host.url, registrationId, data });
    const shown = () => worker.evaluate('self.shown');
    await push(JSON.stringify(payload));
    await expect
      .poll(shown)
      .toMatchObject([{ title: payload.title, body: payload.body, tag: 'msg_1', lang: 'en' }]);
    // What nobody understands is shown all the same: the browser asks for that.
    await push('{');
    await expect.poll(shown).toMatchObject([{}, { title: 'Joulegate' }]);
    await worker.evaluate(`(() => {
      const click = new Event('notificationclick');
      const [{ data }] = self.shown;
      self.dispatchEvent(Object.assign(click, { notification: { data, close() {} }, waitUntil: work => work.catch(() => {}) }));
    })()`);
    await page.waitForURL(/#\/alarms\?show=open$/);
  });
});
