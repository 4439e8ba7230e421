import { createHash, generateKeyPair, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from '../../make-folder.ts';
import { messageOf } from '../../message-of.ts';
import { validFromMs } from '../../tls/certificate.ts';
import * as der from '../../tls/der.ts';
import type { ClientIdentity } from './messages.ts';

/** Below the data folder: the key for this host alone, the certificate to be taken to servers. */
const [keyFile, certificateFile] = ['client-key.pem', 'client.der'];
/** Servers trust this very certificate, and somebody would have to go to each of them when it ends. */
const untilMs = Date.UTC(2049, 11, 31);
/** sha256WithRSAEncryption (RFC 8017, appendix C): what every security policy in use takes. */
const algorithm = der.sequence(der.oid('1.2.840.113549.1.1.11'), Buffer.from([5, 0]));
const modulusBits = 2048;

/** By folder: whoever comes second waits for the same. */
const known = new Map<string, Promise<ClientIdentity>>();

/**
 * The certificate of this host as a client, and its key: made when they are first needed, and kept in the folder.
 * @throws Error in words for people where they cannot be read or written
 */
export function ownCertificate(folder: string): Promise<ClientIdentity> {
  const before = known.get(folder);
  if (before !== undefined) return before;
  const made = readOrMake(folder);
  known.set(folder, made);
  // Whoever tries again reads again.
  made.catch(() => known.delete(folder));
  return made;
}

async function readOrMake(folder: string): Promise<ClientIdentity> {
  try {
    const key = await readFile(join(folder, keyFile), 'utf8').catch(ifMissing);
    const certificate = await readFile(join(folder, certificateFile)).catch(ifMissing);
    if (key !== undefined && certificate !== undefined) return identityOf(key, certificate);
    return await make(folder);
  } catch (error) {
    throw new Error(
      `the certificate of this host for OPC UA in ${folder} cannot be used (${messageOf(error)}); put ${keyFile} and ${certificateFile} back from a copy, or take both away: others are made, and servers have to trust them anew`,
      { cause: error },
    );
  }
}

function ifMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

/** @throws Error where they do not belong together */
function identityOf(key: string, certificate: Buffer): ClientIdentity {
  const x509 = new X509Certificate(certificate);
  const applicationUri = /URI:([^,]+)/.exec(x509.subjectAltName ?? '')?.[1];
  if (applicationUri === undefined) throw new Error(`${certificateFile} names no application`);
  return { certificate: certificate.toString('base64'), key, applicationUri };
}

async function make(folder: string): Promise<ClientIdentity> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: modulusBits });
  const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const host = /^[a-z0-9.-]{1,60}$/i.test(hostname()) ? hostname() : 'localhost';
  const applicationUri = `urn:${host}:joulegate:${randomBytes(6).toString('hex')}`;
  const certificate = selfSigned(privateKey, publicKey, applicationUri, host);
  await makeFolder(folder, 0o700);
  await put(join(folder, keyFile), key, 0o600);
  await put(join(folder, certificateFile), certificate, 0o644);
  return identityOf(key, certificate);
}

/** As a whole or not at all. */
async function put(path: string, content: string | Buffer, mode: number): Promise<void> {
  const beside = `${path}.part`;
  await writeFile(beside, content, { mode, flush: true });
  await rename(beside, path);
}

/**
 * An application instance certificate as OPC 10000-6, 6.2.2 wants it: the application's URI and the machine's name as its
 * other names, for signing and encrypting, for clients; signed by itself.
 */
function selfSigned(
  privateKey: KeyObject,
  publicKey: KeyObject,
  applicationUri: string,
  host: string,
): Buffer {
  const keyId = createHash('sha1')
    .update(publicKey.export({ type: 'pkcs1', format: 'der' }))
    .digest();
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(15)]);
  const names = [['2.5.4.10', 'Joulegate'] as const, ['2.5.4.3', `Joulegate ${host}`.slice(0, 64)] as const];
  const name = der.sequence(...names.map(([id, text]) => der.set(der.sequence(der.oid(id), der.utf8(text)))));
  const toBeSigned = der.sequence(
    der.tagged(0, der.integer(Buffer.from([2]))),
    der.integer(serial),
    algorithm,
    name,
    der.sequence(der.time(validFromMs), der.time(untilMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der.tagged(
      3,
      der.sequence(
        extension('2.5.29.19', true, der.sequence()),
        // digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment, and keyCertSign as it signs itself
        extension('2.5.29.15', true, der.bits(Buffer.from([0b1111_0100]), 2)),
        // clientAuth
        extension('2.5.29.37', false, der.sequence(der.oid('1.3.6.1.5.5.7.3.2'))),
        extension(
          '2.5.29.17',
          false,
          der.sequence(
            der.tagged(6, Buffer.from(applicationUri), true),
            der.tagged(2, Buffer.from(host), true),
          ),
        ),
        extension('2.5.29.14', false, der.octets(keyId)),
        extension('2.5.29.35', false, der.sequence(der.tagged(0, keyId, true))),
      ),
    ),
  );
  return der.sequence(toBeSigned, algorithm, der.bits(sign('sha256', toBeSigned, privateKey)));
}

const extension = (id: string, isCritical: boolean, content: Buffer): Buffer =>
  der.sequence(der.oid(id), ...(isCritical ? [der.yes()] : []), der.octets(content));
