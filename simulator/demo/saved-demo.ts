import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { conforms, type Rule, type Ruled } from '#core/rules.ts';

const number = { is: 'number', min: -Number.MAX_VALUE, max: Number.MAX_VALUE } as const satisfies Rule;
const text = { is: 'text', max: 256 } as const satisfies Rule;

/** What a demo keeps in its data folder beside the host's database, so that it can go on another day. */
const savedRule = {
  is: 'object',
  fields: {
    user: text,
    password: text,
    gatewayPassword: text,
    /** False while it runs: then the gateway may have sent more than the house remembers. */
    hasEnded: { is: 'boolean' },
    /** The gateway's own memory, in Base64. */
    store: { is: 'map', of: { is: 'text', max: 64 * 1024 }, max: 1000 },
    house: {
      is: 'object',
      fields: {
        seed: number,
        utcOffsetMinutes: number,
        atMs: number,
        counters: { is: 'list', of: number, max: 100 },
        demand: { is: 'list', of: number, max: 3 },
      },
    },
  },
} as const satisfies Rule;

export type SavedDemo = Ruled<typeof savedRule>;

const pathIn = (folder: string): string => join(folder, 'demo.json');

/** What an earlier demo left in this folder, or undefined. @throws Error where it cannot be read. */
export function loadDemo(folder: string): SavedDemo | undefined {
  const path = pathIn(folder);
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const broken = new Error(`${path} is not what a demo leaves there; choose another folder with --data`);
  let saved: unknown;
  try {
    saved = JSON.parse(content);
  } catch {
    throw broken;
  }
  if (!conforms(savedRule, saved)) throw broken;
  return saved;
}

export function saveDemo(folder: string, saved: SavedDemo): void {
  mkdirSync(folder, { recursive: true });
  const path = pathIn(folder);
  // It holds passwords.
  writeFileSync(`${path}.new`, JSON.stringify(saved), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
