import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import type { ExternalBroker } from './lab.ts';
import { freeLabPort } from './lab-port.ts';
import { LabProcess } from './lab-process.ts';

/** Where the program is, or undefined where it is not installed. */
export function mosquittoPath(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map(folder => join(folder, 'mosquitto')).find(path => existsSync(path));
}

export interface MosquittoOptions {
  /** Configuration and what it keeps lie in it. */
  readonly folder: string;
  /** More lines of its configuration, or others in the place of those of the same name. */
  readonly conf?: readonly string[];
}

const listensWithinMs = 60_000;

/** Limits as in docs/operations.md; names and passwords are not asked for, as here it is about what gets lost. */
const usualConf = [
  'allow_anonymous true',
  'persistence true',
  'autosave_interval 60',
  'max_inflight_messages 0',
  'max_queued_messages 0',
  'max_packet_size 262144',
  'set_tcp_nodelay true',
  'log_type error',
];

/** Mosquitto as a process of its own on 127.0.0.1, for a `Lab` with an external broker. */
export class Mosquitto implements ExternalBroker {
  readonly port: number;
  readonly #program: string;
  readonly #conf: string;
  #process: LabProcess | undefined;

  private constructor(program: string, port: number, conf: string) {
    this.#program = program;
    this.port = port;
    this.#conf = conf;
  }

  /** @throws Error where it is not installed, or with what it said where it does not start */
  static async start({ folder, conf = [] }: MosquittoOptions): Promise<Mosquitto> {
    const program = mosquittoPath();
    if (program === undefined)
      throw new Error('mosquitto is not installed; install the package "mosquitto" of your system');
    makeFolder(folder);
    const port = await freeLabPort();
    const nameOf = (line: string) => line.split(' ')[0];
    const lines = [
      `listener ${port} 127.0.0.1`,
      ...usualConf.filter(line => !conf.some(other => nameOf(other) === nameOf(line))),
      ...conf,
      `persistence_location ${folder}/`,
      // Started by root it would go on as a user who may not write there.
      `user ${userInfo().username}`,
    ];
    const path = join(folder, 'mosquitto.conf');
    await writeFile(path, `${lines.join('\n')}\n`);
    const mosquitto = new Mosquitto(program, port, path);
    await mosquitto.startAgain();
    return mosquitto;
  }

  /** @throws Error where none was ever started */
  get process(): LabProcess {
    if (this.#process === undefined) throw new Error('mosquitto was not started');
    return this.#process;
  }

  /** On the same port, with what it had saved; how long until it listens, ms. */
  async startAgain(): Promise<number> {
    if (this.#process?.isAlive) throw new Error('mosquitto runs already');
    const beganMs = performance.now();
    this.#process = new LabProcess({ name: 'mosquitto', command: [this.#program, '-c', this.#conf] });
    try {
      await this.#process.until(`TCP port ${this.port}`, () => isOpen(this.port), listensWithinMs);
    } catch (error) {
      await this.#process.kill();
      throw error;
    }
    return performance.now() - beganMs;
  }

  /** As a power cut would. */
  kill(): Promise<void> {
    return this.process.kill();
  }

  stop(): Promise<void> {
    return this.process.stop();
  }

  pause(): void {
    this.process.pause();
  }

  continue(): void {
    this.process.continue();
  }

  async close(): Promise<void> {
    await this.#process?.stop();
  }
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
