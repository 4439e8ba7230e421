import { toHex } from '../bytes.ts';
import { fail, ok, type Result } from '../result.ts';
import { decodeUtf8 } from '../utf8.ts';
import { DerReader } from './der-reader.ts';

/** What a gateway needs of a certificate (RFC 5280) of the one kind that it takes: ECDSA P-256 with SHA-256. */
export interface Certificate {
  /** What is signed, as it came. */
  readonly signed: Uint8Array;
  /** r and s, 32 bytes each. */
  readonly signature: Uint8Array;
  readonly fromMs: number;
  readonly untilMs: number;
  /** A point of P-256, uncompressed: 65 bytes. */
  readonly publicKey: Uint8Array;
  /** Host names in lower case, and IPv4 addresses. */
  readonly hosts: readonly string[];
  /** Whether it may sign other certificates. */
  readonly isAuthority: boolean;
  /** Whether its key may sign what it says in a handshake, and whether it is a server's. */
  readonly isForServers: boolean;
}

export type CertificateError = 'certificate.shape';

const ecdsaWithSha256 = '2a8648ce3d040302';
const ecPublicKey = '2a8648ce3d0201';
const p256 = '2a8648ce3d030107';
const basicConstraints = '551d13';
const subjectAltName = '551d11';
const keyUsage = '551d0f';
const extendedKeyUsage = '551d25';
const serverAuth = '2b06010505070301';
/** Bits of the first byte of the key usage (RFC 5280, 4.2.1.3). */
const digitalSignature = 0x80;
const keyCertSign = 0x04;
const mostHosts = 32;

/** Reads a certificate. One of another kind is a named error, as one that is damaged. */
export function readCertificate(der: Uint8Array): Result<Certificate, CertificateError> {
  const wrong = (what: string) => fail('certificate.shape', `certificate: ${what}`);
  const outer = new DerReader(der).inside(0x30);
  const signed = outer?.whole(0x30);
  const algorithm = oidOf(outer?.inside(0x30));
  const bits = outer?.content(0x03);
  if (outer === undefined || signed === undefined || bits === undefined || !outer.isAtEnd)
    return wrong('it is no certificate, or cut off');
  if (algorithm !== ecdsaWithSha256) return wrong('it is not signed by ECDSA with SHA-256');
  const signature = readSignature(bits.subarray(1));
  if (signature === undefined || bits[0] !== 0) return wrong('its signature is none of P-256');
  const body = new DerReader(signed).inside(0x30);
  const version = body?.inside(0xa0)?.content(0x02);
  if (body === undefined || version?.length !== 1 || version[0] !== 2) return wrong('it is not of version 3');
  body.content(0x02);
  if (oidOf(body.inside(0x30)) !== ecdsaWithSha256) return wrong('it names two algorithms');
  const issuer = body.content(0x30);
  const validity = body.inside(0x30);
  const fromMs = timeOf(validity);
  const untilMs = timeOf(validity);
  const subject = body.content(0x30);
  if (issuer === undefined || subject === undefined || fromMs === undefined || untilMs === undefined)
    return wrong('its names or dates are not readable');
  const publicKey = keyOf(body.inside(0x30));
  if (publicKey === undefined) return wrong('its key is none of P-256');
  const extensions = body.inside(0xa3)?.inside(0x30);
  const hosts: string[] = [];
  let isAuthority = false;
  let usage = 0xff;
  let isServers = true;
  while (extensions !== undefined && !extensions.isAtEnd) {
    const extension = extensions.inside(0x30);
    const id = extension?.content(0x06);
    const isCritical = extension?.tag === 0x01 && extension.content(0x01)?.[0] !== 0;
    const value = extension?.content(0x04);
    if (id === undefined || value === undefined) return wrong('its extensions are not readable');
    const name = toHex(id);
    if (name === subjectAltName) {
      if (!readHosts(value, hosts)) return wrong('its names are not readable');
    } else if (name === basicConstraints)
      isAuthority = new DerReader(value).inside(0x30)?.content(0x01)?.[0] === 0xff;
    else if (name === keyUsage) usage = new DerReader(value).content(0x03)?.[1] ?? 0;
    else if (name === extendedKeyUsage) isServers = hasOid(new DerReader(value).inside(0x30), serverAuth);
    // RFC 5280, 4.2: what is not understood may limit what the certificate is for.
    else if (isCritical) return wrong(`it has a critical extension that is not known (${name})`);
  }
  isAuthority &&= (usage & keyCertSign) !== 0;
  const isForServers = isServers && (usage & digitalSignature) !== 0;
  return ok({ signed, signature, fromMs, untilMs, publicKey, hosts, isAuthority, isForServers });
}

