import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { freeLabPort } from '../../simulator/lab/lab-port.ts';
import { patienceMs } from '../patience.ts';

/** Where the program is, or undefined where it is not installed. */
export function mosquittoPath(name = 'mosquitto'): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map(folder => join(folder, name)).find(path => existsSync(path));
}

export const hostUser = 'joulegate.host';

/** Mosquitto in a folder of its own, configured by the letter of `docs/operations.md`. */
export class Mosquitto {
  readonly port: number;
  readonly #dir: string;
  #process: ChildProcess | undefined;

  private constructor(dir: string, port: number) {
    this.#dir = dir;
    this.port = port;
  }

  /**
   * Starts it with these users. `without` drops settings of the manual by their names; `acl` is another access list than its.
   * @throws Error with what it said where it does not start.
   */
  static async start(
    users: Readonly<Record<string, string>>,
    without: readonly string[] = [],
    acl?: string,
  ): Promise<Mosquitto> {
    const dir = await mkdtemp(join(tmpdir(), 'joulegate-mosquitto-'));
    const mosquitto = new Mosquitto(dir, await freeLabPort());
    const manual = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const lines = blockOf(manual, 'conf')
      .split('\n')
      .filter(line => !without.some(name => line.startsWith(`${name} `)))
      .join('\n')
      .replace('listener 1883', `listener ${mosquitto.port} 127.0.0.1`)
      .replaceAll('/etc/mosquitto/', `${dir}/`)
      .replace('/var/lib/mosquitto/', `${dir}/`);
    await writeFile(join(dir, 'mosquitto.conf'), `${lines}\nuser ${userInfo().username}\n`);
    await writeFile(join(dir, 'joulegate.acl'), acl ?? blockOf(manual, 'acl'), { mode: 0o600 });
    const passwords = join(dir, 'joulegate.passwd');
    const plain = Object.entries(users).map(([user, password]) => `${user}:${password}\n`);
    await writeFile(passwords, plain.join(''), { mode: 0o600 });
    execFileSync(mosquittoPath('mosquitto_passwd') ?? 'mosquitto_passwd', ['-U', passwords]);
    await mosquitto.#run();
    return mosquitto;
  }

  /** As a power cut would. */
  async kill(): Promise<void> {
    const running = this.#process;
    if (running === undefined) return;
    this.#process = undefined;
    const ended = new Promise(resolve => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  }

  /** On the same port again, with what it had saved. */
  async restart(): Promise<void> {
    await this.kill();
    await this.#run();
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.#dir, { recursive: true, force: true });
  }

  async #run(): Promise<void> {
    const running = spawn(mosquittoPath() ?? 'mosquitto', ['-c', join(this.#dir, 'mosquitto.conf')]);
    this.#process = running;
    let said = '';
    running.stderr.on('data', chunk => {
      said += chunk;
    });
    for (const untilMs = performance.now() + patienceMs; performance.now() < untilMs; ) {
      if (running.exitCode !== null) throw new Error(`mosquitto did not start: ${said}`);
      if (await answers(this.port)) return;
      await new Promise(resolve => setTimeout(resolve, 25));
    }
    throw new Error(`mosquitto does not listen: ${said}`);
  }
}

/** The text of the first block of that kind in a page of the manual. */
export function blockOf(manual: string, kind: string): string {
  const text = manual.match(new RegExp(`\`\`\`${kind}\\n([^]*?)\`\`\``))?.[1];
  if (text === undefined) throw new Error(`docs/operations.md has no block of ${kind}`);
  return text;
}

const answers = (port: number) =>
  new Promise<boolean>(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
