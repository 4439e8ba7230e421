import { chmodSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { conforms, type Rule, type Ruled } from '#core/rules.ts';
import { makeFolder } from '../make-folder.ts';

const runningRule = {
  is: 'object',
  fields: {
    pid: { is: 'integer', min: 1, max: Number.MAX_SAFE_INTEGER },
    name: { is: 'text', max: 64 },
    address: { is: 'text', max: 256 },
  },
} as const satisfies Rule;

/** A laboratory that runs on this machine, as `happen` finds it. */
export type RunningLab = Ruled<typeof runningRule>;

/** A folder that this person alone may read: it holds tokens. */
const ownFolder = (): string => join(tmpdir(), `joulegate-labs-${userInfo().uid}`);

/** Another person may have made a folder of this name first, or a link to one; what lies there is not believed. */
function isOwn(folder: string): boolean {
  try {
    const found = lstatSync(folder);
    const { uid, mode } = found;
    const isMine = userInfo().uid < 0 || uid === userInfo().uid;
    return found.isDirectory() && isMine && (process.platform === 'win32' || (mode & 0o077) === 0);
  } catch {
    return false;
  }
}

/** Tells `happen` where this laboratory is, until what it gives is called. Where it cannot be written, `--at` is left. */
export function announceLab({ name, address }: Omit<RunningLab, 'pid'>, folder = ownFolder()): () => void {
  const path = join(folder, `${process.pid}-${new URL(address).port}.json`);
  try {
    makeFolder(folder, 0o700);
    if (!isOwn(folder)) return () => {};
    writeFileSync(path, JSON.stringify({ pid: process.pid, name, address }), { mode: 0o600 });
    chmodSync(path, 0o600);
  } catch {
    return () => {};
  }
  return () => rmSync(path, { force: true });
}

/** Those that run. What one left that was killed is removed. */
export function runningLabs(folder = ownFolder()): readonly RunningLab[] {
  if (!isOwn(folder)) return [];
  const found: RunningLab[] = [];
  for (const file of readdirSync(folder).filter(name => /^\d+-\d+\.json$/.test(name))) {
    const path = join(folder, file);
    const lab = labIn(path);
    if (lab !== undefined && isAlive(lab.pid)) found.push(lab);
    else rmSync(path, { force: true });
  }
  return found;
}

function labIn(path: string): RunningLab | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return conforms(runningRule, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's by now.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
