import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { keyTable } from '../../web/frame/keys.ts';
import { tryChromium } from './chromium.ts';
import { TestHost } from './host.ts';
import { PageServer } from './page-server.ts';
import { payloads, Spoiler } from './payloads.ts';
import { seriousViolations, takePicture, takeWindow } from './pictures.ts';
import { sharedDemo } from './shared-demo.ts';
import { type Look, type Session, Visitor } from './visitor.ts';

const views = [
  'overview',
  'history',
  'structure',
  'ledger',
  'gateways',
  'alarms',
  'data',
  'settings',
] as const;
const hashes = [
  '',
  '/history',
  '/structure',
  '/ledger',
  '/gateways',
  '/alarms',
  '/data/corrections',
  '/settings',
];

/** First load, all of its scripts as they would come packed. */
const budgetBytes = 170_000;

const { browser: started, skipped } = await tryChromium();

/** What has the focus, through shadow roots. */
const focused = `(() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element?.localName + ': ' + (element?.textContent ?? '').trim().slice(0, 40);
})()`;

describe.skipIf(started === undefined)(`the frame of the page in Chromium${skipped}`, () => {
  const browser = started as Browser;
  let demo: Awaited<ReturnType<typeof sharedDemo>>;
  let session: Session;
  let visitor: Visitor | undefined;

  /** Somebody who is signed in already, at a view. */
  const arrive = async (look: Look, hash = ''): Promise<Visitor> => {
    visitor = await Visitor.arrive(browser, look, session);
    await visitor.page.goto(`${demo.url}/#${hash}`);
    await visitor.page.locator('jg-top-bar nav').waitFor();
    return visitor;
  };

  beforeAll(async () => {
    demo = await sharedDemo();
    const first = await Visitor.arrive(browser, { width: 1280, scheme: 'light' });
    await first.page.goto(demo.url);
    await first.page.getByLabel('User').fill(demo.user);
    await first.page.getByLabel('Password').fill(demo.password);
    await first.page.getByRole('button', { name: 'Sign in' }).click();
    await first.page.locator('jg-top-bar nav').waitFor();
    session = await first.session();
    await first.leave();
  });

  afterEach(async () => {
    await visitor?.leave();
    visitor = undefined;
  });

  afterAll(async () => {
    await browser.close();
  });

  it.each([
    { width: 1280, scheme: 'light', locale: 'en-GB' },
    { width: 1024, scheme: 'dark', locale: 'de-DE' },
    { width: 650, scheme: 'light', locale: 'pt-PT' },
  ] as const)('has all views in one line at $width px, $locale', async look => {
    const person = await arrive(look);
    const { page } = person;
    const links = page.locator('jg-top-bar nav a:visible');
    await expect.poll(() => links.count()).toBe(7);
    const boxes = await Promise.all((await links.all()).map(link => link.boundingBox()));
    expect(new Set(boxes.map(box => Math.round(box?.y ?? -1))).size).toBe(1);
    expect((await page.locator('jg-top-bar header').boundingBox())?.height).toBeLessThan(72);
    expect(await person.overhang()).toBeLessThanOrEqual(0);
    await page.locator('button.menu').click();
    await page.locator('#menu a').click();
    await page.waitForURL(/#\/settings$/);
    await page.locator('#menu').waitFor({ state: 'hidden' });
    await page.locator('jg-settings h1').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe(look.locale.slice(0, 2));
    expect(await seriousViolations(page)).toEqual([]);
    await takePicture(page, `settings-${look.width}-${look.locale.slice(0, 2)}`);
    expect(person.complaints).toEqual([]);
  });

  it.each([
    { width: 360, scheme: 'dark', locale: 'pt-PT' },
    { width: 390, scheme: 'light', locale: 'de-DE' },
  ] as const)('has five places within reach of the thumb at $width px, $locale', async look => {
    const person = await arrive(look);
    const { page } = person;
    const places = page.locator('jg-top-bar nav .item:visible');
    await expect.poll(() => places.count()).toBe(5);
    for (const place of await places.all()) {
      const box = await place.boundingBox();
      expect(box?.height).toBeGreaterThanOrEqual(44);
      expect(box?.y).toBeGreaterThan(700 - 60);
    }
    for (const target of ['alarms', 'ledger', 'data', 'settings']) {
      await page.locator('nav .more').click();
      await page.locator(`#more a[href*="${target}"]`).click();
      await page.waitForURL(url => url.hash.startsWith(`#/${target}`));
      await page.locator('#more').waitFor({ state: 'hidden' });
      await page.locator(`jg-${target}`).waitFor();
      expect(await person.overhang()).toBeLessThanOrEqual(0);
    }
    await takePicture(page, `settings-${look.width}-${look.scheme}`);
    await page.locator('nav .more').click();
    expect(await seriousViolations(page)).toEqual([]);
    await takeWindow(page, `more-${look.width}-${look.scheme}`);
    expect(person.complaints).toEqual([]);
  });

  it('does what each key says, and nothing while somebody types', async () => {
    const person = await arrive({ width: 1280, scheme: 'light' }, '/settings');
    const { page } = person;
    // The commands that reach a view, whatever it makes of them.
    await page.evaluate(`{
      window.heard = [];
      document.querySelector('jg-app').shadowRoot.addEventListener('jg-key', event => window.heard.push(event.detail), true);
    }`);
    await page.locator('jg-settings h1').waitFor();
    for (const { keys, does } of keyTable) {
      // As fast as a person: a page that is busy takes its time to answer the first, and the second is waited for but so long.
      await Promise.all(keys.split(' ').map(key => page.keyboard.press(key)));
      if (does.is === 'go') {
        await page.locator(`jg-${does.view}`).waitFor();
        if (does.view === 'settings') {
          await expect.poll(() => page.evaluate(focused)).toBe('h1: Settings');
          await expect.poll(() => page.title()).toBe('Settings · Joulegate');
        }
      } else if (does.is === 'list') {
        await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      } else {
        expect(await page.evaluate('window.heard.at(-1)')).toEqual(does);
      }
    }
    expect(await seriousViolations(page)).toEqual([]);
    await takeWindow(page, 'keys-1280');
    const heard = await page.evaluate('window.heard.length');
    expect(heard).toBe(keyTable.filter(({ does }) => does.is !== 'go' && does.is !== 'list').length);
    // Within the dialog keys are its own: it closes, and the view is not reset.
    await page.keyboard.press('1');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: 'Account' }).click();
    await page.getByRole('button', { name: 'Change password' }).click();
    const field = page.getByLabel('Current password');
    await field.focus();
    await page.keyboard.type('g h 1 r ?');
    expect(await field.inputValue()).toBe('g h 1 r ?');
    expect(await page.evaluate('window.heard.length')).toBe(heard);
    expect(page.url()).toContain('#/settings');
    expect(person.complaints).toEqual([]);
  });

  it('has the parts of a view in one row on a phone: the shown one in sight, the others by keys', async () => {
    const { page, ...person } = await arrive(
      { width: 360, scheme: 'light', locale: 'de-DE' },
      '/data/backups',
    );
    const bar = page.getByRole('navigation', { name: 'Daten' });
    const shown = bar.getByRole('link', { name: 'Sicherungen' });
    const isInSight = async (text: string) => {
      const box = await bar.getByRole('link', { name: text }).boundingBox();
      return box !== null && box.x >= 0 && box.x + box.width <= 360;
    };
    await shown.waitFor();
    await expect.poll(() => isInSight('Sicherungen')).toBe(true);
    expect((await bar.boundingBox())?.height).toBeLessThan(60);
    expect(await isInSight('Korrekturen')).toBe(false);
    await shown.focus();
    for (const _ of ['Speicher', 'Andere Systeme', 'Export', 'Import', 'Korrekturen'])
      await page.keyboard.press('Shift+Tab');
    expect(await page.evaluate(focused)).toBe('a: Korrekturen');
    await expect.poll(() => isInSight('Korrekturen')).toBe(true);
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/data\/corrections$/);
    expect(await seriousViolations(page)).toEqual([]);
    expect(person.complaints).toEqual([]);
  });

  it.each([
    ['/gateways/nowhere', 'All gateways', /#\/gateways$/, 'There is no gateway “nowhere”.'],
    ['/gateways/demo-house/line?line=none', 'demo-house', /#\/gateways\/demo-house$/, 'no line “none”'],
    [
      '/gateways?part=sources&source=none',
      'Other sources',
      /#\/gateways\?part=sources$/,
      'This source is not',
    ],
    ['/alarms/rules?rule=none', 'Rules', /#\/alarms\/rules$/, 'This rule is not there'],
    ['/alarms/channels?channel=none', 'Channels', /#\/alarms\/channels$/, 'This channel is not there'],
    ['/data/outlets?outlet=none', 'Other systems', /#\/data\/outlets$/, 'This system is not there'],
    ['/ledger?range=30d&meter=no.ne', 'Ledger', /#\/ledger\?range=30d$/, 'There is no meter “no.ne”.'],
    ['/?site=elsewhere', 'Overview', /#\/$/, 'There is no such site'],
  ])('says of %s that it is not there, and leads back to “%s”', async (hash, where, url, said) => {
    const { page } = await arrive({ width: 1280, scheme: 'light' }, hash);
    // By its words: a host that is busy tells that above every view.
    await page.getByRole('alert').getByText(said).waitFor();
    await page.getByRole('link', { name: `Back to ${where}` }).click();
    await page.waitForURL(url);
    await page.getByRole('link', { name: `Back to ${where}` }).waitFor({ state: 'detached' });
  });

  it('goes back to where one was, scrolled and all', async () => {
    const person = await arrive({ width: 390, scheme: 'light' });
    const { page } = person;
    await page.locator('jg-meter-card').last().waitFor();
    await expect.poll(() => page.evaluate('document.documentElement.scrollHeight')).toBeGreaterThan(1500);
    await page.evaluate('scrollTo(0, 500)');
    await page.locator('nav a[href="#/gateways"]').click();
    await page.locator('jg-gateways').waitFor();
    await expect.poll(() => page.evaluate('scrollY')).toBe(0);
    await expect.poll(() => page.evaluate(focused)).toContain('h1: Gateways');
    await page.goBack();
    await page.locator('jg-meter-card').last().waitFor();
    await expect.poll(() => page.evaluate('scrollY')).toBe(500);
    await page.goForward();
    await page.locator('jg-gateways').waitFor();
    await expect.poll(() => page.title()).toBe('Gateways · Joulegate');
    expect(person.complaints).toEqual([]);
  });

  it('stays calm while the API is slow or fails: the old stays, it says why and since when, and heals', async () => {
    const person = await arrive({ width: 1280, scheme: 'light' });
    const { page } = person;
    const cards = page.locator('jg-meter-card');
    await cards.first().waitFor();
    const before = await cards.count();
    let answer: 'fault' | 'busy' | 'silence' | 'slow' = 'fault';
    await page.route('**/api/v1/{meters,gateways}', async route => {
      if (answer === 'fault')
        return route.fulfill({ status: 500, json: { code: 'host.fault', message: 'x' } });
      if (answer === 'busy') {
        return route.fulfill({
          status: 503,
          headers: { 'retry-after': '3' },
          json: { code: 'commands.tooMany', message: 'x' },
        });
      }
      if (answer === 'silence') return route.abort();
      await new Promise(resolve => setTimeout(resolve, 1500));
      return route.continue();
    });
    const told = page.locator('jg-connection .told');
    await page.keyboard.press('r');
    await told.getByText('Something went wrong at the host').waitFor();
    await told.getByText(/The newest values here: .*(ago|now)/).waitFor();
    expect(await cards.count()).toBe(before);
    expect(await seriousViolations(page)).toEqual([]);
    await takePicture(page, 'trouble-1280');
    answer = 'busy';
    await told.getByRole('button', { name: 'Try now' }).click();
    await told.getByText('Too many commands wait').waitFor();
    await told.getByText(/Asked again in [123] sec/).waitFor();
    answer = 'slow';
    // By itself, as the host said; what comes late is shown when it comes.
    await told.getByText('Connected again').waitFor();
    answer = 'silence';
    await page.keyboard.press('r');
    await told.getByText('The host does not answer').waitFor();
    expect(await cards.count()).toBe(before);
    await page.unroute('**/api/v1/{meters,gateways}');
    // By a key: it may come back by itself first, and then there is no button.
    await page.keyboard.press('r');
    await told.getByText('Connected again').waitFor();
    const unexpected = person.complaints.filter(
      text => !/status of 50[03]|^50[03] for|ERR_FAILED/.test(text),
    );
    expect(unexpected).toEqual([]);
  });

  it('says once why nothing could be had, where the connection is lost, too', async () => {
    const { page } = await arrive({ width: 1280, scheme: 'light' });
    await page.route('**/api/v1/{meters,gateways}', route =>
      route.fulfill({ status: 500, json: { code: 'host.fault', message: 'x' } }),
    );
    await page.route('**/api/v1/events*', route => route.abort());
    await page.reload();
    const told = page.getByText('Something went wrong at the host');
    await page.locator('jg-connection .told').filter({ has: told }).waitFor();
    // The view is drawn anew within a second.
    await expect.poll(() => told.count()).toBe(1);
  });

  it('says that it has no network, and tells the views what was missed once it is back', async () => {
    const person = await arrive({ width: 390, scheme: 'dark' });
    const { page } = person;
    await page.locator('jg-meter-card').first().waitFor();
    await page.evaluate(`{
      const app = document.querySelector('jg-app');
      const view = app.shadowRoot.querySelector('jg-overview');
      view.site.addEventListener('restored', event => { window.missed = event.detail; });
    }`);
    await page.context().setOffline(true);
    await page.getByText('This device has no network').waitFor();
    expect(await person.overhang()).toBeLessThanOrEqual(0);
    await takePicture(page, 'no-network-390-dark');
    await page.context().setOffline(false);
    await page.getByText('Connected again').waitFor();
    const missed = (await page.evaluate('window.missed')) as { fromMs: number; toMs: number };
    expect(missed.toMs - missed.fromMs).toBeGreaterThan(1500);
    await page.getByText('Live', { exact: true }).waitFor();
  });

  it('moves nothing for those who want that', async () => {
    const person = await arrive({ width: 1280, scheme: 'light', isMoving: true });
    await person.page.emulateMedia({ reducedMotion: 'reduce' });
    await person.page.locator('jg-meter-card').first().waitFor();
    expect(await person.page.evaluate(`document.getAnimations().length`)).toBe(0);
    expect(person.complaints).toEqual([]);
  });

  it('names who made what it is built of, with their licences', async () => {
    visitor = await Visitor.arrive(browser, { width: 390, scheme: 'light', locale: 'en-GB' }, session);
    const licences = await visitor.page.request.get(`${demo.url}/licences.md`);
    const text = await licences.text();
    const named = [...text.matchAll(/^## (\S+) - /gm)].map(([, name = '']) => name);
    expect(named).toEqual(expect.arrayContaining(['lit', 'uplot', 'd3-sankey', 'esptool-js']));
    expect(text).toContain('Redistribution and use in source and binary forms');
  });

  it(`loads one language and the first view, in less than ${budgetBytes / 1000} kB`, async () => {
    visitor = await Visitor.arrive(browser, { width: 390, scheme: 'light', locale: 'de-DE' }, session);
    const { page } = visitor;
    const scripts: Promise<readonly [path: string, packedBytes: number]>[] = [];
    page.on('response', response => {
      const { pathname } = new URL(response.url());
      if (!pathname.endsWith('.js')) return;
      scripts.push(response.body().then(body => [pathname, gzipSync(body).length]));
    });
    const worker = await page.request.get(`${demo.url}/service-worker.js`);
    expect(worker.headers()).toMatchObject({
      'cache-control': 'no-cache',
      'content-type': expect.stringContaining('javascript'),
    });
    const slow = await page.context().newCDPSession(page);
    await slow.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    // Its clock stands still: the charts, which come two seconds later, come no sooner than what is seen first.
    const beganMs = Date.now();
    await page.clock.install({ time: beganMs });
    await page.clock.pauseAt(beganMs + 1000);
    await page.goto(demo.url);
    await page.locator('jg-meter-card').first().waitFor();
    const readyMs = Date.now() - beganMs;
    await slow.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    const early = new Map(await Promise.all(scripts));
    const bytes = [...early.values()].reduce((sum, one) => sum + one, 0);
    console.info(
      `first load: ${early.size} scripts, ${bytes} bytes packed; first meter after ${readyMs} ms at a quarter of the speed`,
    );
    const languages = [...early.keys()].filter(path => /\/(en|de|pt)-/.test(path));
    expect(languages).toHaveLength(1);
    expect(languages[0]).toContain('/de-');
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThan(budgetBytes);
  });

  it('takes 60 payloads in the names of everything, in every view, and runs none', async () => {
    const person = await arrive({ width: 1280, scheme: 'light' });
    const { page } = person;
    const spoiler = new Spoiler();
    await page.addInitScript(`{
      window.hits = 0;
      window.hit = () => { window.hits++; };
      window.violations = [];
      document.addEventListener('securitypolicyviolation', event => window.violations.push(event.violatedDirective));
    }`);
    page.on('dialog', dialog => void dialog.dismiss());
    let asked = 0;
    await page.route('**/api/v1/**', async route => {
      if (route.request().method() !== 'GET' || route.request().url().includes('/events'))
        return route.continue();
      asked++;
      try {
        const response = await route.fetch();
        if (!response.headers()['content-type']?.includes('json')) return await route.fulfill({ response });
        return await route.fulfill({ response, json: spoiler.spoil(await response.json()) });
      } finally {
        asked--;
      }
    });
    /** Until the view of an address is there, has asked for all it wants, and drawn it: the page has nothing left to do. */
    const settled = async (hash: string) => {
      await page.locator(`jg-${hash.split('/')[1] ?? 'overview'}`).waitFor();
      let calm = 0;
      const look = async () => {
        await page.evaluate('new Promise(done => requestIdleCallback(done)).then(() => undefined)');
        calm = asked === 0 ? calm + 1 : 0;
        return calm;
      };
      await expect.poll(look, { interval: 100 }).toBeGreaterThan(2);
    };
    await page.goto(demo.url);
    await settled('');
    const shown = new Set<string>();
    const policy = (await page.request.get(demo.url)).headers()['content-security-policy'] ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("style-src 'self';");
    expect(policy).not.toContain('unsafe');
    const all = [
      ...hashes,
      '/meter/demo-house.grid',
      '/gateways/demo-house',
      '/gateways/demo-house/settings',
      '/gateways/demo-house/profiles',
      '/data/import',
      '/data/export',
      '/data/storage',
      '/data/backups',
    ];
    for (const hash of all) {
      await page.goto(`${demo.url}/#${hash}`);
      await settled(hash);
      const text = String(await page.evaluate(textOfPage));
      for (const payload of payloads) if (text.includes(payload)) shown.add(payload);
      expect(await page.evaluate('[window.hits, window.violations]'), hash).toEqual([0, []]);
    }
    const times = [...spoiler.counts.values()];
    console.info(
      `payloads: ${payloads.length}, each put in at least ${Math.min(...times)} times over ${all.length} views; ${shown.size} seen as plain text; 0 ran`,
    );
    expect(payloads.length).toBeGreaterThanOrEqual(60);
    expect(Math.min(...times)).toBeGreaterThan(0);
    // They did come to the screen, as what they are.
    expect(shown.size).toBeGreaterThan(20);
    expect(person.complaints.filter(text => /policy|Refused/i.test(text))).toEqual([]);
  });
});

/** Every text of the page, through shadow roots, and what stands in its fields. */
const textOfPage = `(() => {
  const texts = [document.title];
  const walk = root => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) walk(element.shadowRoot);
      if ('value' in element) texts.push(String(element.value));
      for (const node of element.childNodes) if (node.nodeType === 3) texts.push(node.data);
    }
  };
  walk(document);
  return texts.join('\\n');
})()`;

describe.skipIf(started === undefined)(`a host that goes and comes${skipped}`, () => {
  const host = new TestHost('--zone', 'Asia/Kathmandu');
  let browser: Browser;
  let person: Visitor;

  const said = (text: string) => person.page.getByText(text).waitFor();

  beforeAll(async () => {
    const again = await tryChromium();
    browser = again.browser as Browser;
    await host.start();
    person = await Visitor.arrive(browser, { width: 1280, scheme: 'light' });
    const { page } = person;
    await page.goto(host.url);
    await page.getByLabel('One-time code').fill(host.setupCode);
    await page.getByLabel('User').fill('ada');
    await page.getByLabel('Password').fill('a long enough password');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.locator('jg-top-bar nav').waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await host.remove();
  });

  it('is told, comes back by itself, and what happened meanwhile is there', async () => {
    const { page } = person;
    await page.setViewportSize({ width: 390, height: 844 });
    // Loaded whole: a view that was not says beside it why it has nothing.
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('heading', { name: 'No gateway yet' }).waitFor();
    await host.stop();
    await said('Reconnecting. Values stand still');
    const away = page
      .getByRole('group', { name: 'Connection', exact: true })
      .getByText('The host does not answer');
    await away.waitFor();
    expect(await person.overhang()).toBeLessThanOrEqual(0);
    await takePicture(page, 'host-gone-390-light');
    await host.start();
    // Before the page is back: it will not be told by an event.
    const made = await page.request.post(`${host.url}/api/v1/gateways`, {
      data: { id: 'attic' },
      headers: { origin: host.url },
    });
    expect(made.status()).toBe(201);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('heading', { name: 'attic' }).waitFor();
    await away.waitFor({ state: 'detached' });
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('says that the session ended, and goes on at the same view', async () => {
    const { page } = person;
    await page.goto(`${host.url}/#/settings`);
    await page.locator('jg-settings h1').waitFor();
    const ended = await page.request.delete(`${host.url}/api/v1/session`, { headers: { origin: host.url } });
    expect(ended.status()).toBe(204);
    await said('Your session has ended');
    await page.getByLabel('User').fill('ada');
    await page.getByLabel('Password').fill('a long enough password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('jg-settings h1').waitFor();
  });

  it('names the site, writes energies in kWh and says where clocks differ', async () => {
    const { page } = person;
    await page.goto(`${host.url}/#/settings/sites`);
    const rename = async (name: string) => {
      await page.getByRole('button', { name: /^Rename/ }).click();
      await page.getByLabel('Name of the site').fill(name);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved.').waitFor();
    };
    await rename('Mill');
    await expect.poll(() => page.title()).toBe('Settings · Mill');
    await rename('');
    await expect.poll(() => page.title()).toBe('Settings · Joulegate');
    await page.goto(`${host.url}/#/settings`);
    const energy = page.getByLabel('Energy', { exact: true });
    await energy.selectOption('kWh');
    expect(await page.evaluate(`localStorage.getItem('joulegate.energy')`)).toBe('kWh');
    await page.getByText(/This device is in/).waitFor();
    await page.goto(`${host.url}/#/settings/account`);
    await page.getByText('ada', { exact: true }).waitFor();
  });
});

describe.skipIf(started === undefined)(`the page as an app, below a path of a proxy${skipped}`, () => {
  const server = new PageServer(join(process.cwd(), 'dist', 'web'));
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const again = await tryChromium();
    browser = again.browser as Browser;
    await server.start();
    const person = await Visitor.arrive(browser, { width: 390, scheme: 'light', isKept: true });
    page = person.page;
  });

  afterAll(async () => {
    await browser?.close();
    await server.stop();
  });

  it('is kept: all of its files, and no answer of the API', async () => {
    await page.goto(server.url);
    await page.getByRole('heading', { name: 'The host cannot be reached' }).waitFor();
    await page.evaluate(`navigator.serviceWorker.ready`);
    await expect.poll(() => page.evaluate('navigator.serviceWorker.controller !== null')).toBe(true);
    const kept = (await page.evaluate(`(async () => {
      const names = await caches.keys();
      const lists = await Promise.all(names.map(async name => (await caches.open(name)).keys()));
      return lists.flat().map(request => new URL(request.url).pathname);
    })()`)) as string[];
    expect(kept).toContain('/energy/index.html');
    expect(kept.filter(path => /\/(en|de|pt)-/.test(path))).toHaveLength(3);
    expect(kept.filter(path => path.includes('/api/') || !path.startsWith('/energy/'))).toEqual([]);
    const manifest = await page.request.get(`${server.url}manifest.webmanifest`);
    const { icons } = (await manifest.json()) as { icons: { src: string; purpose?: string }[] };
    for (const { src } of icons) expect((await page.request.get(`${server.url}${src}`)).ok()).toBe(true);
    expect(icons.some(({ purpose }) => purpose === 'maskable')).toBe(true);
  });

  it('opens without the host, says so, and in the language chosen', async () => {
    await server.stop();
    await page.goto(`${server.url}#/settings`);
    await page.reload();
    await page.getByRole('heading', { name: 'The host cannot be reached' }).waitFor();
    await page.getByText('The host does not answer').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await takePicture(page, 'away-390-light');
    await page.getByRole('button', { name: 'Settings of this page' }).click();
    await page.getByLabel('Language').selectOption('pt');
    await page.getByRole('heading', { name: 'Não é possível chegar ao servidor' }).waitFor();
    await server.start();
  });

  it('becomes the new one after another build: at the next visit at once, and an open page is told', async () => {
    server.build = 'next';
    await page.evaluate(`navigator.serviceWorker.ready.then(worker => worker.update())`);
    await page.getByText('Há uma versão mais recente desta página').waitFor();
    await page.getByRole('button', { name: 'Recarregar' }).click();
    await page.waitForFunction(`document.body?.dataset.build === 'next'`);
    // Network first: no worker in between keeps an old page, and none that comes after it calls the newest old.
    server.build = 'later';
    await page.reload();
    await page.waitForFunction(`document.body?.dataset.build === 'later'`);
    await page.evaluate(`navigator.serviceWorker.ready.then(worker => worker.update())`);
    await expect
      .poll(() => page.evaluate(`caches.keys().then(names => names.some(name => name.includes('later')))`))
      .toBe(true);
    await expect.poll(() => page.evaluate('navigator.serviceWorker.controller?.state')).toBe('activated');
    expect(await page.getByText('Há uma versão mais recente desta página').count()).toBe(0);
    await expect
      .poll(() => page.evaluate('caches.keys().then(names => names.length)'))
      .toBeLessThanOrEqual(2);
  });
});

it('a view of the bar is in the list of views', () => {
  expect(keyTable.flatMap(({ does }) => (does.is === 'go' ? [does.view] : [])).sort()).toEqual(
    [...views].sort(),
  );
});
