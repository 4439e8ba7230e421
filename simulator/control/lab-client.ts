import { conforms, type Rule } from '#core/rules.ts';
import { UsageError } from '../arguments.ts';
import type { BeginAnswer, BeginRequest, EndAnswer, EndRequest, Lab, LabState } from './contract.ts';
import { runningLabs } from './running-labs.ts';

const text = { is: 'text', max: 4096 } as const satisfies Rule;
const refusalRule = { is: 'object', fields: { error: text, message: text } } as const satisfies Rule;

/** For what is there, and for what has to be done: a host that is to start again takes up to half a minute. */
const [toldWithinMs, doneWithinMs] = [10_000, 60_000];

/** The control of a laboratory that runs, at an address with its token. */
export class LabClient {
  readonly #base: string;
  readonly #token: string;
  readonly #signal: AbortSignal;

  /** `signal` ends what waits for an answer. @throws UsageError where this is no address of a laboratory. */
  constructor(address: string, signal = new AbortController().signal) {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    const token = url?.hash.slice(1) ?? '';
    if (url === undefined || !/^https?:$/.test(url.protocol) || token === '') {
      throw new UsageError(
        `--at ${JSON.stringify(address)}: the address that the demo prints is allowed, such as "http://127.0.0.1:4711/#k3Yx…"`,
      );
    }
    this.#base = url.origin;
    this.#token = token;
    this.#signal = signal;
  }

  /**
   * The one that runs on this machine, where no address is given.
   * @throws UsageError where there is none, or several.
   */
  static find(address: string | null, signal?: AbortSignal): LabClient {
    if (address !== null) return new LabClient(address, signal);
    const labs = runningLabs();
    const [first] = labs;
    if (first === undefined) {
      throw new UsageError('no laboratory runs here; start joulegate-sim demo, or say with --at where it is');
    }
    if (labs.length === 1) return new LabClient(first.address, signal);
    const addresses = labs.map(({ name, address: where }) => `\n  ${name.padEnd(8)}--at '${where}'`).join('');
    throw new UsageError(`${labs.length} laboratories run here; say which:${addresses}`);
  }

  lab(): Promise<Lab> {
    return this.#call('GET', '/api/v1/lab');
  }

  state(since = 0): Promise<LabState> {
    return this.#call('GET', `/api/v1/state?since=${since}`);
  }

  begin(request: BeginRequest): Promise<BeginAnswer> {
    return this.#call('POST', '/api/v1/begin', request);
  }

  end(request: EndRequest): Promise<EndAnswer> {
    return this.#call('POST', '/api/v1/end', request);
  }

  /** The server and this client are of one program, so what comes is what the contract says. */
  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const withinMs = body === undefined ? toldWithinMs : doneWithinMs;
    const [signal, limit] = [this.#signal, AbortSignal.timeout(withinMs)];
    let response: Response;
    try {
      response = await fetch(this.#base + path, {
        method,
        signal: AbortSignal.any([signal, limit]),
        headers: {
          authorization: `Bearer ${this.#token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      if (signal.aborted) throw new Error('ended before the laboratory answered');
      if (limit.aborted)
        throw new Error(`no laboratory answers at ${this.#base} within ${withinMs / 1000} s`);
      const cause =
        error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new Error(`no laboratory answers at ${this.#base} (${cause})`);
    }
    const answer: unknown = await response.json().catch(() => {
      throw new Error(`what answers at ${this.#base} is no laboratory`);
    });
    if (response.ok) return answer as T;
    const words = conforms(refusalRule, answer) ? answer.message : `status ${response.status}`;
    throw response.status === 400 ? new UsageError(words) : new Error(words);
  }
}
