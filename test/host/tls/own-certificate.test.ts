import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { issueAuthority, issueServer } from '../../../host/tls/certificate.ts';
import { OwnCertificate } from '../../../host/tls/own-certificate.ts';

const dayMs = 86_400_000;
const authority = issueAuthority('mine', Date.UTC(2030, 0, 1));
const issue = (name: string, untilMs: number) => issueServer(authority, [name], untilMs);
let folder: string;
let said: string[];
let nowMs: number;
let own: OwnCertificate;

const open = () =>
  OwnCertificate.open({
    certFile: join(folder, 'cert.pem'),
    keyFile: join(folder, 'key.pem'),
    nowMs: () => nowMs,
    log: (level, text) => said.push(`${level} ${text}`),
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'joulegate-own-'));
  said = [];
  nowMs = Date.UTC(2026, 10, 21);
  bring(issue('energy.example', nowMs + 30 * dayMs));
  own = await open();
});
afterEach(() => {
  own.close();
  rmSync(folder, { recursive: true, force: true });
});

const bring = ({ certificate, key }: { certificate: string; key: string }) => {
  writeFileSync(join(folder, 'cert.pem'), certificate + authority.certificate);
  writeFileSync(join(folder, 'key.pem'), key);
};

test('files that a program renews are shown without a restart, and who shows them is told', async () => {
  let told = 0;
  own.onRenewed(() => told++);
  await own.look();
  expect(told).toBe(0);
  const renewed = issue('solar.example', nowMs + 90 * dayMs);
  bring(renewed);
  await own.look();
  expect(told).toBe(1);
  expect(own.credentials.cert).toContain(renewed.certificate);
  expect([own.isFor('solar.example'), own.isFor('energy.example')]).toEqual([true, false]);
});

test('what cannot be used after a change is told once, and the certificate before stays', async () => {
  const { cert } = own.credentials;
  writeFileSync(join(folder, 'key.pem'), issue('x', nowMs + dayMs).key);
  await own.look();
  await own.look();
  expect(said).toEqual([
    expect.stringMatching(/^error the certificate stays the one before: .*does not belong/),
  ]);
  expect(own.credentials.cert).toBe(cert);
  rmSync(join(folder, 'cert.pem'));
  await own.look();
  expect(own.credentials.cert).toBe(cert);
  // The key that comes a moment after the certificate.
  const renewed = issue('energy.example', nowMs + 90 * dayMs);
  bring(renewed);
  await own.look();
  expect(own.credentials.key).toBe(renewed.key);
});

test('its end is told once a day from 14 days before on, and when it has come', async () => {
  for (let day = 0; day < 31; day += 0.5) {
    await own.look();
    nowMs += dayMs / 2;
  }
  await own.look();
  const warned = said.filter(text => text.startsWith('warn'));
  expect(warned.length).toBeGreaterThanOrEqual(15);
  expect(warned.length).toBeLessThanOrEqual(17);
  expect(warned.at(0)).toContain('ends on 2026-12-21');
  expect(warned.at(-1)).toContain('ended on');
});

test('a host starts with a certificate that has ended, or that its clock is behind of, and says so', async () => {
  const begins = Date.UTC(2026, 0, 1);
  for (const [atMs, why] of [
    [begins - 40 * 365 * dayMs, 'begins on 2026-01-01 only; look at this machine'],
    [nowMs + 31 * dayMs, 'ended on 2026-12-21; bring a renewed one'],
  ] as const) {
    nowMs = atMs;
    said = [];
    const started = await open();
    started.close();
    expect(started.credentials).toEqual(own.credentials);
    expect(said[0]).toMatch(/^error the certificate in /);
    expect(said[0]).toContain(why);
  }
});

test('one that has ended does not take the place of one that holds', async () => {
  const { cert } = own.credentials;
  bring(issue('energy.example', nowMs - dayMs));
  await own.look();
  expect(said).toEqual([expect.stringMatching(/^error the certificate stays the one before: .* ended on/)]);
  expect(own.credentials.cert).toBe(cert);
});
