import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoaderChip, RomLoader } from '../../simulator/gateway/rom-loader.ts';
import { tryChromium } from './chromium.ts';
import { TestHost } from './host.ts';
import { seriousViolations, takePicture } from './pictures.ts';
import { serialScript } from './serial-script.ts';
import { Visitor } from './visitor.ts';

const { browser: started, skipped } = await tryChromium();
const account = { user: 'ada', password: 'a long enough password' };
const appOffset = 0x2_0000;

/** An image of an ESP32-S3 by its first bytes (ESP-IDF, "App Image Format"); the rest neither repeats nor compresses. */
const app = Uint8Array.from({ length: 60_001 }, (_, index) => (index * 2_654_435_761) >>> 20);
app.set([0xe9, 1, 2, 0x20]);
app.set([9, 0], 12);

describe.skipIf(started === undefined)(`a board written from the page in Chromium${skipped}`, () => {
  const browser = started as Browser;
  let folder: string;
  let host: TestHost;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'joulegate-images-'));
    const place = join(folder, 'esp32s3');
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'firmware.bin'), app);
    const manifest = {
      ...{ version: '0.1.0', chip: 'esp32s3', imageBytes: app.length },
      sha256: createHash('sha256').update(app).digest('hex'),
      parts: [{ path: 'firmware.bin', offset: appOffset }],
    };
    await writeFile(join(place, 'manifest.json'), JSON.stringify(manifest));
    host = new TestHost('--firmware-folder', folder);
    await host.start();
    const made = await fetch(`${host.url}/api/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...account, code: host.setupCode }),
    });
    expect(made.ok).toBe(true);
  });

  afterAll(async () => {
    await browser.close();
    await host?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  /** Somebody at the page of gateways, with a board of this chip plugged in. */
  const arrive = async (chip: LoaderChip) => {
    const person = await Visitor.arrive(browser, { width: 1000, scheme: 'light' });
    const { page } = person;
    const loader = new RomLoader({
      chip,
      send: bytes => void page.evaluate(`window.fromBoard([${bytes.join(',')}])`).catch(() => {}),
    });
    await page.addInitScript(serialScript);
    await page.exposeFunction('toBoard', (bytes: number[]) => loader.take(Uint8Array.from(bytes)));
    await page.goto(`${host.url}/#/gateways?part=new`);
    await page.getByLabel('User').fill(account.user);
    await page.getByLabel('Password').fill(account.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Put the firmware on a board' }).waitFor();
    return { person, page, loader };
  };

  it('finds the chip, writes the image the host has for it, and has the board check it', async () => {
    const { person, page, loader } = await arrive('esp32s3');
    await page.getByText('This host has: esp32s3 0.1.0.').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Choose board and write' }).click();
    await page.getByText('Written and checked. The board starts anew.').waitFor();
    expect(Buffer.compare(loader.flash.subarray(appOffset, appOffset + app.length), app)).toBe(0);
    expect(loader.flash.subarray(0, appOffset).every(byte => byte === 0xff)).toBe(true);
    await takePicture(page, 'flash-1000-light');
    expect(person.complaints).toEqual([]);
    await person.leave();
  });

  it('says how to build one where the host has none for the chip that answered', async () => {
    const { person, page, loader } = await arrive('esp32c6');
    await page.getByRole('button', { name: 'Choose board and write' }).click();
    await page.getByText('npm run firmware:build -- --target esp32c6').waitFor();
    expect(loader.flash.every(byte => byte === 0xff)).toBe(true);
    expect(person.complaints).toEqual([]);
    await person.leave();
  });
});
