import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the built page is, seen from the built simulator. */
export const builtPage = (): string => fileURLToPath(new URL('../../web', import.meta.url));

/** The page of the laboratory is one of the entries of the build. */
const indexFile = 'lab.html';

const types: Readonly<Record<string, string>> = Object.freeze({
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
});

export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
  /** Its name tells its contents. */
  readonly isForever: boolean;
}

/** The files of the page that lay there at the start, so that nothing else can be reached. */
export class PageFiles {
  readonly #dir: string;
  readonly #files: ReadonlySet<string>;

  constructor(dir: string) {
    this.#dir = dir;
    this.#files = filesIn(dir);
  }

  get isBuilt(): boolean {
    return this.#files.has(indexFile);
  }

  /** The file of an address such as `/assets/lab-1a2b.js`; `/` is the page itself. */
  find(path: string): PageFile | undefined {
    const name = path === '/' ? indexFile : path.slice(1);
    const type = types[extname(name)];
    if (!this.#files.has(name) || type === undefined) return undefined;
    return { type, bytes: readFileSync(join(this.#dir, name)), isForever: name.startsWith('assets/') };
  }
}

function filesIn(dir: string): ReadonlySet<string> {
  try {
    const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
    const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
    return new Set(paths.map(path => relative(dir, path).split(sep).join('/')));
  } catch {
    return new Set();
  }
}
