import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, tryChromium } from './chromium.ts';
import { takePicture } from './pictures.ts';
import { type Program, said, startProgram } from './program.ts';
import { Visitor } from './visitor.ts';

const { browser: started, skipped } = await tryChromium();

describe.skipIf(started === undefined)(`a host with TLS in Chromium${skipped}`, () => {
  const stranger = started as Browser;
  const folder = mkdtempSync(join(tmpdir(), 'joulegate-e2e-'));
  let program: Program;
  let browser: Browser;
  let address: string;
  let person: Visitor;

  beforeAll(async () => {
    const ports = ['--http-port', '0', '--mqtt-port', '0', '--mqtt-tls-port', '0'];
    const cli = join(process.cwd(), 'dist', 'host', 'cli.js');
    const args = [cli, 'serve', '--json', '--data-dir', folder, ...ports, '--http-listen', 'tls'];
    program = await startProgram(args, 'listening');
    address = `127.0.0.1:${said(program, 'listening', 'httpPort')}`;
    // What a person lets the browser trust: the authority, fetched in plain; its fingerprint is compared with the terminal's.
    const authority = new X509Certificate(await (await fetch(`http://${address}/ca.crt`)).text());
    const key = authority.publicKey.export({ type: 'spki', format: 'der' });
    const trusted = createHash('sha256').update(key).digest('base64');
    browser = await launchChromium([`--ignore-certificate-errors-spki-list=${trusted}`]);
    person = await Visitor.arrive(browser, { width: 1280, scheme: 'light', isKept: true });
  });

  afterAll(async () => {
    await browser?.close();
    await stranger.close();
    await program?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is led from http to https, signs in, and keeps the page and its cookie to TLS', async () => {
    const { page } = person;
    await page.goto(`http://${address}/`);
    expect(page.url()).toBe(`https://${address}/`);
    await page.getByLabel('One-time code').fill(said(program, 'setup', 'code'));
    await page.getByLabel('User').fill('ada');
    await page.getByLabel('Password').fill('a long enough password');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('heading', { name: 'No gateway yet' }).waitFor();
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({
      name: '__Host-joulegate',
      secure: true,
      httpOnly: true,
      sameSite: 'Strict',
    });
    expect(await page.evaluate('isSecureContext')).toBe(true);
    // The page keeps itself on the device: only where the browser believes the certificate.
    expect(await page.evaluate('navigator.serviceWorker.ready.then(({ active }) => active !== null)')).toBe(
      true,
    );
    expect(await page.evaluate('document.featurePolicy.allowsFeature("serial")')).toBe(true);
    await page.reload();
    await page.getByRole('heading', { name: 'No gateway yet' }).waitFor();
    expect(person.complaints.filter(text => !text.includes('elsewhere') && !text.startsWith('401'))).toEqual(
      [],
    );
  });

  it('shows the documentation under the same content policy, without a complaint', async () => {
    const { page } = person;
    const before = person.complaints.length;
    await page.goto(`https://${address}/api/docs/`);
    await page.locator('.opblock-summary').first().waitFor();
    await page.locator('.opblock-summary').first().click();
    await page.getByRole('button', { name: 'Try it out' }).first().waitFor();
    await takePicture(page, 'documentation-https');
    expect(person.complaints.slice(before)).toEqual([]);
  });

  it('is not opened by a browser that was not told to trust it', async () => {
    const { page } = await Visitor.arrive(stranger, { width: 1280, scheme: 'light' });
    await expect(page.goto(`https://${address}/`)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID');
  });
});
