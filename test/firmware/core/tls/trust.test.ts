import { createPublicKey, createVerify, generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCertificate, readSignature } from '#core/tls/certificate.ts';
import { judgeServer, type TrustQuestion } from '#core/tls/trust.ts';
import {
  type Certified,
  issueAuthority,
  issueServer,
  validFromMs,
} from '../../../../host/tls/certificate.ts';
import * as der from '../../../../host/tls/der.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 21, 12);
const hosts = ['hub', 'hub.local', 'localhost', '127.0.0.1', '192.168.1.10', '::1'];
const authority = issueAuthority('Joulegate at hub', nowMs + 3653 * dayMs);
const server = issueServer(authority, hosts, nowMs + 397 * dayMs);
const derOf = ({ certificate }: Certified) => new Uint8Array(new X509Certificate(certificate).raw);
const p256 = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');

/** As a device's own check, by Node. */
const verify: TrustQuestion['verify'] = (publicKey, message, signature) =>
  createVerify('sha256')
    .update(message)
    .verify(
      {
        key: createPublicKey({ key: Buffer.concat([p256, publicKey]), format: 'der', type: 'spki' }),
        dsaEncoding: 'ieee-p1363',
      },
      signature,
    );

const question: TrustQuestion = {
  server: derOf(server),
  authority: derOf(authority),
  host: 'hub.local',
  nowMs,
  verify,
};
const judged = (change: Partial<TrustQuestion>) => {
  const result = judgeServer({ ...question, ...change });
  return result.ok ? 'believed' : result.error;
};

describe('a certificate', () => {
  test('is read as OpenSSL reads it', () => {
    for (const each of [authority, server]) {
      const x509 = new X509Certificate(each.certificate);
      const read = readCertificate(derOf(each));
      if (!read.ok) throw new Error(read.detail);
      expect(read.value.fromMs).toBe(Date.parse(x509.validFrom));
      expect(read.value.untilMs).toBe(Date.parse(x509.validTo));
      expect(read.value.isAuthority).toBe(x509.ca);
      const spki = x509.publicKey.export({ type: 'spki', format: 'der' });
      expect(Buffer.from(read.value.publicKey).equals(spki.subarray(-65))).toBe(true);
    }
    const read = readCertificate(question.server);
    expect(read.ok && read.value.hosts).toEqual([
      'hub',
      'hub.local',
      'localhost',
      '127.0.0.1',
      '192.168.1.10',
    ]);
  });

  test('beyond 2049 has its dates in the longer form, and is read', () => {
    const untilMs = Date.UTC(2061, 4, 6, 7, 8, 9);
    const read = readCertificate(derOf(issueAuthority('late', untilMs)));
    expect(read.ok && read.value).toMatchObject({ untilMs, fromMs: validFromMs });
  });

  test('that is damaged or cut never throws, and none of them is believed', () => {
    const change = fc.tuple(fc.nat(question.server.length - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.option(fc.nat(700)),
        (changes, cut) => {
          const der = question.server.slice(0, cut ?? undefined);
          for (const [at, by] of changes) if (at < der.length) der[at] = (der[at] as number) ^ by;
          if (Buffer.from(der).equals(question.server)) return;
          expect(judged({ server: der })).not.toBe('believed');
        },
      ),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), der => !readCertificate(der).ok));
  });
});

describe('a server', () => {
  test('of the authority is believed by each of its names and addresses', () => {
    for (const host of ['hub', 'HUB.local', 'localhost', '127.0.0.1', '192.168.1.10'])
      expect(judged({ host }), host).toBe('believed');
  });

  test.each([
    ['by another name', { host: 'hub.example' }, 'trust.host'],
    ['by another address', { host: '192.168.1.11' }, 'trust.host'],
    ['by a part of its name', { host: 'ub.local' }, 'trust.host'],
    ['before its date', { nowMs: validFromMs - 1000 }, 'trust.date'],
    ['in 1970', { nowMs: 0 }, 'trust.date'],
    ['after its date', { nowMs: nowMs + 398 * dayMs }, 'trust.date'],
    ['that shows the authority itself', { server: derOf(authority) }, 'trust.kind'],
    ['with an authority that is none', { authority: derOf(server) }, 'trust.authority'],
    ['without a certificate', { server: new Uint8Array() }, 'certificate.shape'],
  ])('%s is not believed', (_how, change, error) => {
    expect(judged(change)).toBe(error);
  });

  test('of another authority with the same name, or that signed for itself, is not believed', () => {
    const other = issueAuthority('Joulegate at hub', nowMs + 3653 * dayMs);
    const foreign = issueServer(other, hosts, nowMs + 397 * dayMs);
    expect(judged({ server: derOf(foreign) })).toBe('trust.signature');
    expect(judged({ server: derOf(foreign), authority: derOf(other) })).toBe('believed');
    // Its own key is not the one that the authority's certificate holds.
    const self = issueServer({ ...server, certificate: authority.certificate }, hosts, nowMs + 397 * dayMs);
    expect(judged({ server: derOf(self) })).toBe('trust.signature');
  });

  test('whose authority has ended is not believed, whatever its own dates are', () => {
    const old = issueAuthority('old', nowMs - dayMs);
    const young = issueServer(old, hosts, nowMs + dayMs);
    expect(judged({ server: derOf(young), authority: derOf(old) })).toBe('trust.date');
  });
});

