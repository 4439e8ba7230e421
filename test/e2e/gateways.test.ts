import type { Browser, Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { tryChromium } from './chromium.ts';
import { gatewayVisits } from './gateway-visits.ts';
import { takePicture } from './pictures.ts';
import type { Look } from './visitor.ts';

const published = process.env.JOULEGATE_SCREENSHOTS;
const { browser: started, skipped } = await tryChromium();
const gateway = 'demo-house';
const line = `${gateway}/line?line=rs485-1`;

describe.skipIf(started === undefined)(`the pages of gateways in Chromium${skipped}`, () => {
  const browser = started as Browser;
  const visits = gatewayVisits(browser);
  const { expectSound } = visits;
  const arrive = (look: Look, path: string) => visits.arrive(look, `/${path}`);
  /** A simulated line is late where the machine is busy: asked again until what is wanted is there. */
  const until = async (page: Page, button: string, done: Locator, wanted: Locator) => {
    for (let tries = 0; tries < 5; tries++) {
      await page.getByRole('button', { name: button }).click();
      await done.waitFor();
      if ((await wanted.count()) > 0) return;
    }
    expect(await wanted.count(), button).toBeGreaterThan(0);
  };
  /** Sends the settings, and waits until the gateway runs by them and no longer by those before. */
  const send = async (page: Page) => {
    const runs = page.getByText(/^Version \d+ runs\.$/);
    const before = (await runs.textContent()) ?? '';
    await page.getByRole('button', { name: 'Save and send' }).click();
    await runs.filter({ hasNotText: before }).waitFor();
  };

  it.runIf(published !== undefined)('have their pictures taken for the documentation', async () => {
    for (const look of [
      { width: 1400, scheme: 'light', suffix: '' },
      { width: 390, scheme: 'dark', suffix: '-phone' },
    ] as const) {
      const page = await arrive(look, line);
      await page.getByRole('heading', { name: 'All is well on this line' }).waitFor();
      await page.getByRole('button', { name: 'Start', exact: true }).click();
      await page
        .getByText(/^\d+ gives \d+ bytes/)
        .nth(8)
        .waitFor();
      await takePicture(page, `doctor${look.suffix}`, published);
      await page.goto(`${visits.demo.url}/#/gateways/${gateway}/line?line=ir-1`);
      await page.getByRole('heading', { name: /^Good: / }).waitFor();
      // Half a minute of light.
      await page.locator('jg-aim-course rect').nth(30).waitFor();
      await takePicture(page, `aim${look.suffix}`, published);
    }
  });

  it('lead from the fleet to a gateway, its lines and each meter', async () => {
    const page = await arrive({ width: 1400, scheme: 'light' }, '');
    await page.getByText('All lines can be used').waitFor();
    await expectSound('fleet-1400-light');
    await page.getByRole('link', { name: gateway }).click();
    await page.getByRole('heading', { name: /^rs485-1/ }).waitFor();
    await page.getByRole('link', { name: 'Kitchen' }).waitFor();
    await page.getByRole('button', { name: 'Ask it who it is' }).click();
    await page.getByText('its description is new').waitFor();
    await expectSound('gateway-1400-light');
    await page.getByRole('link', { name: 'What is wrong?' }).click();
    await page.getByRole('heading', { name: 'Line rs485-1' }).waitFor();
  });

  it('tell how a line is, follow its frames, and find a meter that is then added', async () => {
    const page = await arrive({ width: 1400, scheme: 'dark' }, `${gateway}/settings`);
    await page.getByRole('button', { name: 'Remove meter kitchen' }).click();
    await send(page);
    await page.goto(`${visits.demo.url}/#/gateways/${line}`);
    // Whatever the doctor makes of a machine that is busy with other tests.
    await page.getByRole('heading', { name: 'Meters on this line' }).waitFor();
    await page.getByRole('rowheader', { name: 'Car charger (L1)' }).waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page
      .getByText(/^asks \d+ for \d+ input registers/)
      .first()
      .waitFor();
    await page
      .getByText(/^\d+ gives \d+ bytes/)
      .first()
      .waitFor();
    await page.getByLabel('From address').fill('3');
    await page.getByLabel('To address').fill('4');
    const add = page.getByRole('link', { name: 'Add this meter' });
    await until(page, 'Start scan', page.getByText('Scan done'), add);
    await expectSound('doctor-1400-dark');
    await add.click();
    const name = page.getByLabel('Name', { exact: true }).last();
    await name.fill('Kitchen found again');
    await send(page);
    await page.getByRole('link', { name: 'State' }).click();
    await page.getByRole('link', { name: 'Kitchen found again' }).waitFor();
  });

  it('say at its field what is wrong with a setting', async () => {
    const page = await arrive({ width: 390, scheme: 'light' }, `${gateway}/settings`);
    const address = page.getByLabel('Address').first();
    await address.fill('999');
    await page.getByRole('button', { name: 'Save and send' }).click();
    await page.getByText('999 given; a whole number from 1 to 247 is allowed').waitFor();
    expect(await address.getAttribute('aria-invalid')).toBe('true');
    await expectSound('settings-390-light');
    // The browser complains of the refusal that was asked for.
    expect(visits.person.complaints.splice(0).join()).toContain('422');
  });

  it('keep what is changed while a gateway’s settings are saved', async () => {
    const page = await arrive({ width: 1400, scheme: 'light' }, `${gateway}/settings`);
    let answer: () => void = () => {};
    const isAnswered = new Promise<void>(resolve => {
      answer = resolve;
    });
    await page.route(`**/api/v1/gateways/${gateway}/settings`, async route => {
      if (route.request().method() === 'PUT') await isAnswered;
      await route.continue();
    });
    const names = page.getByLabel('Name', { exact: true });
    await names.first().fill('Changed first');
    await page.getByRole('button', { name: 'Save and send' }).click();
    await page.getByRole('button', { name: 'Sending…' }).waitFor();
    await names.last().fill('Changed meanwhile');
    answer();
    await page.getByText('1 change', { exact: true }).waitFor();
    await send(page);
    await page.getByText('Nothing is changed.').waitFor();
    expect(await names.first().inputValue()).toBe('Changed first');
    expect(await names.last().inputValue()).toBe('Changed meanwhile');
  });

  it('show how a gateway lives, take a rule of its own, and tell when that begins', async () => {
    const page = await arrive({ width: 1400, scheme: 'light' }, `${gateway}/settings`);
    await page.getByRole('button', { name: 'Add rule' }).click();
    await page.getByLabel('Quantity').selectOption('powerW');
    await page.getByLabel('Threshold').fill('-90000');
    await send(page);
    await expectSound('rules-1400-light');
    await page.goto(`${visits.demo.url}/#/gateways/${gateway}`);
    await page.getByRole('heading', { name: 'How it lives' }).waitFor();
    // Each time it does: again where the gateway took its settings anew.
    await page.getByText('Began', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Blink its light' }).click();
    await page.getByText('Its light blinks for 30 seconds.').waitFor();
    await page.getByRole('button', { name: 'Factory reset' }).click();
    await page.getByText('There is no way back.').waitFor();
    await expectSound('gateway-life-1400-light');
    await page.getByRole('button', { name: 'Cancel' }).click();
  });

  it('help to aim a head at arm’s length', async () => {
    const page = await arrive({ width: 390, scheme: 'dark' }, `${gateway}/line?line=ir-1`);
    await page.getByRole('heading', { name: /^Good: \d+ of \d+ telegrams/ }).waitFor();
    const sound = page.getByRole('button', { name: 'Turn sound on' });
    await sound.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Turn sound off' }).waitFor();
    await expectSound('aim-390-dark');
  });

  it('take a profile of one’s own: checked by line, tried on the live meter, run by the gateway', async () => {
    const page = await arrive({ width: 1400, scheme: 'light' }, `${gateway}/profiles`);
    await page.getByLabel('Start from').selectOption('eastron-sdm120');
    await page.getByText('No mistakes').waitFor();
    const text = page.getByRole('textbox', { name: 'Profile as JSON' });
    const right = await text.inputValue();
    await text.fill(right.replace('"powerW"', '"wattage"'));
    await page.getByRole('button', { name: 'Line 13, column 19' }).waitFor();
    expect(await page.getByRole('button', { name: 'Send to the gateway' }).isDisabled()).toBe(true);
    await text.fill(right);
    await page.getByText('No mistakes').waitFor();
    await page.getByLabel('Address').fill('2');
    const given = page.getByText('of 13 registers gave a value');
    await until(page, 'Read all registers', given, given.filter({ hasText: /^13 of/ }));
    await page.getByRole('button', { name: 'Send to the gateway' }).click();
    await page.getByText(/The gateway took it: version \d+ runs/).waitFor();
    const next = page.getByRole('link', { name: 'Add a meter with this profile' });
    expect(await next.getAttribute('href')).toContain('line=rs485-1&address=2&profile=my-eastron-sdm120');
    await expectSound('profiles-1400-light');
  });
});
