import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { EncodingGuess, type FileEncoding } from './likely-encoding.ts';
import { importLimits } from './limits.ts';
import { firstLines } from './read-file.ts';

/** A file that waits to be imported, with its first lines as cells by the delimiter that it seems to have. */
export interface WaitingFile {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  readonly encoding: FileEncoding;
  readonly delimiter: string;
  readonly lines: string[][];
}

/** More bytes than a file may have. */
export class FileTooLarge extends Error {}

const headBytes = 64 * 1024;

/** Files that wait to be imported: a few, until the host ends or newer ones need their place. */
export class ImportFiles {
  readonly #dir: string;
  /** The oldest first. */
  readonly #files = new Map<string, string>();
  #isTidy = false;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Takes a file as it comes, compressed or not. @throws FileTooLarge; Error of the disk, or of broken gzip */
  async take(name: string, stream: Readable, { isGzip = false } = {}): Promise<WaitingFile> {
    await this.#tidy();
    const id = randomBytes(8).toString('hex');
    const path = this.#pathOf(id);
    let bytes = 0;
    const guess = new EncodingGuess();
    const bounded = new Transform({
      transform(piece: Buffer, _encoding, done) {
        bytes += piece.length;
        if (bytes > importLimits.fileBytes) {
          done(new FileTooLarge());
          return;
        }
        guess.add(piece);
        done(null, piece);
      },
    });
    try {
      await (isGzip
        ? pipeline(stream, createGunzip(), bounded, createWriteStream(path))
        : pipeline(stream, bounded, createWriteStream(path)));
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    this.#files.set(id, name);
    for (const oldest of this.#files.keys()) {
      if (this.#files.size <= importLimits.files) break;
      await this.remove(oldest);
    }
    const encoding = guess.end();
    return { id, name, bytes, encoding, ...firstLines(await head(path, encoding)) };
  }

  /** Where a file is, and its name; undefined for one that is not there any more. */
  find(id: string): { readonly path: string; readonly name: string } | undefined {
    const name = this.#files.get(id);
    return name === undefined ? undefined : { path: this.#pathOf(id), name };
  }

  async remove(id: string): Promise<void> {
    if (this.#files.delete(id)) await rm(this.#pathOf(id), { force: true });
  }

  /** What a host before left. */
  async #tidy(): Promise<void> {
    if (this.#isTidy) return;
    this.#isTidy = true;
    await rm(this.#dir, { recursive: true, force: true });
    await mkdir(this.#dir, { recursive: true });
  }

  #pathOf(id: string): string {
    return join(this.#dir, `${id}.csv`);
  }
}

async function head(path: string, encoding: FileEncoding): Promise<string> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return new TextDecoder(encoding).decode(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}
