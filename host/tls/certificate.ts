import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';
import * as der from './der.ts';

/** A certificate with its key, both as PEM. */
export interface Certified {
  readonly key: string;
  readonly certificate: string;
}

/**
 * From when on certificates hold. Not from now on: a host whose clock is ahead, or was behind when it first started,
 * would give its gateways certificates that they must refuse.
 */
export const validFromMs = Date.UTC(2026, 0, 1);

/** P-256 with SHA-256: what a small device's TLS 1.2 can check, and quickly. */
const algorithm = der.sequence(der.oid('1.2.840.10045.4.3.2'));
const names = { commonName: '2.5.4.3', organization: '2.5.4.10' };

/** A new authority of one's own that can sign servers' certificates and nothing else. */
export function issueAuthority(name: string, untilMs: number): Certified {
  const { privateKey, publicKey } = newKeys();
  return issue({
    subject: name,
    issuer: name,
    publicKey,
    signer: privateKey,
    own: privateKey,
    untilMs,
    extensions: [
      extension('2.5.29.19', true, der.sequence(der.yes(), der.integer(Buffer.from([0])))),
      // keyCertSign, cRLSign
      extension('2.5.29.15', true, der.bits(Buffer.from([0b0000_0110]), 1)),
      extension('2.5.29.14', false, der.octets(keyId(publicKey))),
      extension('2.5.29.35', false, der.sequence(der.tagged(0, keyId(publicKey), true))),
    ],
  });
}

/** A certificate for a server that is reached by these host names and addresses, signed by the authority. */
export function issueServer(authority: Certified, hosts: readonly string[], untilMs: number): Certified {
  const { privateKey, publicKey } = newKeys();
  const issuer = new X509Certificate(authority.certificate);
  return issue({
    subject: hosts[0] ?? 'joulegate',
    issuer: commonNameOf(issuer),
    publicKey,
    signer: authority.key,
    own: privateKey,
    untilMs,
    extensions: [
      extension('2.5.29.19', true, der.sequence()),
      // digitalSignature
      extension('2.5.29.15', true, der.bits(Buffer.from([0b1000_0000]), 7)),
      // serverAuth
      extension('2.5.29.37', false, der.sequence(der.oid('1.3.6.1.5.5.7.3.1'))),
      extension('2.5.29.17', false, der.sequence(...hosts.map(generalName))),
      extension('2.5.29.35', false, der.sequence(der.tagged(0, keyId(issuer.publicKey), true))),
    ],
  });
}

interface Issue {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  /** Who signs, and whose key belongs to the certificate. */
  readonly signer: KeyObject | string;
  readonly own: KeyObject;
  readonly untilMs: number;
  readonly extensions: readonly Buffer[];
}

function issue({ subject, issuer, publicKey, signer, own, untilMs, extensions }: Issue): Certified {
  const toBeSigned = der.sequence(
    der.tagged(0, der.integer(Buffer.from([2]))),
    der.integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    nameOf(issuer),
    der.sequence(der.time(validFromMs), der.time(untilMs)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der.tagged(3, der.sequence(...extensions)),
  );
  const signature = sign('sha256', toBeSigned, signer);
  const certificate = der.sequence(toBeSigned, algorithm, der.bits(signature));
  return {
    key: String(own.export({ type: 'pkcs8', format: 'pem' })),
    certificate: new X509Certificate(certificate).toString(),
  };
}

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

const extension = (id: string, isCritical: boolean, content: Buffer): Buffer =>
  der.sequence(der.oid(id), ...(isCritical ? [der.yes()] : []), der.octets(content));

const nameOf = (text: string): Buffer =>
  der.sequence(
    der.set(der.sequence(der.oid(names.organization), der.utf8('Joulegate'))),
    der.set(der.sequence(der.oid(names.commonName), der.utf8(text.slice(0, 64)))),
  );

const commonNameOf = (certificate: X509Certificate): string =>
  /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? '';

/** Of the key's own bits (RFC 5280, 4.2.1.2). */
function keyId(publicKey: KeyObject): Buffer {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha1').update(spki.subarray(-65)).digest();
}

function generalName(host: string): Buffer {
  if (isIP(host) === 0) return der.tagged(2, Buffer.from(host), true);
  return der.tagged(7, addressBytes(host), true);
}

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const groupsOf = (text: string) => (text === '' ? [] : text.split(':'));
  const groups = groupsOf(head);
  const rest = groupsOf(tail ?? '');
  if (tail !== undefined) while (groups.length + rest.length < 8) groups.push('0');
  return Buffer.from([...groups, ...rest].map(group => group.padStart(4, '0')).join(''), 'hex');
}
