import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Secrets } from '../../../host/secrets/secrets.ts';
import { issueAuthority, issueServer } from '../../../host/tls/certificate.ts';
import { HostTls, type HostTlsOptions } from '../../../host/tls/host-tls.ts';
import { machineNames } from '../../../host/tls/hosts.ts';

const dayMs = 86_400_000;
const now = Date.UTC(2026, 10, 21, 12);
let dataDir: string;
let said: string[];
const opened: HostTls[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'joulegate-tls-'));
  said = [];
});
afterEach(async () => {
  for (const tls of opened.splice(0)) tls.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function open(options: Partial<HostTlsOptions> = {}): Promise<HostTls> {
  const tls = await HostTls.open({
    dataDir,
    secrets: await Secrets.open({ dataDir }),
    nowMs: () => now,
    log: (level, text) => said.push(`${level} ${text}`),
    ...options,
  });
  opened.push(tls);
  return tls;
}

const chainOf = ({ credentials }: HostTls) =>
  (credentials.cert.match(/-----BEGIN[\s\S]*?END CERTIFICATE-----/g) ?? []).map(
    pem => new X509Certificate(pem),
  );

test('the first start makes an authority of 10 years and a certificate for all names and addresses', async () => {
  const tls = await open({ hosts: ['energy.example', '192.0.2.7', '2001:db8::7'] });
  const [server, ca] = chainOf(tls);
  if (server === undefined || ca === undefined) throw new Error('no chain of two');
  expect(Buffer.from(tls.caDer).equals(ca.raw)).toBe(true);
  expect(ca.ca && ca.verify(ca.publicKey) && ca.checkIssued(ca)).toBe(true);
  expect(server.ca).toBe(false);
  expect(server.verify(ca.publicKey) && server.checkIssued(ca)).toBe(true);
  expect(ca.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  expect((Date.parse(ca.validTo) - now) / dayMs).toBeCloseTo(3653, 0);
  expect((Date.parse(server.validTo) - now) / dayMs).toBeCloseTo(397, 0);
  for (const name of ['localhost', 'energy.example', hostname().toLowerCase()])
    expect(server.checkHost(name), name).toBe(name);
  // By every name that the host answers to, where the machine's is one that certificates know.
  for (const name of machineNames(hostname())) expect(server.checkHost(name), name).toBe(name);
  expect(machineNames('Pi.fritz.box')).toEqual(expect.arrayContaining(['pi', 'pi.local', 'pi.fritz.box']));
  for (const address of ['127.0.0.1', '192.0.2.7', '2001:db8::7'])
    expect(server.checkIP(address), address).toBe(address);
  expect(server.checkHost('other.example')).toBeUndefined();
  // Together they fit one TLS record, which small devices like.
  expect(server.raw.length + ca.raw.length).toBeLessThan(2048);
});

test('keys are for the host’s user alone', async () => {
  await open();
  const dir = join(dataDir, 'tls');
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
  const files = (await readdir(dir)).sort();
  expect(files).toEqual(['ca.crt', 'server.crt']);
  for (const file of [...files.map(name => join('tls', name)), 'secrets.json'])
    expect((await stat(join(dataDir, file))).mode & 0o777).toBe(0o600);
});

test('the next start finds both again, and a new address or 60 days left bring a new certificate of the same authority', async () => {
  const first = await open({ hosts: ['192.0.2.7'] });
  const again = await open({ hosts: ['192.0.2.7'] });
  expect(again.credentials).toEqual(first.credentials);
  const elsewhere = await open({ hosts: ['192.0.2.8'] });
  expect(elsewhere.caPem).toBe(first.caPem);
  expect(chainOf(elsewhere)[0]?.checkIP('192.0.2.8')).toBe('192.0.2.8');
  const later = await open({ hosts: ['192.0.2.8'], nowMs: () => now + 336 * dayMs });
  expect(later.credentials).toEqual(elsewhere.credentials);
  const due = await open({ hosts: ['192.0.2.8'], nowMs: () => now + 338 * dayMs });
  expect(due.credentials).not.toEqual(elsewhere.credentials);
  expect(due.caPem).toBe(first.caPem);
});

test('a host that runs for years renews its certificate by itself, and tells', async () => {
  let nowMs = now;
  const tls = await open({ nowMs: () => nowMs });
  let renewals = 0;
  tls.onRenewed(() => renewals++);
  for (let day = 0; day < 5 * 365; day += 15) {
    nowMs += 15 * dayMs;
    await tls.renew();
    expect(Date.parse(chainOf(tls)[0]?.validTo ?? '')).toBeGreaterThan(nowMs + 59 * dayMs);
  }
  expect(renewals).toBe(5);
});

test('keys of a version before move to the host’s secrets, and their files go when that is on disk', async () => {
  const first = await open();
  const dir = join(dataDir, 'tls');
  const held = JSON.parse(await readFile(join(dataDir, 'secrets.json'), 'utf8')).secrets;
  await writeFile(join(dir, 'ca.key'), held.authorityKey);
  await writeFile(join(dir, 'server.key'), held.serverKey);
  // Another's keys, as after the restore of a backup of before.
  const other = issueAuthority('another', now + 1000 * dayMs);
  await (await Secrets.open({ dataDir })).put({ authorityKey: other.key, serverKey: other.key });
  const moved = await open();
  expect([moved.caPem, moved.credentials]).toEqual([first.caPem, first.credentials]);
  expect((await readdir(dir)).sort()).toEqual(['ca.crt', 'server.crt']);
  expect((await open()).credentials).toEqual(first.credentials);
});

test('an authority whose key is lost has a new one in its place, which is said; the old certificate stays beside', async () => {
  const { caPem } = await open();
  await writeFile(join(dataDir, 'secrets.json'), '{}');
  const fresh = await open();
  expect(fresh.caPem).not.toBe(caPem);
  expect(await readFile(join(dataDir, 'tls', 'ca.lost.crt'), 'utf8')).toBe(caPem);
  expect(said.filter(text => text.startsWith('warn'))).toEqual([expect.stringMatching(/paired anew/)]);
  await handshake(fresh.credentials, fresh.caPem);
});

test('near the end of the authority it is said; the certificate ends with it', async () => {
  await open();
  const nowMs = now + 3500 * dayMs;
  const tls = await open({ nowMs: () => nowMs });
  expect(said.filter(text => text.startsWith('warn'))).toEqual([expect.stringContaining('ends on 2036-11-')]);
  const [server, ca] = chainOf(tls);
  expect(Date.parse(server?.validTo ?? '')).toBe(Date.parse(ca?.validTo ?? ''));
});

test('a host whose clock was wrong at its first start has certificates that hold at the right time', async () => {
  const tls = await open({ nowMs: () => Date.UTC(1970, 0, 1) });
  for (const certificate of chainOf(tls)) {
    expect(Date.parse(certificate.validFrom)).toBeLessThan(now);
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(now);
  }
});

test('a crash between a new key and its certificate is mended at the next start', async () => {
  const first = await open();
  const other = issueServer(first.authority, ['localhost'], now + 100 * dayMs);
  await (await Secrets.open({ dataDir })).put({ serverKey: other.key });
  const tls = await open();
  expect(tls.caPem).toBe(first.caPem);
  await handshake(tls.credentials, tls.caPem);
});

test('an authority that is damaged is told with its file, and is not replaced', async () => {
  const { caPem } = await open();
  const path = join(dataDir, 'tls', 'ca.crt');
  await writeFile(path, caPem.slice(0, 300));
  await expect(open()).rejects.toThrow(`${path} is no certificate`);
  await writeFile(path, issueAuthority('another', now + 1000 * dayMs).certificate);
  await expect(open()).rejects.toThrow(`does not belong to ${path}`);
  expect(await readFile(path, 'utf8')).not.toBe(caPem);
});

test('TLS 1.2 with what small devices have is spoken, and another authority is not believed', async () => {
  const tls = await open();
  const { cipher, protocol } = await handshake(tls.credentials, tls.caPem, {
    maxVersion: 'TLSv1.2',
    ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256',
    ecdhCurve: 'P-256',
  });
  expect([protocol, cipher]).toEqual(['TLSv1.2', 'ECDHE-ECDSA-AES128-GCM-SHA256']);
  const another = issueAuthority('another', now + 1000 * dayMs).certificate;
  await expect(handshake(tls.credentials, another)).rejects.toThrow();
});

/** A server of Node with these credentials, and a client that trusts that authority alone. */
function handshake(
  credentials: { readonly key: string; readonly cert: string },
  ca: string,
  options: object = {},
): Promise<{ cipher: string; protocol: string | null }> {
  return new Promise((resolve, reject) => {
    const server = createServer(credentials, socket => socket.end()).listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : 0;
      const client = connect({ host: '127.0.0.1', port: port ?? 0, ca, ...options }, () => {
        resolve({ cipher: client.getCipher().name, protocol: client.getProtocol() });
        client.destroy();
        server.close();
      });
      client.on('error', error => {
        server.close();
        reject(error);
      });
    });
  });
}
