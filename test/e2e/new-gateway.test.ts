import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NewGateway } from '../../simulator/gateway/new-gateway.ts';
import { tryChromium } from './chromium.ts';
import { type RunningDemo, startDemo } from './demo.ts';
import { seriousViolations, takePicture } from './pictures.ts';
import { type Look, type Session, Visitor } from './visitor.ts';

const { browser: started, skipped } = await tryChromium();

describe.skipIf(started === undefined)(`updates and access in Chromium${skipped}`, () => {
  const browser = started as Browser;
  let demo: RunningDemo;
  let person: Visitor;
  let session: Session;

  const arrive = async (look: Look, path: string): Promise<Page> => {
    person = await Visitor.arrive(browser, look, session);
    await person.page.goto(`${demo.url}/#/gateways${path}`);
    return person.page;
  };
  const expectSound = async (name: string) => {
    expect(await person.overhang()).toBeLessThanOrEqual(0);
    expect(await seriousViolations(person.page)).toEqual([]);
    await takePicture(person.page, name);
  };

  beforeAll(async () => {
    demo = await startDemo(0);
    const first = await Visitor.arrive(browser, { width: 360, scheme: 'light' });
    await first.signIn(demo);
    // What lies below the fold of a narrow phone makes the page no wider.
    expect(await first.overhang()).toBeLessThanOrEqual(0);
    session = await first.session();
    await first.leave();
  });

  afterEach(async () => {
    expect(person.complaints).toEqual([]);
    await person.leave();
  });

  afterAll(async () => {
    await browser.close();
    await demo?.close();
  });

  it('take a firmware that crashes back, and keep one that is good', async () => {
    const page = await arrive({ width: 360, scheme: 'light' }, '/demo-house');
    const choice = page.getByLabel('Update to');
    await choice.selectOption({ label: '0.1.9-demo.crashes (linux)' });
    await page.getByRole('button', { name: 'Update', exact: true }).click();
    await page.getByText('taken back, the one before runs again').waitFor();
    await expectSound('update-taken-back-360-light');
    await choice.selectOption({ label: '0.2.0-demo (linux)' });
    await page.getByRole('button', { name: 'Update', exact: true }).click();
    await page.getByText('Update to 0.2.0-demo: done').waitFor();
    await expectSound('update-done-360-light');
  });

  it('show each value of a trace under its answer', async () => {
    const page = await arrive({ width: 360, scheme: 'dark' }, '/demo-house/line?line=rs485-1');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    const trace = page.locator('jg-trace');
    await trace
      .getByText(/^Voltage L1/)
      .first()
      .waitFor();
    expect(await trace.getByText(/^2\d\d\.\d+\sV$/).count()).toBeGreaterThan(0);
    await expectSound('trace-values-360-dark');
  });

  it('pair a new gateway by its code, take its access away, and offer a code for another', async () => {
    const page = await arrive({ width: 360, scheme: 'light' }, '');
    await page.goto(`${demo.url}/#/`);
    await page.getByRole('button', { name: 'Add gateway' }).click();
    await page.getByLabel('Name of the gateway').fill('attic');
    await page.getByRole('button', { name: 'Show a pairing code' }).click();
    const code = (await page.getByLabel('Pairing code').textContent()) ?? '';
    await expectSound('pairing-360-light');
    const device = new NewGateway();
    try {
      const phone = await Visitor.arrive(browser, { width: 360, scheme: 'light' });
      await phone.page.goto(await device.listening);
      await phone.page.locator('#host').fill(demo.url);
      await phone.page.locator('#code').fill(code);
      await takePicture(phone.page, 'new-gateway-360-light');
      await phone.page.getByRole('button').click();
      await page.getByText('The gateway came and is now “attic”.').waitFor();
      await expectSound('paired-360-light');
      await phone.leave();
    } finally {
      device.stop();
    }
    await page.getByRole('link', { name: 'Go to the gateway' }).click();
    await page.getByRole('heading', { name: 'attic' }).first().waitFor();
    await page.getByRole('button', { name: 'Take its access away' }).click();
    await page.getByRole('button', { name: 'Yes, take it away' }).click();
    await page.getByText('It has no access any more.').waitFor();
    await page.getByRole('button', { name: 'Pair anew' }).click();
    await page.getByText('Waiting for the gateway…').waitFor();
    expect(await page.getByLabel('Pairing code').textContent()).not.toBe(code);
    await expectSound('access-360-light');
  });
});