/**
 * r and s of an ECDSA signature of P-256 in DER, 32 bytes each; undefined where one of them is 0 or has no place in 256
 * bits: implementations that forget to look take such a signature for a good one.
 */
export function readSignature(der: Uint8Array): Uint8Array | undefined {
  const pair = new DerReader(der).inside(0x30);
  const signature = new Uint8Array(64);
  for (const at of [0, 32]) {
    const number = pair?.content(0x02);
    if (number === undefined || number.length === 0 || (number[0] as number) >= 0x80) return undefined;
    let from = 0;
    while (from < number.length && number[from] === 0) from++;
    const length = number.length - from;
    if (length === 0 || length > 32) return undefined;
    signature.set(number.subarray(from), at + 32 - length);
    if (!isBelowOrder(signature, at)) return undefined;
  }
  return pair?.isAtEnd === true ? signature : undefined;
}

/** The number of points of P-256 (FIPS 186-4, D.1.2.3). */
const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';

const isBelowOrder = (signature: Uint8Array, at: number): boolean =>
  toHex(signature.subarray(at, at + 32)) < order;

function oidOf(algorithm: DerReader | undefined): string | undefined {
  const oid = algorithm?.content(0x06);
  return oid === undefined ? undefined : toHex(oid);
}

function hasOid(list: DerReader | undefined, wanted: string): boolean {
  for (let oid = oidOf(list); oid !== undefined; oid = oidOf(list)) if (oid === wanted) return true;
  return false;
}

function keyOf(info: DerReader | undefined): Uint8Array | undefined {
  const algorithm = info?.inside(0x30);
  if (oidOf(algorithm) !== ecPublicKey || oidOf(algorithm) !== p256) return undefined;
  const bits = info?.content(0x03);
  return bits?.length === 66 && bits[0] === 0 && bits[1] === 4 ? bits.subarray(1) : undefined;
}

/** UTCTime or GeneralizedTime in UTC, to the second (RFC 5280, 4.1.2.5), as UTC milliseconds. */
function timeOf(validity: DerReader | undefined): number | undefined {
  const isShort = validity?.tag === 0x17;
  const bytes = validity?.content(isShort ? 0x17 : 0x18);
  const at = isShort ? 2 : 4;
  if (bytes?.length !== at + 11 || bytes[at + 10] !== 0x5a) return undefined;
  const digits: number[] = [];
  for (let index = 0; index < at + 10; index++) {
    const digit = (bytes[index] as number) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    digits.push(digit);
  }
  const two = (index: number) => (digits[index] as number) * 10 + (digits[index + 1] as number);
  const year = isShort ? two(0) + (two(0) < 50 ? 2000 : 1900) : two(0) * 100 + two(2);
  return Date.UTC(year, two(at) - 1, two(at + 2), two(at + 4), two(at + 6), two(at + 8));
}

function readHosts(value: Uint8Array, hosts: string[]): boolean {
  const names = new DerReader(value).inside(0x30);
  while (names !== undefined && !names.isAtEnd && hosts.length < mostHosts) {
    const tag = names.tag;
    const content = names.content(tag);
    if (content === undefined) return false;
    if (tag === 0x82) hosts.push((decodeUtf8(content) ?? '').toLowerCase());
    else if (tag === 0x87 && content.length === 4) hosts.push(content.join('.'));
  }
  return names !== undefined;
}
