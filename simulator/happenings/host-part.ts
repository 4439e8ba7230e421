import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { happening, type LabPart } from './part.ts';

/** A host as far as it can be taken away; that of a demo is one. */
export interface HostToStop {
  readonly pid: number;
  readonly dataDir: string;
  readonly state: string;
  stop(how: 'asked' | 'killed'): Promise<void>;
  startAgain(): Promise<void>;
  pause(): void;
  goOn(): void;
}

/** The host, with all that a machine can do to it. */
export function hostPart(host: HostToStop): LabPart {
  const stopped = async (how: 'asked' | 'killed') => {
    await host.stop(how);
    return () => host.startAgain();
  };
  return {
    id: 'host',
    kind: 'host',
    name: 'Host',
    about: 'broker, database and page',
    happenings: [
      happening('host.stop', () => stopped('asked')),
      happening('host.kill', () => stopped('killed')),
      happening('host.pause', () => {
        host.pause();
        return () => host.goOn();
      }),
      happening('disk.full', async values => {
        const { pid, dataDir } = host;
        if (host.state !== 'runs') throw new Error(`the host does not run (${host.state})`);
        await boundFiles(pid, (await logBytes(dataDir)) + values['room-kb'] * 1024);
        return async () => {
          // One that was started anew has no bounds.
          if (host.pid === pid && host.state !== 'stopped') await boundFiles(pid, 'unlimited');
        };
      }),
    ],
    figures: () => [{ name: 'state', value: host.state }],
  };
}

/** Writes past so many bytes of any file fail from now on, as on a disk without room; the bound can be lifted again. */
async function boundFiles(pid: number, bytes: number | 'unlimited'): Promise<void> {
  try {
    await promisify(execFile)('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new Error(`a full disk needs prlimit, of Linux and util-linux (${why})`);
  }
}

/** Of the database's log, which alone grows with each commit; the database itself is larger, and written now and then. */
async function logBytes(dir: string): Promise<number> {
  const names = (await readdir(dir, { recursive: true })).filter(name => name.endsWith('.wal'));
  // A log may go while one looks.
  const sizes = names.map(name =>
    stat(join(dir, name))
      .then(({ size }) => size)
      .catch(() => 0),
  );
  return Math.max(0, ...(await Promise.all(sizes)));
}
