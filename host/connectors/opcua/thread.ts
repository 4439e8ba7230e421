import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { type Fault, otherFault } from '../../faults/fault.ts';
import type { Ask, Said } from './messages.ts';

/** Without what tells the works apart. */
export type Work = Ask extends infer Each
  ? Each extends { ask: 'watch' | 'browse' }
    ? Omit<Each, 'id'>
    : never
  : never;
type Listener = (said: Said) => void;

/** After it broke it is begun again so late, ms. */
const restartMs = 5000;
/** Several times what it needs. Whatever grows beyond ends the thread, and not the host. */
const mostMb = 256;

/** Only what was built runs as a thread: TypeScript does not rewrite the name in a URL. */
const built = ({ href }: URL): URL => new URL(href.replace(/\.ts$/, '.js'));

interface Running {
  readonly ask: Ask;
  readonly listener: Listener;
}

/**
 * The thread in which OPC UA is spoken, for all who want that: it is started with the first and ended after the last. Reading
 * the library takes a second and 70 MB, which no host without such a connector shall have, and no event loop stand still for.
 * Where the thread breaks, all works of it are told so and begun again.
 */
export class OpcUaThread {
  readonly #start: StartSide;
  readonly #restartMs: number;
  readonly #running = new Map<number, Running>();
  #side: Side | undefined;
  #restart: NodeJS.Timeout | undefined;
  #next = 1;

  constructor(start: StartSide = startSide, restartAfterMs = restartMs) {
    this.#start = start;
    this.#restartMs = restartAfterMs;
  }

  /** Begins a work; `listener` hears of it until `stop`, which is given back, was called. */
  begin(work: Work, listener: Listener): () => void {
    const id = this.#next++;
    const running = { ask: { ...work, id } as Ask, listener };
    this.#running.set(id, running);
    if (this.#restart === undefined) this.#ask(running.ask);
    return () => this.#stop(id);
  }

  #stop(id: number): void {
    const running = this.#running.get(id);
    if (running === undefined || running.listener === unheard) return;
    this.#running.set(id, { ...running, listener: unheard });
    if (this.#side === undefined) this.#running.delete(id);
    else this.#ask({ ask: 'stop', id });
  }

  #ask(ask: Ask): void {
    this.#side ??= this.#start(
      said => this.#hear(said),
      why => this.#broken(why),
    );
    this.#side.post(ask);
  }

  #hear(said: Said): void {
    const { id } = said;
    this.#running.get(id)?.listener(said);
    if (said.says !== 'ended') return;
    this.#running.delete(id);
    if (this.#running.size > 0) return;
    this.#side?.end();
    this.#side = undefined;
  }

  #broken(why: Fault): void {
    this.#side = undefined;
    for (const [id, { ask, listener }] of this.#running) {
      if (listener === unheard) this.#running.delete(id);
      else if (ask.ask === 'watch') listener({ says: 'down', id, why, reason: 'notConfigured' });
      else {
        this.#running.delete(id);
        listener({ says: 'failed', id, why });
      }
    }
    if (this.#running.size === 0) return;
    this.#restart = setTimeout(() => {
      this.#restart = undefined;
      for (const { ask, listener } of this.#running.values()) if (listener !== unheard) this.#ask(ask);
    }, this.#restartMs).unref();
  }
}

const unheard: Listener = () => {};

/** The other side of the port. */
interface Side {
  post(ask: Ask): void;
  end(): void;
}

type StartSide = (hear: Listener, broken: (why: Fault) => void) => Side;

function startSide(hear: Listener, broken: (why: Fault) => void): Side {
  return import.meta.url.endsWith('.ts') ? startHere(hear) : startThread(hear, broken);
}

/** From the source, which Node cannot start as a thread, it runs here behind the same port. */
function startHere(hear: Listener): Side {
  const { port1, port2 } = new MessageChannel();
  port2.on('message', hear);
  void import('./serve.ts').then(({ serve }) => serve(port1));
  return {
    post: ask => port2.postMessage(ask),
    end: () => closed(port1, port2),
  };
}

function closed(...ports: readonly MessagePort[]): void {
  for (const port of ports) port.close();
}

const startThread: StartSide = (hear, broken) =>
  sideOf(
    new Worker(built(new URL('./opcua-worker.ts', import.meta.url)), {
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: mostMb },
    }),
    hear,
    broken,
  );

/** The side that a thread is; `broken` is told once, where it ends by itself. */
export function sideOf(worker: Worker, hear: Listener, broken: (why: Fault) => void): Side {
  // The library prints what it thinks; what matters of that is told.
  worker.stdout.resume();
  worker.stderr.resume();
  let isOver = false;
  const over = (words: string) => {
    if (isOver) return;
    isOver = true;
    broken(otherFault(words));
  };
  worker.on('message', hear);
  worker.once('error', error => over(`OPC UA broke off and is begun again: ${error.message}`));
  worker.once('exit', () => over('OPC UA broke off and is begun again'));
  return {
    post: ask => worker.postMessage(ask),
    end: () => {
      isOver = true;
      void worker.terminate();
    },
  };
}

export const opcUaThread = new OpcUaThread();
