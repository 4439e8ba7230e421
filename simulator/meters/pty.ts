import { spawn, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readlinkSync, unlinkSync } from 'node:fs';
import { UsageError } from '../arguments.ts';

export interface Pty {
  /** The pseudo-terminal to open as a serial port. */
  readonly path: string;
  close(): Promise<void>;
}

export const isSocatInstalled = (): boolean => spawnSync('socat', ['-V'], { stdio: 'ignore' }).status === 0;

const readyWithinMs = 5000;

/**
 * Makes a pseudo-terminal at `path` that is connected to an RTU-over-TCP server on this machine, by `socat`: what
 * opens serial ports only can use the simulated line too. Throws where socat is missing or does not get ready.
 */
export const openPty = (path: string, tcpPort: number): Promise<Pty> =>
  openBySocat(path, `tcp:127.0.0.1:${tcpPort},nodelay`);

/** Two pseudo-terminals joined as by a cable. Throws where socat is missing or does not get ready. */
export async function openPtyCable(path: string, otherPath: string): Promise<Pty> {
  takeOldLink(path);
  return openBySocat(otherPath, terminalAt(path));
}

const terminalAt = (path: string): string => `pty,raw,echo=0,link=${path}`;

const isTerminal = /^\/dev\/(pts\/|ttys)\d+$/;

/**
 * socat puts its link in the place of whatever is there. What an ended one left is taken away, and with it the look of
 * being ready. @throws UsageError where it is something else, such as a file or a device
 */
function takeOldLink(path: string): void {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!there.isSymbolicLink() || !isTerminal.test(readlinkSync(path))) {
    throw new UsageError(
      `${path} is there already, and is no link to a pseudo-terminal; a path where nothing is is allowed`,
    );
  }
  unlinkSync(path);
}

async function openBySocat(path: string, other: string): Promise<Pty> {
  takeOldLink(path);
  // What is named second is opened last: where it is there, both are.
  const socat = spawn('socat', [other, terminalAt(path)], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  let hasEnded = false;
  socat.stderr.on('data', bytes => {
    said = (said + String(bytes)).slice(-500);
  });
  const ended = new Promise<void>(resolve => {
    const end = (): void => {
      hasEnded = true;
      resolve();
    };
    socat.on('exit', end);
    socat.on('error', error => {
      said += error.message;
      end();
    });
  });
  const close = async () => {
    socat.kill();
    await ended;
  };
  for (let waitedMs = 0; !existsSync(path); waitedMs += 20) {
    if (hasEnded || waitedMs > readyWithinMs) {
      await close();
      throw new Error(`socat made no pseudo-terminal at ${path}: ${said.trim() || 'it said nothing'}`);
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return { path, close };
}
