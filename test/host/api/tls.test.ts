import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Secrets } from '../../../host/secrets/secrets.ts';
import { HostTls } from '../../../host/tls/host-tls.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from './host-under-test.ts';

let host: HostUnderTest | undefined;
afterEach(() => host?.close());

test('the authority is given as PEM and as DER to who is signed in, and is the one that signs', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'joulegate-tls-'));
  const tls = await HostTls.open({
    dataDir,
    secrets: await Secrets.open({ dataDir }),
    nowMs: Date.now,
    log: () => {},
  });
  host = await startHostUnderTest({ tls });
  const url = '/api/v1/tls/ca';
  expect((await host.ask({ method: 'GET', url })).statusCode).toBe(401);
  const headers = { cookie: await signInFirst(host) };
  const pem = await host.ask({ method: 'GET', url, headers });
  expect(pem.headers['content-type']).toContain('application/x-pem-file');
  expect(pem.body).toBe(tls.caPem);
  const der = await host.ask({ method: 'GET', url: `${url}?form=der`, headers });
  expect(der.headers['content-type']).toBe('application/pkix-cert');
  expect(new X509Certificate(der.rawPayload).fingerprint256).toBe(
    new X509Certificate(tls.caPem).fingerprint256,
  );
  expect(pem.body + der.body).not.toContain('PRIVATE KEY');
  expect((await host.ask({ method: 'GET', url: `${url}?form=key`, headers })).statusCode).toBe(400);
  tls.close();
  await rm(dataDir, { recursive: true, force: true });
});

test('a host without TLS says so, and how to have it', async () => {
  host = await startHostUnderTest();
  const headers = { cookie: await signInFirst(host) };
  const answer = await host.ask({ method: 'GET', url: '/api/v1/tls/ca', headers });
  expect(answer.statusCode).toBe(404);
  expect(answer.json()).toMatchObject({ code: 'tls.off' });
  expect(answer.json().help).toContain('--mqtt-listen both');
});