describe('a certificate of the authority', () => {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der.sequence(der.oid('1.2.840.10045.4.3.2'));
  const extension = (id: string, value: Uint8Array, ...critical: Uint8Array[]) =>
    der.sequence(der.oid(id), ...critical, der.octets(value));
  const names = extension('2.5.29.17', der.sequence(der.tagged(2, Buffer.from('hub.local'), true)));
  const withExtensions = (...extensions: Uint8Array[]): Uint8Array => {
    const signed = der.sequence(
      der.tagged(0, der.integer(Buffer.from([2]))),
      der.integer(Buffer.from([1])),
      algorithm,
      der.sequence(),
      der.sequence(der.time(validFromMs), der.time(nowMs + dayMs)),
      der.sequence(),
      key.publicKey.export({ type: 'spki', format: 'der' }),
      der.tagged(3, der.sequence(...extensions)),
    );
    return new Uint8Array(der.sequence(signed, algorithm, der.bits(sign('sha256', signed, authority.key))));
  };
  const usage = (bits: number) => extension('2.5.29.15', der.bits(Buffer.from([bits])), der.yes());
  const purposes = (...oids: string[]) => extension('2.5.29.37', der.sequence(...oids.map(der.oid)));

  test.each([
    ['that says no more than its names is', [names], 'believed'],
    [
      'with an extension that is not known and not critical is',
      [names, extension('1.2.3', der.yes())],
      'believed',
    ],
    [
      'with a critical one that is not known is not',
      [names, extension('1.2.3', der.yes(), der.yes())],
      'certificate.shape',
    ],
    ['for clients and servers is', [names, purposes('1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1')], 'believed'],
    ['for clients alone is not', [names, purposes('1.3.6.1.5.5.7.3.2')], 'trust.kind'],
    ['whose key may sign is', [names, usage(0b1000_0000)], 'believed'],
    ['whose key may only agree on keys is not', [names, usage(0b0000_1000)], 'trust.kind'],
  ] as const)('%s believed as a server', (_how, extensions, expected) => {
    expect(judged({ server: withExtensions(...extensions) })).toBe(expected);
  });

  test('that may sign no others is no authority, whatever its basic constraints say', () => {
    const basic = extension('2.5.29.19', der.sequence(der.yes()), der.yes());
    const { ok } = readCertificate(withExtensions(basic, usage(0b0000_0100)));
    expect(ok).toBe(true);
    expect(judged({ authority: withExtensions(basic, usage(0b1000_0000)) })).toBe('trust.authority');
  });
});

describe('a signature', () => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const integer = (value: bigint) => {
    const hex = value.toString(16);
    const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
    const signed = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
    return Buffer.concat([Buffer.from([2, signed.length]), signed]);
  };
  const der = (r: bigint, s: bigint) => {
    const both = Buffer.concat([integer(r), integer(s)]);
    return Buffer.concat([Buffer.from([0x30, both.length]), both]);
  };

  test('is read as Node writes it', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    for (let count = 0; count < 50; count++) {
      const message = Buffer.from([count]);
      const signature = readSignature(sign('sha256', message, privateKey));
      expect(signature).toHaveLength(64);
      const key = createPublicKey(privateKey);
      const isGood = createVerify('sha256')
        .update(message)
        .verify({ key, dsaEncoding: 'ieee-p1363' }, signature ?? Buffer.alloc(0));
      expect(isGood).toBe(true);
    }
  });

  test.each([
    ['r is 0', der(0n, 1n)],
    ['s is 0', der(1n, 0n)],
    ['both are 0', der(0n, 0n)],
    ['r is the order', der(order, 1n)],
    ['s is beyond it', der(1n, order + 1n)],
    ['r has 33 bytes', der(1n << 256n, 1n)],
    ['r is negative', Buffer.from([0x30, 6, 2, 1, 0x80, 2, 1, 1])],
    ['there is more', Buffer.concat([Buffer.from([0x30, 9]), integer(1n), integer(1n), integer(1n)])],
    ['there is one alone', Buffer.concat([Buffer.from([0x30, 3]), integer(1n)])],
    ['it is empty', Buffer.from([0x30, 0])],
  ])('is none where %s', (_what, bytes) => {
    expect(readSignature(bytes)).toBeUndefined();
  });

  test('may have the smallest and the largest numbers that there are', () => {
    expect(readSignature(der(1n, order - 1n))).toHaveLength(64);
  });
});
