import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { generate, make, type Place } from './generated.ts';
import { StepFailed } from './run.ts';
import { builtIn } from './sdk.ts';

/**
 * Builds the whole firmware for the SDK's Linux simulator and runs it there until it is ended, its log on the output.
 * @throws StepFailed with what is missing or what the SDK said
 */
export async function runOnLinux(place: Place, configuration: readonly string[]): Promise<void> {
  const { sdk, repository, say } = place;
  const folder = join(place.folder, 'linux');
  const there = { ...place, folder };
  const generated = await generate(there, 'lin', 'debug', configuration);
  say('building');
  await make(there, generated);
  const log = join(sdk.folder, 'tools', 'xsbug-log');
  const simulator = join(sdk.folder, 'build', 'bin', 'lin', 'release', 'mcsim');
  if (!existsSync(simulator))
    throw new StepFailed(
      `missing is the SDK's simulator: no ${simulator}; build the SDK's tools for Linux with GTK`,
    );
  if (!existsSync(join(log, 'node_modules')))
    throw new StepFailed(
      `missing are the packages of ${log}; run npm install there, as the SDK's guide says`,
    );
  const port = String(await freePort());
  const run = [
    ...['node', join(log, 'xsbug-log'), simulator, join(sdk.folder, 'build', 'simulators')],
    join(builtIn(folder, 'bin', 'lin', 'debug', repository), 'mc.so'),
  ];
  const [program = '', ...args] = [...screen(sdk.environment), ...run];
  const environment = { ...sdk.environment, XSBUG_PORT: port, XSBUG_LOG_PORT: port };
  // A group of its own, so that the simulator ends with it whatever stands between.
  const child = spawn(program, args, { cwd: log, env: environment, stdio: 'inherit', detached: true });
  const end = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => resolve());
  });
  process.off('SIGINT', end);
  process.off('SIGTERM', end);
}

/** The simulator has windows: without a screen it needs a virtual one. */
function screen(environment: NodeJS.ProcessEnv): readonly string[] {
  if (environment.DISPLAY !== undefined || environment.WAYLAND_DISPLAY !== undefined) return [];
  const isThere = (environment.PATH ?? '')
    .split(delimiter)
    .some(place => existsSync(join(place, 'xvfb-run')));
  if (isThere) return ['xvfb-run', '-a'];
  throw new StepFailed('missing is a screen for the simulator; install xvfb, which makes a virtual one');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
