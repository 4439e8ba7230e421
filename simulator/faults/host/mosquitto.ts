import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { freeLabPort } from '../../lab/lab-port.ts';
import { LabProcess } from '../../lab/lab-process.ts';

const startWithinMs = 20_000;

/** Mosquitto as a broker beside the host, with the limits of docs/operations.md. Anybody on this machine may come. */
export class Mosquitto {
  readonly port: number;
  readonly #config: string;
  #process: LabProcess | undefined;

  private constructor(port: number, config: string) {
    this.port = port;
    this.#config = config;
  }

  /** Starts it with all that is its own in the folder. @throws Error with what it said where it does not start */
  static async start(folder: string): Promise<Mosquitto> {
    await mkdir(folder, { recursive: true });
    const port = await freeLabPort();
    const config = join(folder, 'mosquitto.conf');
    const lines = [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      'max_packet_size 66048',
      'max_keepalive 600',
      'max_queued_messages 20000',
      'persistence true',
      `persistence_location ${folder}/`,
      `user ${userInfo().username}`,
    ];
    await writeFile(config, `${lines.join('\n')}\n`);
    const mosquitto = new Mosquitto(port, config);
    await mosquitto.startAgain();
    return mosquitto;
  }

  /** As a power cut would. */
  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  /** On the same port, with what it had saved. */
  async startAgain(): Promise<void> {
    const process = new LabProcess({ name: 'mosquitto', command: [program(), '-c', this.#config] });
    this.#process = process;
    await process.until('an open port', () => isOpen(this.port), startWithinMs);
  }

  async close(): Promise<void> {
    await this.#process?.stop();
  }
}

const program = (): string =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
    .map(folder => join(folder, 'mosquitto'))
    .find(path => existsSync(path)) ?? 'mosquitto';

const isOpen = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
