import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { access, chmod, open, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { updateText } from '#core/update.ts';
import { makeFolder } from '../make-folder.ts';
import { messageOf } from '../message-of.ts';
import { type Manifest, manifestFile, readManifest } from './manifest.ts';

/** Outside of every repository: whoever has this file makes firmware that the gateways believe. */
export const usualKeyFile = (): string => join(homedir(), '.config', 'joulegate', 'firmware-key.pem');

/** The key that builds are signed with: of `JOULEGATE_FIRMWARE_KEY`, or the usual one; undefined where there is none. */
export async function keyOfBuild(): Promise<{ keyFile: string; publicKey: string } | undefined> {
  const keyFile = process.env.JOULEGATE_FIRMWARE_KEY ?? usualKeyFile();
  const isThere = await access(keyFile).then(
    () => true,
    () => false,
  );
  return isThere ? { keyFile, publicKey: await publicKeyOf(keyFile) } : undefined;
}

/** Public key of a private one, 64 hex digits. @throws Error where the file holds none. */
export async function publicKeyOf(keyFile: string): Promise<string> {
  return publicHex(await readPrivateKey(keyFile));
}

/** Makes a key pair; the private one is readable for its owner alone. @throws Error where there is a file already. */
export async function makeKey(keyFile: string): Promise<string> {
  await makeFolder(dirname(keyFile), 0o700);
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  // `wx`: a key that was lost by mistake cannot be made again, and with it every gateway's trust.
  const handle = await open(keyFile, 'wx', 0o600);
  try {
    await handle.writeFile(pem);
  } finally {
    await handle.close();
  }
  await chmod(keyFile, 0o600);
  return publicHex(privateKey);
}

/** Signs the manifest in a folder in place. @throws Error that says what is wrong with key or manifest. */
export async function signManifest(folder: string, keyFile: string): Promise<Manifest> {
  const file = join(folder, manifestFile);
  const key = await readPrivateKey(keyFile);
  const text = await readFile(file, 'utf8');
  // An old signature may be wrong by now, and goes in any case.
  const unsigned: unknown = JSON.parse(text);
  if (typeof unsigned === 'object' && unsigned !== null) {
    if ('signature' in unsigned) delete unsigned.signature;
    if ('publicKey' in unsigned) delete unsigned.publicKey;
  }
  const read = readManifest(JSON.stringify(unsigned));
  if ('mistakes' in read) {
    const told = read.mistakes.map(({ field, message }) => `${field}: ${message}`).join('; ');
    throw new Error(`${file}: ${told}`);
  }
  const signature = sign(null, Buffer.from(updateText(read.manifest)), key).toString('hex');
  const signed = { ...read.manifest, signature, publicKey: publicHex(key) };
  await writeFile(file, `${JSON.stringify(signed, null, 2)}\n`);
  return signed;
}

type PrivateKey = ReturnType<typeof createPrivateKey>;

async function readPrivateKey(keyFile: string): Promise<PrivateKey> {
  let key: PrivateKey;
  try {
    key = createPrivateKey(await readFile(keyFile));
  } catch (error) {
    const why = messageOf(error);
    throw new Error(`${keyFile} is no private key (${why}); make one with: npm run firmware:keys`);
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error(`${keyFile} is a key of ${key.asymmetricKeyType}; one of ed25519 is needed`);
  return key;
}

/** The raw key is the end of its SubjectPublicKeyInfo (RFC 8410, section 4). */
const publicHex = (key: PrivateKey): string =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
