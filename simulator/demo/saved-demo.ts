import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { conforms, type Rule, type Ruled } from '#core/rules.ts';
import { makeFolder } from '../make-folder.ts';

const number = { is: 'number', min: -Number.MAX_VALUE, max: Number.MAX_VALUE } as const satisfies Rule;
const text = { is: 'text', max: 256 } as const satisfies Rule;
const numbersByName = {
  is: 'map',
  of: { is: 'list', of: number, max: 10_000 },
  max: 1000,
} as const satisfies Rule;

/** What a demo keeps in its data folder beside the host's database, so that it can go on another day. */
const savedRule = {
  is: 'object',
  fields: {
    user: text,
    password: text,
    /** A name, or a file's whole path. */
    scenario: { is: 'text', max: 4096 },
    gateways: {
      is: 'map',
      of: {
        is: 'object',
        fields: {
          password: text,
          /** The gateway's own memory, in Base64. */
          store: { is: 'map', of: { is: 'text', max: 64 * 1024 }, max: 1000 },
        },
      },
      max: 32,
    },
    /** False while it runs: then the gateways may have sent more than the plant remembers. */
    hasEnded: { is: 'boolean' },
    plant: {
      is: 'object',
      fields: { seed: number, atMs: number, counters: numbersByName, states: numbersByName },
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
  makeFolder(folder);
  const path = pathIn(folder);
  // It holds passwords.
  writeFileSync(`${path}.new`, JSON.stringify(saved), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
