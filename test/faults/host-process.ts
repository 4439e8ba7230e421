import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { patienceMs } from '../patience.ts';
import type { ChildDoing, ChildReady } from './host-child.ts';

/** The built program; tests run from the source, the benches from what is built. */
const program = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../dist/test/faults/host-child.js' : './host-child.js',
    import.meta.url,
  ),
);

/** A host in a process of its own. */
export class HostProcess {
  readonly ready: ChildReady;
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  #doing: ChildDoing = { doing: 'nothing', reopened: 0, failed: 0 };

  private constructor(child: ChildProcess, lines: Interface, ready: ChildReady) {
    this.#child = child;
    this.#lines = lines;
    this.ready = ready;
    lines.on('line', text => {
      this.#doing = JSON.parse(text);
    });
  }

  /** One that is busy keeps order without pause, so that faults meet it at that. */
  static async start(dataDir: string, gateways: readonly string[], isBusy = false): Promise<HostProcess> {
    if (!existsSync(program)) throw new Error(`${program} is missing; run npm run build`);
    const env = isBusy ? { ...process.env, JOULEGATE_FAULTS_BUSY: '1' } : process.env;
    const child = spawn(process.execPath, [program, dataDir, ...gateways], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env,
    });
    const lines = createInterface({ input: child.stdout });
    const line = await Promise.race([
      once(lines, 'line').then(([text]) => String(text)),
      once(child, 'exit').then(([code]) => {
        throw new Error(`the host ended with ${code} before it was ready`);
      }),
    ]);
    const ready: ChildReady = JSON.parse(line);
    return new HostProcess(child, lines, ready);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Whether it runs. */
  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What a busy one has last told. */
  get doing(): ChildDoing {
    return this.#doing;
  }

  /** When it begins that. */
  async begins(what: ChildDoing['doing']): Promise<void> {
    const signal = AbortSignal.timeout(patienceMs);
    do await once(this.#lines, 'line', { signal });
    while (this.#doing.doing !== what);
  }

  /** SIGKILL gives it no chance to finish anything; SIGTERM closes it. @throws Error where it could not be closed in order */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const exit = once(this.#child, 'exit');
    this.#child.kill(signal);
    const [code] = await exit;
    if (signal === 'SIGTERM' && code !== 0) throw new Error(`asked to end, the host ended with ${code}`);
  }
}
