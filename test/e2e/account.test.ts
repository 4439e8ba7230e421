import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryChromium } from './chromium.ts';
import { type RunningDemo, startDemo } from './demo.ts';
import { seriousViolations, takePicture } from './pictures.ts';
import { type Look, Visitor } from './visitor.ts';

const { browser: started, skipped } = await tryChromium();

/** Refusals that a test brings about on purpose are errors in the browser's console. */
const isWanted = (complaint: string): boolean => /\b(?:401|422|429)\b/.test(complaint);

describe.skipIf(started === undefined)(`who may come in, in Chromium${skipped}`, () => {
  const browser = started as Browser;
  const visitors: Visitor[] = [];
  let demo: RunningDemo;
  let admin: Page;
  /** Of the one who only looks. */
  let firstPassword = '';
  const ownPassword = 'brass lantern seventy';

  const arrive = async (look: Look, hash = ''): Promise<Visitor> => {
    const visitor = await Visitor.arrive(browser, look);
    visitors.push(visitor);
    await visitor.page.goto(`${demo.url}/${hash}`);
    return visitor;
  };

  const giveName = async (page: Page, user: string, password: string): Promise<void> => {
    await page.getByLabel('User').fill(user);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };

  /** The secret that is shown once, before it is put away. */
  const shownOnce = async (page: Page): Promise<string> => {
    const secret = (await page.locator('jg-once pre').textContent()) ?? '';
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.locator('jg-once').waitFor({ state: 'detached' });
    return secret;
  };

  const go = (page: Page, hash: string) => page.goto(`${demo.url}/${hash}`);

  const isFine = async ({ page, complaints }: Visitor, name: string): Promise<void> => {
    await takePicture(page, name);
    expect(await seriousViolations(page)).toEqual([]);
    expect(complaints.filter(one => !isWanted(one))).toEqual([]);
  };

  beforeAll(async () => {
    demo = await startDemo(0);
    const visitor = await arrive({ width: 1280, scheme: 'light' });
    admin = visitor.page;
    await giveName(admin, demo.user, demo.password);
    await admin.getByRole('heading', { name: 'Meters' }).waitFor();
  });

  afterAll(async () => {
    await Promise.all(visitors.map(visitor => visitor.leave()));
    await browser.close();
    await demo.close();
  });

  it('makes a person, who has to choose an own password, and is told why one is too weak', async () => {
    await go(admin, '#/settings/people');
    await admin.getByRole('button', { name: 'Add a person' }).click();
    await admin.getByLabel('Name to sign in with').fill('vera');
    await admin.getByLabel('Every site').selectOption('viewer');
    firstPassword = await admin.getByLabel('First password').inputValue();
    await admin.getByRole('button', { name: 'Create account' }).click();
    expect(await shownOnce(admin)).toBe(firstPassword);
    await admin.getByText('has to choose a password').waitFor();

    const vera = await arrive({ width: 390, scheme: 'dark' });
    await giveName(vera.page, 'vera', firstPassword);
    const wanted = vera.page.getByLabel('New password');
    await expect.poll(() => wanted.evaluate(field => field.matches(':focus'))).toBe(true);
    await wanted.fill('joulegate vera');
    await vera.page.getByRole('button', { name: 'Change password' }).click();
    await vera.page.getByText('little more than your name').waitFor();
    await isFine(vera, 'account-new-password');
    await wanted.fill(ownPassword);
    await vera.page.getByRole('button', { name: 'Show what is typed' }).click();
    await expect.poll(() => wanted.getAttribute('type')).toBe('text');
    await vera.page.getByRole('button', { name: 'Change password' }).click();
    await vera.page.getByRole('heading', { name: 'Meters' }).waitFor();
  });

  it('shows who only looks nothing that changes anything', async () => {
    const vera = visitors[1];
    if (vera === undefined) throw new Error('she came in before');
    const { page } = vera;
    const offered: string[] = [];
    // Each with what is there when all of it is.
    for (const [hash, sign] of [
      ['#/', 'jg-gateway-card'],
      ['#/gateways', 'jg-fleet-item'],
      ['#/gateways/demo-house', 'jg-gateway #lines'],
      ['#/gateways/demo-house/settings', 'text=for people with the role Admin'],
      ['#/gateways/demo-house/line?line=rs485-1', 'text=for people with the role Operator'],
      ['#/data/corrections', 'text=Nothing has been corrected.'],
      ['#/data/import', 'text=Nothing has been corrected.'],
      ['#/structure', 'jg-flow-panel'],
      ['#/meter/demo-house.grid', 'jg-counters h2'],
      ['#/settings/people', 'jg-device'],
    ] as const) {
      await go(page, hash);
      await page.locator(sign).first().waitFor();
      offered.push(...(await page.getByRole('button').or(page.locator('main a.button')).allInnerTexts()));
    }
    const changing =
      /add|edit|correct|undo|import|restart|identify|update|pair|share|save|remove|doctor|aim|blink|forget/i;
    expect(offered.filter(text => changing.test(text) && !/corrections/i.test(text))).toEqual([]);
    expect(offered.length).toBeGreaterThan(10);
    await go(page, '#/gateways/demo-house/settings');
    await page.getByText('for people with the role Admin').waitFor();
    await isFine(vera, 'account-viewer');
  });

  it('sets up a second factor, which is asked for at the next sign-in', async () => {
    await go(admin, '#/settings/account');
    await admin.getByRole('button', { name: 'Set up' }).click();
    await admin.getByLabel('Your password').fill(demo.password);
    await admin.getByRole('button', { name: 'Next' }).click();
    await admin.getByRole('img', { name: 'QR code' }).waitFor();
    await takePicture(admin, 'account-second-factor');
    const secret = Secret.fromBase32(
      ((await admin.locator('jg-second-factor code').textContent()) ?? '').replace(/\s/g, ''),
    );
    await admin.getByLabel('The six digits').fill(new TOTP({ secret }).generate());
    await admin.getByRole('button', { name: 'Turn on' }).click();
    const [spare = ''] = (await shownOnce(admin)).split('\n');
    await admin.getByText('Signing in asks for a code').waitFor();

    const again = await arrive({ width: 390, scheme: 'light' });
    await giveName(again.page, demo.user, demo.password);
    const code = again.page.getByLabel('Code');
    expect(await code.getAttribute('autocomplete')).toBe('one-time-code');
    await code.fill('000 000');
    await again.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await again.page.getByText('This code is not right').waitFor();
    await isFine(again, 'account-code');
    await code.fill(spare);
    await again.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await again.page.getByRole('heading', { name: 'Meters' }).waitFor();
  });

  it('makes a token by which a program reads, and takes it back', async () => {
    await go(admin, '#/settings/tokens');
    await admin.getByRole('button', { name: 'Make a token' }).click();
    await admin.getByLabel('Name').fill('Home Assistant');
    await admin.getByRole('button', { name: 'Make', exact: true }).click();
    const authorization = `Bearer ${await shownOnce(admin)}`;
    const ask = async (method: string, path: string) =>
      (await fetch(`${demo.url}/api/v1/${path}`, { method, headers: { authorization } })).status;
    expect(await ask('GET', 'meters')).toBe(200);
    expect(await ask('DELETE', 'gateways/demo-house/credential')).toBe(403);
    await admin.getByRole('button', { name: 'Take back Home Assistant' }).click();
    await admin.getByRole('button', { name: 'Take it back' }).click();
    await admin.getByText('No token yet.').waitFor();
    expect(await ask('GET', 'meters')).toBe(401);
  });

  it('shares a meter by a link that leaves no trace in the address, and shuts it again', async () => {
    await go(admin, '#/history');
    await admin.getByRole('button', { name: 'Share' }).click();
    await admin.getByLabel('Name', { exact: true }).fill('for the landlord');
    await takePicture(admin, 'account-share');
    await admin.getByRole('button', { name: 'Make the link' }).click();
    const link = await shownOnce(admin);

    const stranger = await Visitor.arrive(browser, { width: 1280, scheme: 'dark' });
    await stranger.page.goto(link);
    const meters = stranger.page.getByLabel('Meter', { exact: true });
    await meters.waitFor();
    expect(stranger.page.url()).not.toContain('share');
    await expect.poll(() => meters.locator('option').count()).toBe(1);
    expect(await stranger.page.getByRole('link', { name: 'Gateways' }).count()).toBe(0);
    await isFine(stranger, 'account-shared');
    await stranger.leave();

    await go(admin, '#/settings/links');
    await admin.getByRole('button', { name: 'Take back for the landlord' }).click();
    await admin.getByRole('button', { name: 'Take it back' }).click();
    await admin.getByText('No link yet.').waitFor();
    const late = await Visitor.arrive(browser, { width: 390, scheme: 'light' });
    await late.page.goto(link);
    await late.page.getByText('This link has expired or was taken back').waitFor();
    await isFine(late, 'account-link-over');
    await late.leave();
  });

  it('shows one of two sites at a time, and the address says which', async () => {
    expect(await admin.getByRole('combobox', { name: 'Site' }).count()).toBe(0);
    await go(admin, '#/settings/sites');
    await admin.getByRole('button', { name: 'Add a site' }).click();
    await admin.getByLabel('Id', { exact: true }).fill('mill');
    await admin.getByLabel('Name', { exact: true }).fill('Old mill');
    await admin.getByRole('button', { name: 'Add site' }).click();
    await admin.locator('#bar-site').selectOption('mill');
    await admin.getByRole('link', { name: 'Joulegate' }).click();
    await admin.getByRole('heading', { name: 'No gateway yet' }).waitFor();
    await admin.waitForURL(url => url.hash === '#/?site=mill');
    // A meter belongs to a site of its own: its page brings that along.
    await go(admin, '#/meter/demo-house.grid');
    await admin.getByRole('heading', { name: 'Grid (smart meter)' }).waitFor();
    await expect.poll(() => admin.locator('#bar-site').inputValue()).toBe('home');
    expect(await seriousViolations(admin)).toEqual([]);
    await go(admin, '#/settings/log');
    await admin.getByText('Site, made: mill').waitFor();
    const [first] = visitors;
    if (first !== undefined) await isFine(first, 'account-log');
  });

  it('has room for the longest name of a site, on a phone too', async () => {
    await go(admin, '#/settings/sites');
    await admin.getByRole('button', { name: 'Add a site' }).click();
    await admin.getByLabel('Id', { exact: true }).fill('long');
    await admin
      .getByLabel('Name', { exact: true })
      .fill('Donaudampfschifffahrtsgesellschaft'.repeat(2).slice(0, 64));
    await admin.getByRole('button', { name: 'Add site' }).click();
    await admin.getByRole('heading', { name: 'Donaudampf' }).waitFor();
    const phone = visitors[2];
    if (phone === undefined) throw new Error('the admin came in with a phone before');
    const { page } = phone;
    for (const [part, add] of [
      ['people', 'Add a person'],
      ['tokens', 'Make a token'],
      ['programs', 'Add a program'],
      ['sites', 'Add a site'],
      ['log', undefined],
    ] as const) {
      await go(page, `#/settings/${part}`);
      await page.reload();
      if (add !== undefined) await page.getByRole('button', { name: add }).click();
      await page
        .getByText('Donaudampf')
        .or(page.locator('option', { hasText: 'Donaudampf' }))
        .first()
        .waitFor({ state: 'attached' });
      expect(await phone.overhang(), part).toBeLessThanOrEqual(0);
    }
  });

  it('tells beside the password of a program where it connects, and what to listen to', async () => {
    await go(admin, '#/settings/programs');
    await admin.getByRole('button', { name: 'Add a program' }).click();
    await admin.getByLabel('Name to log in with').fill('nodered');
    await admin.getByLabel('Every site').check();
    await admin.getByRole('button', { name: 'Add', exact: true }).click();
    await admin.locator('jg-once').waitFor();
    expect((await admin.locator('.connect').textContent())?.replaceAll(/\s+/g, '')).toMatch(
      /^Host127\.0\.0\.1Port\d+Nametologinwithnodered.*MQTT3\.1\.1.*joulegate\/\+\/live$/,
    );
    await admin.getByText('on this host’s own machine alone').waitFor();
    const [first] = visitors;
    if (first !== undefined) await isFine(first, 'account-program');
    await shownOnce(admin);
  });

  it('leaves the keyboard where it is needed, before, while and after something is done', async () => {
    const focused = () =>
      admin.evaluate(`(() => {
        let at = document.activeElement;
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return at === document.body ? 'lost' : at?.id || at?.getAttribute('aria-label') || at?.textContent.trim();
      })()`);
    // Once it can be: a press of a key is not held back as a click is.
    const press = (name: string) =>
      admin.getByRole('button', { name, exact: true, disabled: false }).press('Enter');
    const isAt = (what: string) => expect.poll(focused).toBe(what);
    for (const [part, add, field] of [
      ['people', 'Add a person', 'user'],
      ['tokens', 'Make a token', 'name'],
      ['programs', 'Add a program', 'id'],
      ['sites', 'Add a site', 'id'],
    ] as const) {
      await go(admin, `#/settings/${part}`);
      await press(add);
      await isAt(field);
      await press('Cancel');
      await isAt(add);
    }
    await go(admin, '#/settings/programs');
    await press('Remove nodered');
    await press('Cancel');
    await isAt('Remove nodered');
    await press('Remove nodered');
    await press('Remove for good');
    await isAt('Done.');
    await go(admin, '#/settings/people');
    await press('Change vera');
    await press('Save roles');
    await isAt('Change vera');
    await go(admin, '#/history');
    await press('Share');
    await isAt('name');
    await admin.keyboard.press('Escape');
    await isAt('Share');
  });

  it('counts down after too many wrong passwords, and then says that one may try again', async () => {
    const guesser = await Visitor.arrive(browser, { width: 390, scheme: 'light' });
    visitors.push(guesser);
    const { page } = guesser;
    await page.clock.install();
    await page.goto(demo.url);
    const waits = page.getByText('Too many attempts').last();
    for (let tries = 0; tries < 6; tries++) {
      await giveName(page, 'nobody', `wrong ${tries}`);
      const answer = tries < 5 ? page.getByText('User or password is not right') : waits;
      await answer.waitFor();
      if (tries < 5) await page.reload();
    }
    const before = await waits.textContent();
    await page.clock.runFor(2000);
    await expect.poll(() => waits.textContent()).not.toBe(before);
    await expect.poll(() => page.getByRole('button', { name: 'Sign in' }).isEnabled()).toBe(true);
    await isFine(guesser, 'account-throttled');
    await page.clock.runFor('20:00');
    await page.getByText('You may try again now.').waitFor();
  });
});
