import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { issueAuthority, issueServer } from '../../host/tls/certificate.ts';
import { OwnCertificate } from '../../host/tls/own-certificate.ts';
import { startWebHost, type WebHost } from './web-host.ts';

let host: WebHost;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'joulegate-bad-tls-'));
  host = await startWebHost({ httpListen: 'tls' });
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

const each = 20;
const request = 'GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n';

/** What is heard by who speaks TLS like this: the answer, or the reason why there is none. */
const heard = (options: ConnectionOptions): Promise<string> =>
  new Promise(resolve => {
    let text = '';
    const socket = connectTls({ port: host.port, host: '127.0.0.1', ca: host.tls.caPem, ...options });
    socket.on('secureConnect', () => socket.write(request));
    socket.on('data', part => {
      text += String(part);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(`no: ${error.code}`));
    socket.on('close', () => resolve(text || 'no: closed'));
  });

const counted = async () => {
  const { text } = await host.asks('https', 'GET', '/metrics', { headers: { cookie } });
  return Number(/^joulegate_http_handshakes_failed_total (\d+)$/m.exec(text)?.[1]);
};
let cookie: string;
beforeAll(async () => {
  cookie = await host.signIn('https');
});

/** Tries a bad case some times, tells it, and gives how often the host counted a handshake that failed. */
async function tell(what: string, attempt: () => Promise<string>): Promise<number> {
  const before = await counted();
  const answers = await Promise.all(Array.from({ length: each }, attempt));
  const through = answers.filter(answer => answer.includes(' 200 ')).length;
  const failed = (await counted()) - before;
  process.stdout.write(
    `bad TLS, ${what}: ${each} tries, ${each - through} refused (${[...new Set(answers.map(answer => answer.slice(0, 60).split('\r')[0]))]}), ${failed} handshakes counted, ${through} got through\n`,
  );
  expect(through, what).toBe(0);
  return failed;
}

test('a good connection is one', async () => {
  expect(await heard({})).toContain(' 200 ');
  expect(await heard({ maxVersion: 'TLSv1.2' })).toContain(' 200 ');
});

test('case 1: TLS 1.0 and 1.1 are not spoken', async () => {
  // Node itself would not ask for these any more.
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  expect(await tell('TLS 1.0 and 1.1', () => heard(old))).toBe(each);
});

test('case 2: ciphers without forward secrecy or authentication are not taken', async () => {
  const weak = {
    maxVersion: 'TLSv1.2',
    ciphers: 'AES128-SHA:AES256-SHA:ECDHE-ECDSA-AES128-SHA@SECLEVEL=0',
  } as const;
  expect(await tell('weak ciphers', () => heard(weak))).toBe(each);
});

test('case 3: bytes that are neither TLS nor HTTP get no further', async () => {
  const garbage = (first: number) =>
    new Promise<string>(resolve => {
      let text = '';
      const socket = connect(host.port, '127.0.0.1', () => socket.end(Buffer.alloc(200, first)));
      socket.on('data', part => {
        text += String(part);
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(text || 'no: closed'));
    });
  expect(await tell('bytes that begin like TLS and are none', () => garbage(0x16))).toBe(each);
  await tell('other bytes', () => garbage(0x80));
});

test('case 4: who believes another authority, or asks another name, believes nothing', async () => {
  const other = issueAuthority('another', Date.now() + 86_400_000);
  await tell('another authority', () => heard({ ca: other.certificate }));
  await tell('a name that is not in the certificate', () => heard({ servername: 'energy.example' }));
});

test('case 5: a certificate of the user’s own whose key is another, or that is none, is not shown', async () => {
  const authority = issueAuthority('mine', Date.now() + 3 * 86_400_000);
  const good = issueServer(authority, ['energy.example'], Date.now() + 2 * 86_400_000);
  const other = issueServer(authority, ['energy.example'], Date.now() + 86_400_000);
  const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  const open = (certificate: string, key: string) => {
    writeFileSync(files.certFile, certificate);
    writeFileSync(files.keyFile, key);
    return OwnCertificate.open({ ...files, nowMs: () => Date.UTC(2026, 10, 21), log: () => {} }).then(
      own => {
        own.close();
        return 'taken';
      },
      (error: Error) => error.message,
    );
  };
  const answers = [
    await open(good.certificate, other.key),
    await open('nothing', good.key),
    await open(good.certificate, good.certificate),
    await open(
      good.certificate,
      '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----\n',
    ),
  ];
  const through = answers.filter(answer => answer === 'taken').length;
  process.stdout.write(
    `bad TLS, own certificate of another key, no PEM, no key, with a passphrase: ${answers.length} tries, ${answers.length - through} refused, ${through} got through\n`,
  );
  expect(answers[0]).toContain('does not belong to the certificate');
  expect(answers[1]).toContain('holds no certificate');
  expect(answers[2]).toContain('holds no private key');
  expect(answers[3]).toContain('openssl pkey');
  expect(await open(good.certificate, good.key)).toBe('taken');
  const missing = OwnCertificate.open({ ...files, keyFile: '/nowhere.pem', nowMs: Date.now, log: () => {} });
  await expect(missing).rejects.toThrow('/nowhere.pem (tlsKeyFile) cannot be read');
});
