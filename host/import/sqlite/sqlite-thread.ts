import { MessageChannel, Worker } from 'node:worker_threads';
import { Client, RemoteError, serve } from '../../store/port.ts';
import { importLimits } from '../limits.ts';
import { SqliteError } from './sqlite-error.ts';
import type { SqliteWork } from './sqlite-work.ts';

/** A file of SQLite in a thread of its own: a view that never ends, or a file made to do harm, holds up nothing else. */
export class SqliteThread {
  readonly #client: Client<SqliteWork>;
  readonly #end: () => Promise<void>;

  private constructor({ client, end }: Started) {
    this.#client = client;
    this.#end = end;
  }

  /** @throws SqliteError where it is no database */
  static async open(path: string, start: () => Promise<Started> = startUsual): Promise<SqliteThread> {
    const opened = new SqliteThread(await start());
    try {
      await opened.call('open', [path]);
      return opened;
    } catch (error) {
      await opened.end();
      throw error;
    }
  }

  /** @throws SqliteError, also where there is no answer in time: the thread is ended then */
  async call<M extends keyof SqliteWork>(
    method: M,
    args: Parameters<SqliteWork[M]>,
    rowsMs: number = importLimits.rowsMs,
  ): Promise<Awaited<ReturnType<SqliteWork[M]>>> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        const message = `no rows within ${rowsMs / 1000} s; choose a table instead of a view, or one with fewer rows`;
        reject(new SqliteError(message, 'format.table'));
        void this.#end();
      }, rowsMs);
    });
    try {
      const answer = await Promise.race([this.#client.call(method, args), late]);
      return answer as Awaited<ReturnType<SqliteWork[M]>>;
    } catch (error) {
      if (error instanceof RemoteError && error.name === 'SqliteError' && 'field' in error)
        throw new SqliteError(error.message, String(error.field));
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  end(): Promise<void> {
    return this.#end();
  }
}

interface Started {
  readonly client: Client<SqliteWork>;
  readonly end: () => Promise<void>;
}

/** From the TypeScript source, which Node cannot start as a thread. */
async function startHere(): Promise<Started> {
  const { sqliteWork } = await import('./sqlite-work.ts');
  const { port1, port2 } = new MessageChannel();
  const work = sqliteWork();
  serve(port1, { ...work });
  return {
    client: new Client<SqliteWork>(port2),
    end: async () => {
      await work.close();
      port1.close();
      port2.close();
    },
  };
}

const startUsual = (): Promise<Started> =>
  import.meta.url.endsWith('.ts') ? startHere() : startThread(new URL('./sqlite-worker.js', import.meta.url));

/** @param url of `sqlite-worker.js` */
export async function startThread(url: URL): Promise<Started> {
  const worker = new Worker(url, { resourceLimits: { maxOldGenerationSizeMb: 128 } });
  const client = new Client<SqliteWork>(worker);
  const gone = (why: string) => client.fail(new SqliteError(`the database cannot be read: ${why}`));
  worker.once('error', error => gone(error.message));
  worker.once('exit', () => gone('its thread has ended'));
  return {
    client,
    end: async () => {
      await worker.terminate();
    },
  };
}
