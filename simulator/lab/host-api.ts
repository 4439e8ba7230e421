/** Who asks: an account that signs in as often as it has to, or the token of a program. */
export type HostAccess = { readonly user: string; readonly password: string } | { readonly token: string };

/** An answer of the host that is no success, in the host's own words. */
export class HostRefusal extends Error {
  readonly status: number;
  readonly code: string;
  /** Seconds after which it may be asked again, where the host says so. */
  readonly retryAfterS: number | undefined;

  constructor(message: string, status: number, code: string, retryAfterS: number | undefined) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterS = retryAfterS;
  }
}

type Query = Readonly<Record<string, string | number>>;

const answerWithinMs = 60_000;

/**
 * The host's public API, as a program uses it. The session is kept through restarts of the host: where it has ended, the
 * account signs in again and the question is asked once more.
 */
export class HostApi {
  readonly url: string;
  #access: HostAccess | undefined;
  readonly #signal: AbortSignal | undefined;
  #cookie = '';
  #signingIn: Promise<void> | undefined;

  /**
   * @param url such as `http://127.0.0.1:8080`
   * @param signal after which nothing is asked any more
   */
  constructor(url: string, access?: HostAccess, signal?: AbortSignal) {
    this.url = url.replace(/\/+$/, '');
    this.#access = access;
    this.#signal = signal;
  }

  /** Makes the first account by the code that the host printed; everything after is asked by it. */
  async setUp(code: string, user: string, password: string): Promise<void> {
    await this.#ask('POST', '/api/v1/setup', { code, user, password });
    this.#access = { user, password };
  }

  async get<T>(path: string, query: Query = {}): Promise<T> {
    return jsonOf<T>(await this.stream('GET', withQuery(path, query)));
  }

  async post<T>(path: string, body: unknown = {}): Promise<T> {
    return jsonOf<T>(await this.stream('POST', path, body));
  }

  async put<T>(path: string, body: unknown): Promise<T> {
    return jsonOf<T>(await this.stream('PUT', path, body));
  }

  async delete(path: string): Promise<void> {
    await this.stream('DELETE', path);
  }

  /** The answer with its body still to be read. @throws HostRefusal, or an Error where the host cannot be reached */
  async stream(method: string, path: string, body?: unknown): Promise<Response> {
    const access = this.#access;
    if (access !== undefined && 'user' in access && this.#cookie === '') await this.#signIn();
    const response = await this.#ask(method, path, body);
    if (response.ok) return response;
    const refusal = await refusalOf(method, path, response);
    if (refusal.status !== 401 || access === undefined || 'token' in access) throw refusal;
    await this.#signIn();
    const again = await this.#ask(method, path, body);
    if (again.ok) return again;
    throw await refusalOf(method, path, again);
  }

  /** One sign-in for all that wait for it: the host makes those who try often wait. */
  #signIn(): Promise<void> {
    const access = this.#access;
    this.#signingIn ??= (async () => {
      if (access === undefined || 'token' in access) return;
      const response = await this.#ask('POST', '/api/v1/session', access);
      if (!response.ok) throw await refusalOf('POST', '/api/v1/session', response);
      await response.arrayBuffer();
    })().finally(() => {
      this.#signingIn = undefined;
    });
    return this.#signingIn;
  }

  async #ask(method: string, path: string, body?: unknown): Promise<Response> {
    const access = this.#access;
    const headers = {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(access !== undefined && 'token' in access
        ? { authorization: `Bearer ${access.token}` }
        : this.#cookie !== '' && { cookie: this.#cookie }),
    };
    const ask = () => {
      const late = AbortSignal.timeout(path.includes('/exports/') ? 20 * answerWithinMs : answerWithinMs);
      return fetch(this.url + path, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: this.#signal === undefined ? late : AbortSignal.any([late, this.#signal]),
      });
    };
    let response: Response;
    try {
      response = await ask().catch(error => {
        // A connection that was kept from before a restart; what changes nothing may be asked twice, unless nobody answers.
        if (method !== 'GET' || error.name === 'TimeoutError' || error.name === 'AbortError') throw error;
        return ask();
      });
    } catch (error) {
      throw new Error(`${method} ${this.url}${path}: ${causeOf(error)}`);
    }
    for (const cookie of response.headers.getSetCookie()) this.#cookie = cookie.split(';')[0] ?? '';
    if (path === '/api/v1/setup' && !response.ok) throw await refusalOf(method, path, response);
    return response;
  }
}

function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) search.set(name, String(value));
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

async function jsonOf<T>(response: Response): Promise<T> {
  const text = await response.text();
  const value: T = JSON.parse(text === '' ? 'null' : text);
  return value;
}

async function refusalOf(method: string, path: string, response: Response): Promise<HostRefusal> {
  const text = await response.text();
  let code = '';
  let words = text.slice(0, 200);
  try {
    const error: unknown = JSON.parse(text);
    if (typeof error === 'object' && error !== null) {
      if ('code' in error && typeof error.code === 'string') code = error.code;
      if ('message' in error && typeof error.message === 'string') words = error.message;
      if ('mistakes' in error && Array.isArray(error.mistakes)) words += ` ${JSON.stringify(error.mistakes)}`;
    }
  } catch {
    // No JSON: the text itself has to do.
  }
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new HostRefusal(
    `${method} ${path.slice(0, 200)}: ${response.status} ${words}`,
    response.status,
    code,
    Number.isFinite(retryAfter) ? retryAfter : undefined,
  );
}

/** What `fetch` failed at: its own message says only that it did. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return cause.message === '' ? cause.name : cause.message;
  return error.message;
}
