import { MessageChannel, Worker } from 'node:worker_threads';
import type { KeeperOptions } from './keeper.ts';
import { Client, serve } from './port.ts';
import type { StoreWork } from './store-work.ts';

/** The other side of a store: its functions, and how to end it. */
export interface StoreThread {
  readonly client: Client<StoreWork>;
  /** Ends the thread after its work was closed: with a query under way the library would end the whole process. */
  readonly end: () => Promise<void>;
}

/** Only what was built runs as a thread: TypeScript does not rewrite the name in a URL. */
const built = ({ href }: URL): URL => new URL(href.replace(/\.ts$/, '.js'));

/**
 * Starts the keeper in a thread of its own, so that nothing the database does holds up the event loop. From the
 * TypeScript source, which Node cannot start as a thread, it runs here behind the same port.
 */
export function startStoreThread(
  options: KeeperOptions,
  nowMs: () => number,
  onGone: (error: Error) => void,
): Promise<StoreThread> {
  if (import.meta.url.endsWith('.ts')) return startHere(options, nowMs);
  return joined(
    new Worker(built(new URL('./store-worker.ts', import.meta.url)), { workerData: options }),
    onGone,
  );
}

async function startHere(options: KeeperOptions, nowMs: () => number): Promise<StoreThread> {
  // What touches the database is read by the thread alone, where there is one.
  const [{ Keeper }, { workOf }] = await Promise.all([import('./keeper.ts'), import('./store-work.ts')]);
  const keeper = await Keeper.open(options, nowMs);
  const { port1, port2 } = new MessageChannel();
  serve(port1, workOf(keeper));
  return {
    client: new Client<StoreWork>(port2),
    end: async () => {
      port1.close();
      port2.close();
    },
  };
}

/**
 * A thread of `store-worker.ts` that was just started, once its database is open.
 * @param onGone told once, when it ends by itself; every call is refused with the same error from then on
 * @throws Error of the thread where the database cannot be opened
 */
export function joined(worker: Worker, onGone: (error: Error) => void): Promise<StoreThread> {
  return new Promise((resolve, reject) => {
    const client = new Client<StoreWork>(worker);
    let isOpen = false;
    const gone = (error: Error) => {
      // Before it was open whoever waits for it is told why, and nobody has it yet.
      reject(error);
      client.fail(error);
      if (isOpen) onGone(error);
      isOpen = false;
    };
    worker.once('error', gone);
    worker.once('exit', code => gone(new Error(`the store's thread ended with ${code}`)));
    worker.once('online', () => {
      // Answered when the database is open; where it cannot be opened, the thread's error comes instead.
      client.call('counters', []).then(() => {
        isOpen = true;
        resolve({
          client,
          end: async () => {
            worker.removeAllListeners('exit');
            await worker.terminate();
          },
        });
      }, reject);
    });
  });
}
