import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface HostProcess {
  readonly url: string;
  readonly mqttPort: number;
  /** The one-time code for the first account; undefined where there is an account already. */
  readonly setupCode: string | undefined;
  /** Resolves when the process has ended, by itself or by `close`. */
  readonly ended: Promise<string>;
  /** Asks the host to end, and ends it hard where it does not. */
  close(): Promise<void>;
}

export interface HostProcessOptions {
  readonly dataDir: string;
  readonly httpPort: number;
  readonly mqttPort: number;
  readonly firmwareFolder: string;
}

const startWithinMs = 30_000;
const endWithinMs = 10_000;
/** Of what a host that fails has said last. */
const linesKept = 20;

/** Where the built host is, seen from the built simulator. */
const hostProgram = (): string => fileURLToPath(new URL('../../host/cli.js', import.meta.url));

/**
 * Starts the host as a process of its own, as anybody would start it, and reads the JSON lines that it prints with
 * `--json`: `listening` with its ports, and `setup` with the code while there is no account.
 * @throws Error with what the host said where it does not start.
 */
export async function startHostProcess(options: HostProcessOptions): Promise<HostProcess> {
  const program = hostProgram();
  if (!existsSync(program)) throw new Error(`${program} is not there; run npm run build first`);
  const child = spawn(
    process.execPath,
    [
      program,
      'serve',
      '--json',
      '--data-dir',
      options.dataDir,
      '--http-port',
      String(options.httpPort),
      '--mqtt-port',
      String(options.mqttPort),
      '--firmware-folder',
      options.firmwareFolder,
    ],
    // A group of its own: Ctrl-C reaches the demo alone, which ends the host when the gateway has said good-bye.
    { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const endWithParent = () => child.kill('SIGKILL');
  process.on('exit', endWithParent);
  const said: string[] = [];
  const ended = new Promise<string>(resolve => {
    child.once('error', error => resolve(error.message));
    child.once('exit', (code, signal) => {
      process.off('exit', endWithParent);
      resolve(signal === null ? `code ${code}` : `signal ${signal}`);
    });
  });
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), endWithinMs);
    await ended;
    clearTimeout(timer);
  };
  try {
    const { httpPort, mqttPort, setupCode } = await listening(child, said, ended);
    return { url: `http://127.0.0.1:${httpPort}`, mqttPort, setupCode, ended, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Listening {
  readonly httpPort: number;
  readonly mqttPort: number;
  readonly setupCode: string | undefined;
}

function listening(child: ChildProcess, said: string[], ended: Promise<string>): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) => reject(new Error([`the host ${what}`, ...said].join('\n  ')));
    const timer = setTimeout(() => fail(`did not listen within ${startWithinMs / 1000} s`), startWithinMs);
    void ended.then(how => {
      clearTimeout(timer);
      fail(`ended with ${how} before it listened`);
    });
    let setupCode: string | undefined;
    const hear = (line: string): void => {
      said.push(line);
      if (said.length > linesKept) said.shift();
      const event = eventOf(line);
      if (event?.event === 'setup' && typeof event.code === 'string') setupCode = event.code;
      if (event?.event !== 'listening') return;
      clearTimeout(timer);
      resolve({ httpPort: Number(event.httpPort), mqttPort: Number(event.mqttPort), setupCode });
    };
    if (child.stdout) createInterface(child.stdout).on('line', hear);
    if (child.stderr) createInterface(child.stderr).on('line', hear);
  });
}

function eventOf(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
