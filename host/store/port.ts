import type { MessagePort, TransferListItem } from 'node:worker_threads';

/** One end of a port, or a worker as seen from outside. */
interface End {
  postMessage(message: unknown, transfer?: readonly TransferListItem[]): void;
  on(event: 'message', listener: (answer: Answer) => void): unknown;
}

/** What a worker does for the other side: functions with answers, by name. */
export type Work<W> = { [M in keyof W]: (...args: never[]) => Promise<unknown> };

/** An answer of which parts move to the other side instead of being copied. */
export class Moved<T> {
  readonly value: T;
  readonly transfer: readonly TransferListItem[];

  constructor(value: T, transfer: readonly TransferListItem[]) {
    this.value = value;
    this.transfer = transfer;
  }
}

interface Call {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** What else the error carried, such as the field of a QueryError. */
  readonly more: object;
}

type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly failure: Failure; readonly value: unknown };

/** An error from the other side; `name` and what it carried are those of the error there. */
export class RemoteError extends Error {
  /** What came back with it: buffers that were moved there. */
  readonly returned: unknown;

  constructor({ name, message, stack, more }: Failure, returned: unknown) {
    super(message);
    Object.assign(this, more);
    this.name = name;
    this.returned = returned;
    if (stack !== undefined) this.stack = stack;
  }
}

/** An error that gives moved buffers back. */
export class ReturningError extends Error {
  readonly returned: Moved<unknown>;

  constructor(cause: unknown, returned: Moved<unknown>) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = cause instanceof Error ? cause.name : 'Error';
    this.returned = returned;
  }
}

/** Answers the calls that come in on a port; `close` behind all that came before it. */
export function serve(port: MessagePort, work: object): void {
  const methods = new Map(Object.entries(work));
  const underWay = new Set<Promise<void>>();
  port.on('message', ({ id, method, args }: Call) => {
    const run: unknown = methods.get(method);
    const before = method === 'close' ? [...underWay] : [];
    const answered = Promise.resolve()
      .then(() => (typeof run === 'function' ? run(...args) : Promise.reject(new Error(`no ${method}`))))
      .finally(() => Promise.all(before))
      .then((result: unknown) => {
        const moved = result instanceof Moved ? result : new Moved(result, []);
        port.postMessage({ id, ok: true, value: moved.value } satisfies Answer, moved.transfer);
      })
      // Also where the answer cannot be sent as it is: whoever asked is to hear.
      .catch((error: unknown) => {
        const returned = error instanceof ReturningError ? error.returned : undefined;
        const failure = failureOf(error);
        const answer: Answer = { id, ok: false, failure, value: returned?.value };
        port.postMessage(answer, returned?.transfer ?? []);
      })
      .finally(() => underWay.delete(answered));
    underWay.add(answered);
  });
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: undefined, more: {} };
  const { returned: _, cause: __, ...more } = Object.fromEntries(Object.entries(error));
  return { name: error.name, message: error.message, stack: error.stack, more };
}

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void };

/** Calls of the worker's functions as if they were here. */
export class Client<W extends Work<W>> {
  readonly #port: End;
  readonly #waiting = new Map<number, Waiting>();
  #id = 0;
  #gone: Error | undefined;

  constructor(port: End) {
    this.#port = port;
    port.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (answer.ok) waiting?.resolve(answer.value);
      else waiting?.reject(new RemoteError(answer.failure, answer.value));
    });
  }

  /** How many calls have no answer yet. */
  get waiting(): number {
    return this.#waiting.size;
  }

  call<M extends keyof W & string>(
    method: M,
    args: Parameters<W[M]>,
    transfer: readonly TransferListItem[] = [],
  ): Promise<Unmoved<Awaited<ReturnType<W[M]>>>> {
    return this.#call(method, args, transfer).then(value => value as Unmoved<Awaited<ReturnType<W[M]>>>);
  }

  #call(method: string, args: readonly unknown[], transfer: readonly TransferListItem[]): Promise<unknown> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      this.#port.postMessage({ id, method, args } satisfies Call, transfer);
      this.#waiting.set(id, { resolve, reject });
    });
  }

  /**
   * The last call. Each that comes later is refused with `closed`; those before it are answered before it resolves.
   * @throws Error of the other side
   */
  close(closed: Error): Promise<void> {
    const last = this.#call('close', [], []);
    this.#gone ??= closed;
    return last.then(() => {});
  }

  /** The worker is gone: nothing of it will be answered. */
  fail(error: Error): void {
    this.#gone ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

type Unmoved<T> = T extends Moved<infer V> ? V : T;
