import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type HostState = 'runs' | 'paused' | 'stopped' | 'starting';

export interface HostProcess {
  readonly url: string;
  readonly mqttPort: number;
  /** The one-time code for the first account; undefined where there is an account already. */
  readonly setupCode: string | undefined;
  readonly dataDir: string;
  /** Of the process that runs, or ran last. */
  readonly pid: number;
  readonly state: HostState;
  /** Resolves when the process has ended by itself. */
  readonly ended: Promise<string>;
  /** Ends it for a while: asked to, or with SIGKILL. @throws Error where it is stopped already. */
  stop(how: 'asked' | 'killed'): Promise<void>;
  /** After `stop`: on the same ports, with the same data. @throws Error with what it said where it does not start. */
  startAgain(): Promise<void>;
  /** It stands still (SIGSTOP), until `goOn`. */
  pause(): void;
  goOn(): void;
  /** Asks the host to end for good, and ends it hard where it does not. */
  close(): Promise<void>;
}

export interface HostProcessOptions {
  readonly dataDir: string;
  readonly httpPort: number;
  readonly mqttPort: number;
  readonly firmwareFolder: string;
}

/** A start is two seconds of work; a small or busy machine may take a minute for it, and who will not wait ends the demo. */
const startWithinMs = 180_000;
const endWithinMs = 10_000;
/** Of one that is ended before it listens: it has nothing to say good-bye to. */
const giveUpWithinMs = 1000;
/** Of what a host that fails has said last. */
const linesKept = 20;

/** Where the built host is, seen from the built simulator. */
const hostProgram = (): string => fileURLToPath(new URL('../../host/cli.js', import.meta.url));

/**
 * Starts the host as a process of its own, as anybody would start it, and reads the JSON lines that it prints with
 * `--json`: `listening` with its ports, and `setup` with the code while there is no account.
 * @throws Error with what the host said where it does not start; also where the signal ended it before it listened. Then
 * nothing of it is left.
 */
export async function startHostProcess(
  options: HostProcessOptions,
  signal: AbortSignal,
): Promise<HostProcess> {
  const program = hostProgram();
  if (!existsSync(program)) throw new Error(`${program} is not there; run npm run build first`);
  const first = await startRun(program, options, signal);
  const { httpPort, mqttPort } = first.listening;
  return new RunningHost(program, { ...options, httpPort, mqttPort }, first);
}

/** One process of the host, that listens. */
interface HostRun {
  readonly child: ChildProcess;
  readonly listening: Listening;
  readonly ended: Promise<string>;
}

async function startRun(
  program: string,
  options: HostProcessOptions,
  signal?: AbortSignal,
): Promise<HostRun> {
  signal?.throwIfAborted();
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
    // A group of its own: Ctrl-C reaches the demo alone, which ends the host when the gateway has said good-bye. By the channel
    // it learns when the demo is killed.
    { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true },
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
  let timer: NodeJS.Timeout | undefined;
  const giveUp = (): void => {
    child.kill('SIGTERM');
    timer = setTimeout(() => child.kill('SIGKILL'), giveUpWithinMs);
  };
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    const heard = await listening(child, said, ended);
    signal?.throwIfAborted();
    return { child, listening: heard, ended };
  } catch (error) {
    if (signal?.aborted !== true) child.kill('SIGKILL');
    await ended;
    throw error;
  } finally {
    signal?.removeEventListener('abort', giveUp);
    clearTimeout(timer);
  }
}

/** The host of a demo, which can be taken away and come back, on the same ports and with the same data. */
class RunningHost implements HostProcess {
  readonly url: string;
  readonly mqttPort: number;
  readonly setupCode: string | undefined;
  readonly dataDir: string;
  readonly ended: Promise<string>;
  readonly #program: string;
  readonly #options: HostProcessOptions;
  #endedByItself: (how: string) => void = () => {};
  #run: HostRun;
  #state: HostState = 'runs';
  #isClosed = false;

  constructor(program: string, options: HostProcessOptions, first: HostRun) {
    this.#program = program;
    this.#options = options;
    this.url = `http://127.0.0.1:${options.httpPort}`;
    this.mqttPort = options.mqttPort;
    this.setupCode = first.listening.setupCode;
    this.dataDir = options.dataDir;
    this.ended = new Promise(resolve => {
      this.#endedByItself = resolve;
    });
    this.#run = first;
    this.#watch(first);
  }

  get state(): HostState {
    return this.#state;
  }

  get pid(): number {
    return this.#run.child.pid ?? 0;
  }

  async stop(how: 'asked' | 'killed'): Promise<void> {
    if (this.#state === 'stopped') throw new Error('the host is stopped already');
    const { child, ended } = this.#run;
    this.#state = 'stopped';
    // Who stands still hears nothing but this.
    child.kill('SIGCONT');
    child.kill(how === 'killed' ? 'SIGKILL' : 'SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), endWithinMs);
    await ended;
    clearTimeout(timer);
  }

  async startAgain(): Promise<void> {
    if (this.#state !== 'stopped' || this.#isClosed) return;
    this.#state = 'starting';
    try {
      this.#run = await startRun(this.#program, this.#options);
    } catch (error) {
      this.#state = 'stopped';
      throw error;
    }
    this.#state = 'runs';
    this.#watch(this.#run);
  }

  pause(): void {
    if (this.#state !== 'runs') throw new Error(`the host does not run (${this.#state})`);
    this.#run.child.kill('SIGSTOP');
    this.#state = 'paused';
  }

  goOn(): void {
    if (this.#state !== 'paused') return;
    this.#run.child.kill('SIGCONT');
    this.#state = 'runs';
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#state !== 'stopped') await this.stop('asked');
  }

  #watch(run: HostRun): void {
    void run.ended.then(how => {
      if (this.#run === run && this.#state !== 'stopped') this.#endedByItself(how);
    });
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
