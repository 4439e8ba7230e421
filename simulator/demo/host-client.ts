import type { GatewaySettings } from '#core/wire/settings.ts';

/** The host's API, as far as a demo needs it. Errors carry the host's own words. */
export class HostClient {
  readonly #url: string;
  #cookie = '';

  constructor(url: string) {
    this.#url = url;
  }

  /** Makes the first account and signs in. */
  async setUp(code: string, user: string, password: string): Promise<void> {
    await this.#call('POST', '/api/v1/setup', { code, user, password });
  }

  async signIn(user: string, password: string): Promise<void> {
    await this.#call('POST', '/api/v1/session', { user, password });
  }

  /** Makes a gateway known and gives its MQTT password. */
  async addGateway(id: string): Promise<string> {
    const credential = await this.#call('POST', '/api/v1/gateways', { id });
    if (isObject(credential) && typeof credential.password === 'string') return credential.password;
    throw new Error('POST /api/v1/gateways: the answer has no password');
  }

  /** Gives a gateway new settings; gives the version that the host made of them. */
  async setSettings(id: string, settings: Pick<GatewaySettings, 'lines' | 'meters'>): Promise<number> {
    const { lines, meters } = settings;
    const path = `/api/v1/gateways/${id}/settings`;
    const state = await this.#call('PUT', path, { lines, meters });
    if (isObject(state) && isObject(state.desired) && typeof state.desired.version === 'number') {
      return state.desired.version;
    }
    throw new Error(`PUT ${path}: the answer has no version`);
  }

  /** Sets up a connector, or changes the one of this id. */
  async setConnector(id: string, kind: string, name: string, settings: object): Promise<void> {
    const known = await this.#call('GET', '/api/v1/connectors');
    const isThere = Array.isArray(known) && known.some(each => isObject(each) && each.id === id);
    if (isThere) await this.#call('PUT', `/api/v1/connectors/${id}`, { name, isOn: true, settings });
    else await this.#call('POST', '/api/v1/connectors', { id, kind, name, settings });
  }

  /** These meters measure what others do: they stand outside of the site's balance, unless somebody has given them a role. */
  async setAside(keys: readonly string[]): Promise<void> {
    const site = await this.#call('GET', '/api/v1/sites/home');
    if (!isObject(site) || !isObject(site.meters))
      throw new Error('GET /api/v1/sites/home: the answer has no meters');
    const { version, name, meters, tariff } = site;
    const added = Object.fromEntries(keys.map(key => [key, { role: 'aside' }]));
    await this.#call('PUT', '/api/v1/sites/home', { version, name, tariff, meters: { ...added, ...meters } });
  }

  /** A token that sends readings and can do nothing else; good for a week. */
  async makeIngestToken(): Promise<string> {
    const expiresMs = Date.now() + 7 * 86_400_000;
    const wanted = { name: 'demo logger', scopes: ['ingest'], sites: ['home'], expiresMs };
    const made = await this.#call('POST', '/api/v1/tokens', wanted);
    if (isObject(made) && typeof made.token === 'string') return made.token;
    throw new Error('POST /api/v1/tokens: the answer has no token');
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), cookie: this.#cookie },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) this.#cookie = cookie.split(';')[0] ?? '';
    const text = await response.text();
    if (response.ok) return text === '' ? undefined : JSON.parse(text);
    throw new Error(`${method} ${path}: ${response.status} ${wordsOf(text)}`);
  }
}

function wordsOf(text: string): string {
  try {
    const error: unknown = JSON.parse(text);
    if (isObject(error) && typeof error.message === 'string') {
      const mistakes = Array.isArray(error.mistakes) ? ` ${JSON.stringify(error.mistakes)}` : '';
      return `${error.message}${mistakes}`;
    }
  } catch {
    // No JSON: the text itself has to do.
  }
  return text.slice(0, 200);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
