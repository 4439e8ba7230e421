import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Cancel, TimePort } from '#ports';
import { nodeTime } from '../gateway/node-time.ts';
import type { Undo } from './happening.ts';
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

/** One turn of standing still and going on of a slow host. */
const turnMs = 500;

/** The host, with all that a machine can do to it. What lasts holds for one that is started anew, too. */
export function hostPart(host: HostToStop, time: Pick<TimePort, 'after'> = nodeTime): LabPart {
  const lasting = new Set<() => void | Promise<void>>();
  const isRunning = (): void => {
    if (host.state !== 'runs') throw new Error(`the host does not run (${host.state})`);
  };
  const lay = async (begin: () => void | Promise<void>, undo: Undo): Promise<Undo> => {
    isRunning();
    await begin();
    lasting.add(begin);
    return async () => {
      await undo();
      lasting.delete(begin);
    };
  };
  const stopped = async (how: 'asked' | 'killed') => {
    await host.stop(how);
    return async () => {
      await host.startAgain();
      for (const begin of lasting) await begin();
    };
  };
  return {
    id: 'host',
    kind: 'host',
    name: 'Host',
    about: 'broker, database and page',
    happenings: [
      happening('host.stop', () => stopped('asked')),
      happening('host.kill', () => stopped('killed')),
      happening(
        'host.pause',
        () =>
          lay(
            () => host.pause(),
            () => host.goOn(),
          ),
        // One that is paused goes on before it is paused anew.
        () => host.state === 'paused' || isRunning(),
      ),
      happening(
        'host.slow',
        ({ share }) => {
          let cancel: Cancel = () => {};
          return lay(
            () => {
              cancel();
              cancel = standStill(host, share, time);
            },
            () => cancel(),
          );
        },
        isRunning,
      ),
      happening(
        'disk.full',
        values =>
          lay(
            async () => boundFiles(host.pid, (await logBytes(host.dataDir)) + values['room-kb'] * 1024),
            async () => {
              if (host.state !== 'stopped') await boundFiles(host.pid, 'unlimited');
            },
          ),
        isRunning,
      ),
    ],
    figures: () => [{ name: 'state', value: host.state }],
  };
}

/** Lets the host stand still for this share of the time, while it runs; what is given lets it go on. */
function standStill(host: HostToStop, share: number, time: Pick<TimePort, 'after'>): Cancel {
  let held: number | undefined;
  let cancel: Cancel;
  // One that was stopped for good, or paused, is not to be woken.
  const letGo = (): void => {
    if (held !== undefined && held === host.pid && host.state === 'runs') signal(held, 'SIGCONT');
    held = undefined;
  };
  const stand = (): void => {
    if (host.state === 'runs' && signal(host.pid, 'SIGSTOP')) held = host.pid;
    cancel = time.after(turnMs * share, () => {
      letGo();
      cancel = time.after(turnMs * (1 - share), stand);
    });
  };
  stand();
  return () => {
    cancel();
    letGo();
  };
}

/** Whether it was there. */
function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): boolean {
  try {
    return pid > 0 && process.kill(pid, name);
  } catch {
    return false;
  }
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
