import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The package that carries the sources of Moddable's XS engine, and the version whose figures the tests hold. */
export const enginePackage = '@agoric/xsnap';
export const engineVersion = '0.15.0';

const platformFolders: Partial<Record<NodeJS.Platform, string>> = { linux: 'lin', darwin: 'mac' };

const isThere = (command: string): boolean =>
  spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

/** Why the engine cannot be compiled on this machine, for the name of a skipped test; undefined where it can. */
export function whyNoEngine(): string | undefined {
  if (platformFolders[process.platform] === undefined) return `XS is not compiled on ${process.platform}`;
  if (!isThere('make')) return 'make is not installed';
  if (!isThere('cc') && !isThere('gcc')) return 'no C compiler is installed (cc or gcc)';
  return undefined;
}

/** Kept between runs and outside the project: who only uses the host never compiles it. */
const cacheFolder = (): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'joulegate', `xsnap-${engineVersion}`);

const workerIn = (folder: string): string => {
  const platform = platformFolders[process.platform] ?? '';
  return join(
    folder,
    'node_modules',
    enginePackage,
    `xsnap-native/xsnap/build/bin/${platform}/release/xsnap-worker`,
  );
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Whether another process compiles it now: its folder has its id in its name. */
const isBuiltElsewhere = (cache: string): boolean =>
  readdirSync(dirname(cache)).some(name => {
    if (!name.startsWith(`${basename(cache)}-building-`)) return false;
    const pid = Number(name.split('-').at(-2));
    return pid !== process.pid && isAlive(pid);
  });

/**
 * The path of the compiled engine, which is installed from the npm registry and compiled where it is not there yet
 * (about half a minute). Built in a folder of its own and moved into place, so runs side by side do no harm; one process
 * compiles it, and others wait for it.
 */
export async function buildEngine(): Promise<string> {
  const cache = cacheFolder();
  mkdirSync(dirname(cache), { recursive: true });
  while (!existsSync(workerIn(cache)) && isBuiltElsewhere(cache)) await pause(200);
  if (existsSync(workerIn(cache))) return workerIn(cache);
  const building = mkdtempSync(`${cache}-building-${process.pid}-`);
  try {
    await install(building);
    await compile(building);
    // Another run may have been faster, and tests may run its engine.
    if (!existsSync(workerIn(cache))) {
      rmSync(cache, { recursive: true, force: true });
      renameSync(building, cache);
    }
  } catch (error) {
    // Another run was faster.
    if (!existsSync(workerIn(cache))) throw error;
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  return workerIn(cache);
}

async function install(folder: string): Promise<void> {
  const flags = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    await run('npm', ['install', '--prefix', folder, ...flags, `${enginePackage}@${engineVersion}`], {
      cwd: folder,
    });
  } catch (error) {
    throw new Error(
      `${enginePackage}@${engineVersion} could not be installed from the npm registry: ${lastLines(error)}\n` +
        'The XS tests need it once; go online and run them again.',
    );
  }
}

const lessOptimised = fileURLToPath(new URL('./engine.mk', import.meta.url));

async function compile(folder: string): Promise<void> {
  const source = join(folder, 'node_modules', enginePackage);
  const makefiles = join(source, 'xsnap-native/xsnap/makefiles', platformFolders[process.platform] ?? '');
  const settings = ['GOAL=release', `MODDABLE=${join(source, 'moddable')}`, `XSNAP_VERSION=${engineVersion}`];
  try {
    // What runs beside it goes first: some of that is judged by the clock.
    const make = ['make', '-j2', ...settings, '-f', 'xsnap-worker.mk', '-f', lessOptimised];
    await run('nice', ['-n', '10', ...make], { cwd: makefiles, maxBuffer: 2 ** 26 });
  } catch (error) {
    throw new Error(
      `The XS engine of ${enginePackage}@${engineVersion} does not compile: ${lastLines(error)}`,
    );
  }
}

function lastLines(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr || message).trim().split('\n').slice(-5).join('\n');
}
