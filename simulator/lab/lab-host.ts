import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LabProcess } from './lab-process.ts';
import { stopwatch, type Took } from './process-figures.ts';

export interface LabHostOptions {
  readonly dataDir: string;
  readonly httpPort: number;
  readonly mqttPort: number;
  /** More settings by their names on the command line, such as `{ zone: 'UTC', 'backup-hours': 0 }`. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** More of the environment, such as `JOULEGATE_MQTT_PASSWORD`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Writes past this size fail, as on a full disk, kB; of each file. */
  readonly largestFileKb?: number;
  readonly startWithinMs?: number;
}

/** How a host started. */
export interface HostStart {
  /** From the start of the process until it listens. */
  readonly ready: Took;
  /** The one-time code for the first account; undefined where there is one already. */
  readonly setupCode: string | undefined;
}

/** Of two seconds of work, on a machine as busy as any: a start among 25 others has taken 60 s. How long it took is told. */
const startWithinMs = 180_000;

/** The host is always the built one; the laboratory itself may run from its source (tests) or be built. */
const program = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/host/cli.js' : '../../host/cli.js', import.meta.url),
);

/** Started as `npm start` and docs/operations.md do. */
const nodeOptions = ['--max-semi-space-size=8'];
const usualEnv = { MALLOC_ARENA_MAX: '2' };

/**
 * A host as a process of its own, as anybody would start it, on its way; `start` is undefined until it listens.
 * @throws Error where it is not built
 */
export function launchLabHost(options: LabHostOptions): {
  readonly process: LabProcess;
  readonly start: () => HostStart | undefined;
} {
  if (!existsSync(program)) throw new Error(`${program} is not there; run npm run build first`);
  const settings = {
    'data-dir': options.dataDir,
    'http-port': options.httpPort,
    'mqtt-port': options.mqttPort,
    ...options.settings,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  let setupCode: string | undefined;
  let ready: Took | undefined;
  const since = stopwatch();
  const host: LabProcess = new LabProcess({
    name: 'the host',
    command: [process.execPath, ...nodeOptions, program, 'serve', '--json', ...args],
    env: { ...usualEnv, ...options.env },
    ...(options.largestFileKb === undefined ? {} : { largestFileKb: options.largestFileKb }),
    onLine: line => {
      const event = eventOf(line);
      if (event?.event === 'setup' && typeof event.code === 'string') setupCode = event.code;
      if (event?.event === 'listening') ready = since(host.pid);
    },
  });
  return {
    process: host,
    start: () => (ready === undefined ? undefined : { ready, setupCode }),
  };
}

/**
 * A host that listens.
 * @throws Error with what the host said where it does not start
 */
export async function startLabHost(
  options: LabHostOptions,
): Promise<{ readonly process: LabProcess; readonly start: HostStart }> {
  const { process: host, start } = launchLabHost(options);
  try {
    await host.until(
      'a line that it listens',
      () => start() !== undefined,
      options.startWithinMs ?? startWithinMs,
    );
  } catch (error) {
    await host.kill();
    throw error;
  }
  return { process: host, start: start() as HostStart };
}

function eventOf(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
