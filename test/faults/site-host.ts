import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../../host/engine.ts';
import { type Host, startHost } from '../../host/main.ts';
import { freeLabPort } from '../../simulator/lab/lab-port.ts';

const account = { user: 'ada', password: 'a long enough password' };

/** A whole host in this process on a database file of its own, used by its HTTP API, and closed and started again. */
export class SiteHost {
  readonly mqttPort: number;
  #host: Host;
  #cookie = '';

  private constructor(host: Host) {
    this.#host = host;
    this.mqttPort = host.broker.port;
  }

  static async start(log: Log = () => {}): Promise<SiteHost> {
    const dataDir = await mkdtemp(join(tmpdir(), 'joulegate-site-'));
    const settings = {
      dataDir,
      httpHost: '127.0.0.1',
      httpPort: 0,
      mqttHost: '127.0.0.1',
      mqttPort: await freeLabPort(),
    };
    const host = new SiteHost(await startHost({ ...settings, zone: 'UTC' }, { log }));
    await host.post('/api/v1/setup', { ...account, code: host.#host.auth.setupCode.renew() });
    return host;
  }

  /** The parts that run now: other ones after each `open`. */
  get parts(): Host {
    return this.#host;
  }

  /** Ends as it does on SIGTERM. */
  close(): Promise<void> {
    return this.#host.close();
  }

  /** Starts again on the same database and the same broker's port, after `close`. */
  async open(): Promise<void> {
    this.#host = await startHost({ ...this.#host.settings, mqttPort: this.mqttPort });
    await this.post('/api/v1/session', account);
  }

  async remove(): Promise<void> {
    await this.#host.close();
    await rm(this.#host.settings.dataDir, { recursive: true, force: true });
  }

  /** Makes a gateway known; gives its MQTT password. */
  async addGateway(id: string): Promise<string> {
    const { password } = await this.post<{ password: string }>('/api/v1/gateways', { id });
    return password;
  }

  get<T>(path: string, query: Readonly<Record<string, string | number>> = {}): Promise<T> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) search.set(name, String(value));
    return this.#ask<T>('GET', `${path}?${search}`);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.#ask<T>('POST', path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.#ask<T>('PUT', path, body);
  }

  async #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.#host.url + path, {
      method,
      headers: { 'content-type': 'application/json', cookie: this.#cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) this.#cookie = cookie.split(';')[0] ?? '';
    const answer: T = JSON.parse(await response.text());
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }
}
