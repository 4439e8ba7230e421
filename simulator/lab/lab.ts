import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import type { Appended } from './appended.ts';
import { HostApi } from './host-api.ts';
import { type HostStart, type LabHostOptions, launchLabHost, startLabHost } from './lab-host.ts';
import { freeLabPort } from './lab-port.ts';
import type { LabProcess } from './lab-process.ts';
import {
  type ProcessFigures,
  processFigures,
  stopwatch,
  type Took,
  threadsTimesOf,
} from './process-figures.ts';
import { compareStored, type StoredCounts, type StoredOptions } from './stored.ts';

/** What may differ from start to start. */
export type HostChanges = Pick<LabHostOptions, 'settings' | 'env' | 'largestFileKb' | 'startWithinMs'>;

export interface LabOptions extends HostChanges {
  /** Everything of this laboratory lies in it; the host's data in `host`. */
  readonly folder: string;
  /** A broker of its own, such as `Mosquitto`; absent: the host's. */
  readonly broker?: ExternalBroker;
}

/** A broker beside the host, as the host is told of it. */
export interface ExternalBroker {
  readonly port: number;
  /** Of the host there; absent: anybody may come. */
  readonly user?: string;
  readonly password?: string;
}

/** Gateways are made known so many at a time. */
const atOnce = 16;

/**
 * The real host as a process of its own with all around it: started, killed, held and started again on the same ports
 * and data, asked by its HTTP API, and compared with the truth.
 */
export class Lab {
  readonly folder: string;
  readonly api: HostApi;
  /** Where gateways find their broker, on 127.0.0.1. */
  readonly mqttPort: number;
  /** The host's first account. */
  readonly account: { readonly user: string; readonly password: string };
  /** How each start went, the first one first. */
  readonly starts: HostStart[] = [];
  readonly #options: LabOptions;
  readonly #httpPort: number;
  readonly #hostMqttPort: number;
  #process: LabProcess | undefined;

  private constructor(options: LabOptions, httpPort: number, hostMqttPort: number) {
    this.#options = options;
    this.#httpPort = httpPort;
    this.#hostMqttPort = hostMqttPort;
    this.folder = options.folder;
    this.mqttPort = options.broker?.port ?? hostMqttPort;
    this.account = { user: 'lab', password: randomBytes(12).toString('base64url') };
    this.api = new HostApi(`http://127.0.0.1:${httpPort}`);
  }

  /** @throws Error with what the host said where it does not start, or where it has an account of somebody else */
  static async start(options: LabOptions): Promise<Lab> {
    makeFolder(options.folder);
    const lab = new Lab(options, await freeLabPort(), await freeLabPort());
    const { setupCode } = await lab.startAgain();
    try {
      if (setupCode === undefined) {
        throw new Error(`the host in ${options.folder} has an account already; choose an empty folder`);
      }
      await lab.api.setUp(setupCode, lab.account.user, lab.account.password);
    } catch (error) {
      await lab.close();
      throw error;
    }
    return lab;
  }

  /** The host's process: its id, whether it lives, what it said last. @throws Error where none was ever started */
  get host(): LabProcess {
    if (this.#process === undefined) throw new Error('no host was started');
    return this.#process;
  }

  /** The host's folder of data. */
  get dataDir(): string {
    return join(this.folder, 'host');
  }

  /** Gives the host no chance to finish anything. */
  kill(): Promise<void> {
    return this.host.kill();
  }

  /** Ends the host in order. */
  stop(): Promise<void> {
    return this.host.stop();
  }

  /**
   * Starts the host on the same data and ports; with `changes` for this start alone.
   * @throws Error with what the host said where it does not start
   */
  async startAgain(changes: HostChanges = {}): Promise<HostStart> {
    const { process, start } = await startLabHost(this.#hostOptions(changes));
    this.#process = process;
    this.starts.push(start);
    return start;
  }

  /**
   * Starts the host and kills it so long after, wherever its start is by then. Gives whether it was still starting.
   * @throws Error with what the host said where it ended by itself
   */
  async killStarting(afterMs: number): Promise<boolean> {
    const { process, start } = launchLabHost(this.#hostOptions({}));
    this.#process = process;
    let timer: NodeJS.Timeout | undefined;
    const moment = new Promise<void>(resolve => {
      timer = setTimeout(resolve, afterMs);
    });
    await Promise.race([moment, process.ended]);
    clearTimeout(timer);
    if (!process.isAlive) throw process.failure(`ended by itself within ${afterMs} ms of its start`);
    await process.kill();
    return start() === undefined;
  }

  #hostOptions(changes: HostChanges): LabHostOptions {
    if (this.#process?.isAlive) throw new Error('the host runs already');
    const { broker, settings, env, ...others } = this.#options;
    return {
      ...others,
      ...changes,
      dataDir: this.dataDir,
      httpPort: this.#httpPort,
      mqttPort: this.#hostMqttPort,
      settings: {
        zone: 'UTC',
        'backup-hours': 0,
        ...(broker !== undefined && { 'mqtt-url': `mqtt://127.0.0.1:${broker.port}` }),
        ...(broker?.user !== undefined && { 'mqtt-user': broker.user }),
        ...settings,
        ...changes.settings,
      },
      env: {
        ...(broker?.password !== undefined && { JOULEGATE_MQTT_PASSWORD: broker.password }),
        ...env,
        ...changes.env,
      },
    };
  }

  /** Holds the host where it is: it is there and does not answer, until `continue`. */
  pause(): void {
    this.host.pause();
  }

  continue(): void {
    this.host.continue();
  }

  /** Makes gateways known at the host; gives their MQTT passwords by their ids. Not for an external broker. */
  async addGateways(
    ids: readonly string[],
    progress: (done: number) => void = () => {},
  ): Promise<Map<string, string>> {
    return addGateways(this.api, ids, progress);
  }

  /** What the host's process costs now. */
  figures(): ProcessFigures {
    return processFigures(this.host.pid);
  }

  /** Begins to measure what the host does; what it gives tells how long it has been (`stopwatch` of process-figures.ts). */
  stopwatch(): () => Took {
    const { pid } = this.host;
    const since = stopwatch(threadsTimesOf(pid));
    return () => since(pid);
  }

  /** The host's counters (`/api/v1/counters`) by name. */
  async counters(): Promise<Readonly<Record<string, number>>> {
    const { counters } = await this.api.get<{ counters: Record<string, number> }>('/api/v1/counters');
    return counters;
  }

  /** What the host has, by its API, against what gateways appended; see `compareStored`. */
  stored(appended: Appended, options: StoredOptions = {}): Promise<StoredCounts> {
    return compareStored(this.api, appended, options);
  }

  /** Ends the host where it runs. Its folder stays. */
  async close(): Promise<void> {
    await this.#process?.stop();
  }
}

/** Makes gateways known at a host, some at a time; gives their MQTT passwords by their ids. @throws HostRefusal */
export async function addGateways(
  api: HostApi,
  ids: readonly string[],
  progress: (done: number) => void = () => {},
): Promise<Map<string, string>> {
  const passwords = new Map<string, string>();
  let next = 0;
  const worker = async () => {
    try {
      for (let id = ids[next++]; id !== undefined; id = ids[next++]) {
        const { password } = await api.post<{ password: string }>('/api/v1/gateways', { id });
        passwords.set(id, password);
        progress(passwords.size);
      }
    } finally {
      // Where one fails the others make no more known.
      next = ids.length;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, ids.length) }, worker));
  return passwords;
}
