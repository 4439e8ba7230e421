import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { imageFault, imageHeadBytes } from '#core/update.ts';
import { messageOf } from '../message-of.ts';
import { imageFile, type Manifest, manifestFile, readManifest } from './manifest.ts';

export interface ImagePart {
  readonly path: string;
  readonly offset: number;
  readonly bytes: number;
  /** 32 hex digits: what a boot loader says of what it has written. */
  readonly md5: string;
}

/** A build of the firmware that this host has. */
export interface FirmwareImage {
  /** The first 16 digits of its hash. */
  readonly id: string;
  readonly manifest: Manifest;
  readonly parts: readonly ImagePart[];
  /** Whether gateways can be updated to it: signed, and its image is there. */
  readonly isOrderable: boolean;
  readonly folder: string;
}

export interface FirmwareList {
  readonly images: readonly FirmwareImage[];
  /** Manifests that are wrong, and why. */
  readonly faults: readonly { readonly file: string; readonly message: string }[];
}

/** A build for each chip, in each of some versions; who has more has a heap of files and no folder of firmware. */
const imagesMost = 64;
const depthMost = 3;
const manifestBytes = 64 * 1024;

interface Looked {
  readonly stamp: string;
  readonly image: FirmwareImage | undefined;
  readonly message: string;
}

/**
 * The images in the folder of the setting `firmwareFolder`: each manifest that lies in it, at most three folders deep.
 * What a manifest says is checked against the files, and again when they change.
 */
export class Images {
  readonly folder: string | undefined;
  readonly #looked = new Map<string, Looked>();

  constructor(folder: string | undefined) {
    this.folder = folder;
  }

  /** All that are there now, the newest version first. */
  async list(): Promise<FirmwareList> {
    const { folder } = this;
    if (folder === undefined) return { images: [], faults: [] };
    const files: string[] = [];
    try {
      await find(folder, depthMost, files);
    } catch (error) {
      return { images: [], faults: [{ file: folder, message: `cannot be read: ${messageOf(error)}` }] };
    }
    const images = new Map<string, FirmwareImage>();
    const faults: { file: string; message: string }[] = [];
    for (const file of files) {
      const { image, message } = await this.#look(file);
      if (image !== undefined) images.set(image.id, image);
      else faults.push({ file: relative(folder, file), message });
    }
    for (const file of [...this.#looked.keys()]) if (!files.includes(file)) this.#looked.delete(file);
    return { images: [...images.values()].sort(byVersion), faults };
  }

  async find(id: string): Promise<FirmwareImage | undefined> {
    return (await this.list()).images.find(image => image.id === id);
  }

  async #look(file: string): Promise<Looked> {
    const stamp = await stampOf(file);
    const before = this.#looked.get(file);
    if (before?.stamp === stamp) return before;
    let looked: Looked;
    try {
      looked = { stamp, image: await imageOf(file), message: '' };
    } catch (error) {
      looked = { stamp, image: undefined, message: messageOf(error) };
    }
    this.#looked.set(file, looked);
    return looked;
  }
}

async function find(folder: string, depth: number, into: string[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const { name } of entries) {
    if (name === manifestFile && into.length < imagesMost) into.push(join(folder, name));
  }
  if (depth === 0) return;
  for (const entry of entries) if (entry.isDirectory()) await find(join(folder, entry.name), depth - 1, into);
}

/** Changes when the manifest or a file beside it does. */
async function stampOf(file: string): Promise<string> {
  try {
    const stamps: string[] = [];
    for (const name of (await readdir(dirname(file))).sort()) {
      const { size, mtimeMs } = await stat(join(dirname(file), name));
      stamps.push(`${name} ${size} ${mtimeMs}`);
    }
    return stamps.join('\n');
  } catch {
    return '';
  }
}

/** @throws Error that says what is wrong with the manifest or with the files that it names. */
async function imageOf(file: string): Promise<FirmwareImage> {
  if ((await stat(file)).size > manifestBytes) throw new Error(`is larger than ${manifestBytes} bytes`);
  const read = readManifest(await readFile(file, 'utf8'));
  if ('mistakes' in read)
    throw new Error(read.mistakes.map(({ field, message }) => `${field}: ${message}`).join('; '));
  const { manifest } = read;
  const folder = dirname(file);
  const parts: ImagePart[] = [];
  for (const { path, offset } of manifest.parts) {
    const found = await stat(join(folder, path)).catch(() => undefined);
    if (found === undefined) throw new Error(`parts: ${path} is not beside it; build the firmware again`);
    if (found.size === 0) throw new Error(`parts: ${path} is empty; build the firmware again`);
    parts.push({ path, offset, bytes: found.size, md5: await boardMd5(join(folder, path), found.size) });
  }
  const image = parts.find(({ path }) => path === imageFile);
  if (image !== undefined) await checkImage(join(folder, imageFile), image.bytes, manifest);
  return {
    id: manifest.sha256.slice(0, 16),
    manifest,
    parts,
    isOrderable: image !== undefined && manifest.signature !== undefined,
    folder,
  };
}

async function checkImage(
  path: string,
  bytes: number,
  { imageBytes, sha256, chip }: Manifest,
): Promise<void> {
  if (bytes !== imageBytes) throw new Error(`imageBytes: ${imageBytes} given; ${imageFile} has ${bytes}`);
  const digest = (await hashOf(path, 'sha256')).digest('hex');
  if (digest !== sha256) throw new Error(`sha256: ${sha256} given; ${imageFile} has ${digest}`);
  const handle = await open(path);
  try {
    const { buffer } = await handle.read(Buffer.alloc(imageHeadBytes), 0, imageHeadBytes, 0);
    const fault = imageFault(buffer, chip);
    if (fault !== undefined) throw new Error(`${imageFile}: ${fault}`);
  } finally {
    await handle.close();
  }
}

/** A board is sent whole words, filled up with 0xff, and counts them. */
async function boardMd5(path: string, bytes: number): Promise<string> {
  const hash = await hashOf(path, 'md5');
  return hash.update(Buffer.alloc((4 - (bytes % 4)) % 4, 0xff)).digest('hex');
}

async function hashOf(path: string, algorithm: 'sha256' | 'md5'): Promise<Hash> {
  const hash = createHash(algorithm);
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash;
}

const byVersion = (a: FirmwareImage, b: FirmwareImage): number =>
  b.manifest.version.localeCompare(a.manifest.version, 'en', { numeric: true }) ||
  a.manifest.chip.localeCompare(b.manifest.chip);
