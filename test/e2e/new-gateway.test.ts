import type { Browser } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { NewGateway } from '../../simulator/gateway/new-gateway.ts';
import { nodeTime } from '../../simulator/gateway/node-time.ts';
import { SimulatedNetwork } from '../../simulator/gateway/simulated-network.ts';
import { tryChromium } from './chromium.ts';
import { gatewayVisits } from './gateway-visits.ts';
import { takePicture } from './pictures.ts';
import { serialScript } from './serial-script.ts';
import { Visitor } from './visitor.ts';

const { browser: started, skipped } = await tryChromium();

describe.skipIf(started === undefined)(`updates and access in Chromium${skipped}`, () => {
  const browser = started as Browser;
  const visits = gatewayVisits(browser);
  const { arrive, expectSound } = visits;

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
    const voltage = page.locator('jg-trace .values li').filter({ hasText: 'Voltage L1' }).first();
    // A voltage without a fraction has no decimals: 230 V.
    await voltage.getByText(/^2\d\d(\.\d+)?\sV$/).waitFor();
    await expectSound('trace-values-360-dark');
  });

  it('pair a new gateway by its code, take its access away, and offer a code for another', async () => {
    const page = await arrive({ width: 360, scheme: 'light' }, '?part=new');
    await page.getByRole('button', { name: 'Add gateway' }).click();
    await page.getByLabel('Name of the gateway').fill('attic');
    await page.getByRole('button', { name: 'Show a pairing code' }).click();
    const code = (await page.getByLabel('Pairing code').textContent()) ?? '';
    await expectSound('pairing-360-light');
    const device = new NewGateway();
    try {
      const phone = await Visitor.arrive(browser, { width: 360, scheme: 'light' });
      await phone.page.goto(await device.listening);
      const fill = async () => {
        await phone.page.locator('#host').fill(visits.demo.url);
        await phone.page.locator('#code').fill(code);
      };
      await fill();
      await takePicture(phone.page, 'new-gateway-360-light');
      await phone.page.getByRole('button').click();
      // A host that was held up for longer than a gateway waits is asked again, by the same code.
      const isSilent = phone.page.getByRole('alert').filter({ hasText: 'The host does not answer' });
      const told = async () => {
        if ((await isSilent.count()) > 0) {
          await fill();
          await phone.page.getByRole('button').click();
        }
        const came = page.getByText('The gateway came and is now “attic”.');
        return (await came.count()) > 0 ? 'came' : await phone.page.locator('body').textContent();
      };
      await expect.poll(told).toBe('came');
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

  it('give a gateway at the USB port its WiFi and pair it, with no code to be typed', async () => {
    const home = { name: 'Home & "Garden"', password: 'correct horse' };
    const page = await arrive({ width: 390, scheme: 'dark' }, '?part=new');
    let toDevice: (bytes: Uint8Array) => void = () => {};
    const device = new NewGateway({
      device: 'gateway-cab1',
      differs: {
        network: new SimulatedNetwork({ time: nodeTime, networks: [home, { name: 'Café', rssiDbm: -85 }] }),
        openConsole: ({ onBytes }) => {
          toDevice = onBytes;
          const write = (bytes: Uint8Array) =>
            void page.evaluate(`window.fromBoard([${bytes.join(',')}])`).catch(() => {});
          return { write, close: () => {} };
        },
      },
    });
    try {
      await page.exposeFunction('toBoard', (bytes: number[]) => toDevice(Uint8Array.from(bytes)));
      await page.addInitScript(serialScript);
      await page.reload();
      await page.getByRole('button', { name: 'Choose its port' }).click();
      await page.getByText(/^gateway-cab1: firmware/).waitFor();
      await page.getByText('Networks that it hears: 2').waitFor();
      await page.getByLabel('WiFi network').fill(home.name);
      await page.getByLabel('Password of the WiFi').fill('correct house');
      await page.getByLabel('Name of the gateway').first().fill('garage');
      await page.getByRole('button', { name: 'Connect and pair' }).click();
      await page.getByText('The WiFi network refused the password.').waitFor();
      await expectSound('improv-390-dark');
      await page.getByLabel('Password of the WiFi').fill(home.password);
      await page.getByRole('button', { name: 'Connect and pair' }).click();
      await page.getByText(/^It is paired as “garage”/).waitFor();
      expect(device.identity).toMatchObject({ gateway: 'garage', wifiName: home.name });
      await page.getByRole('link', { name: 'Go to the gateway' }).click();
      await page.getByRole('heading', { name: 'garage' }).first().waitFor();
    } finally {
      device.stop();
    }
  });

  it('roll another window out, one gateway first, and tell how far it is', async () => {
    const page = await arrive({ width: 1400, scheme: 'dark', locale: 'de-DE' }, '?part=rollouts');
    await page.getByLabel('Einstellungen von Zählern').check();
    await page.getByLabel(/^Von Zählern/).selectOption('eastron-sdm630');
    await page.getByLabel('Zeitfenster, s').selectOption('60');
    await page.getByText('1 von 1 Zählern ändern sich').waitFor();
    await page.getByLabel('Minuten').fill('0');
    await page.getByRole('button', { name: 'Verteilung beginnen' }).click();
    await page.getByText('1 von 1 haben es').first().waitFor();
    await expectSound('rollout-1400-dark-de');
  });
});
