import { randomBytes } from 'node:crypto';
import { hashRaw } from '@node-rs/argon2';
import { openWith, SealError, sealWith } from './seal.ts';

/** What making a key of a passphrase costs: KiB and passes of Argon2id, one lane. */
interface Cost {
  readonly memoryKiB: number;
  readonly passes: number;
}

/**
 * Whoever has the file may try passphrases at it for years, so a try costs more than one at signing in: RFC 9106's second
 * choice, 64 MiB and 3 passes; about 150 ms of a core.
 */
const usualCost: Cost = Object.freeze({ memoryKiB: 65_536, passes: 3 });
/** What a file may ask for, so that a strange one cannot take the machine's memory. */
const mostCost: Cost = Object.freeze({ memoryKiB: 1_048_576, passes: 16 });

/** The passphrase is another, or what was sealed with it was changed: nobody can tell which. */
export class WrongPassphrase extends Error {
  constructor() {
    super('the passphrase is wrong, or what it opens was changed');
    this.name = 'WrongPassphrase';
  }
}

/** A text that whoever has the passphrase can open, as a file of JSON that says how. */
export async function lockText(passphrase: string, text: string, cost: Cost = usualCost): Promise<string> {
  const salt = randomBytes(16);
  const sealed = sealWith(await keyOf(passphrase, salt, cost), text, about);
  const file = { v: 1, about, key: { by: 'argon2id', ...cost, salt: salt.toString('base64url') }, sealed };
  return `${JSON.stringify(file, undefined, 1)}\n`;
}

const about = 'Secrets of a Joulegate host, sealed with the passphrase of its backups.';

/** The text of such a file. @throws WrongPassphrase; Error where the file is none */
export async function unlockText(passphrase: string, file: string): Promise<string> {
  const { cost, salt, sealed } = partsOf(file);
  try {
    return openWith(await keyOf(passphrase, salt, cost), sealed, about);
  } catch (error) {
    throw error instanceof SealError ? new WrongPassphrase() : error;
  }
}

const keyOf = (passphrase: string, salt: Uint8Array, { memoryKiB, passes }: Cost): Promise<Buffer> =>
  // The same signs can be typed in two ways on two keyboards.
  hashRaw(passphrase.normalize('NFC'), {
    memoryCost: memoryKiB,
    timeCost: passes,
    parallelism: 1,
    outputLen: 32,
    salt,
  });

function partsOf(file: string): { cost: Cost; salt: Buffer; sealed: string } {
  const json = fieldsOf(jsonOf(file));
  const { by, memoryKiB, passes, salt } = fieldsOf(json.key);
  if (
    json.v !== 1 ||
    by !== 'argon2id' ||
    typeof json.sealed !== 'string' ||
    typeof salt !== 'string' ||
    !isCount(memoryKiB, 8, mostCost.memoryKiB) ||
    !isCount(passes, 1, mostCost.passes)
  )
    throw new Error('these are no sealed secrets, or those of a newer version');
  const saltBytes = Buffer.from(salt, 'base64url');
  if (saltBytes.length !== 16) throw new Error('these are no sealed secrets: their salt is damaged');
  return { cost: { memoryKiB, passes }, salt: saltBytes, sealed: json.sealed };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const fieldsOf = (json: unknown): Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null ? { ...json } : {};

const isCount = (value: unknown, from: number, to: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;
