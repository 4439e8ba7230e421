import { mkdtemp, rm } from 'node:fs/promises';
import { request as plainRequest } from 'node:http';
import { type Agent, get, request as secureRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secrets } from '../../host/secrets/secrets.ts';
import { HostTls } from '../../host/tls/host-tls.ts';
import { type HostUnderTest, startHostUnderTest } from '../host/api/host-under-test.ts';
import { heldUpMs } from '../processor-time.ts';

export interface Asked {
  readonly body?: object;
  readonly headers?: Record<string, string>;
  /** Address that it comes from; all of 127.0.0.0/8 are this machine's. */
  readonly from?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

/** A host whose page and API listen on a real socket, by TLS of its own authority and in plain at the same port. */
export interface WebHost extends HostUnderTest {
  readonly tls: HostTls;
  readonly port: number;
  /** A whole request on a connection of its own; what trusts the authority asks by TLS. */
  asks(scheme: 'http' | 'https', method: string, path: string, asked?: Asked): Promise<Answer>;
  /** Makes the first account and gives its cookie. */
  signIn(scheme: 'http' | 'https', headers?: Record<string, string>): Promise<string>;
}

type Options = NonNullable<Parameters<typeof startHostUnderTest>[0]>;

export async function startWebHost(
  network: NonNullable<Options['network']>,
  more: Pick<Options, 'webDir' | 'webTls'> = {},
): Promise<WebHost> {
  const dataDir = await mkdtemp(join(tmpdir(), 'joulegate-https-'));
  const secrets = await Secrets.open({ dataDir, log: () => {} });
  const tls = await HostTls.open({ dataDir, secrets, nowMs: Date.now, log: () => {} });
  const isPlain = network.httpListen !== 'tls';
  const host = await startHostUnderTest({ tls, webTls: isPlain ? undefined : tls, network, ...more });
  const port = Number(new URL(await host.api.listen({ host: '127.0.0.1', port: 0 })).port);
  const asks: WebHost['asks'] = (scheme, method, path, { body, headers = {}, from } = {}) => {
    const options = {
      host: '127.0.0.1',
      port,
      method,
      path,
      agent: false,
      ...(from !== undefined && { localAddress: from }),
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
    };
    return new Promise((resolve, reject) => {
      const request =
        scheme === 'https' ? secureRequest({ ...options, ca: tls.caPem }) : plainRequest(options);
      request.on('error', reject);
      request.on('response', answer => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      });
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  };
  return {
    ...host,
    tls,
    port,
    asks,
    async signIn(scheme, headers = {}) {
      const body = { code: host.auth.setupCode.renew(), user: 'ada', password: 'a long enough password' };
      const made = await asks(scheme, 'POST', '/api/v1/setup', { body, headers });
      const [cookie = ''] = String(made.headers['set-cookie']).split(';');
      return cookie;
    },
    async close() {
      await host.close();
      tls.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** How long a host takes for a request by TLS, ms of those in which this program had the processor if it wanted. */
export const answerMs = ({ port }: Pick<WebHost, 'port'>, agent: Agent): Promise<number> =>
  new Promise((resolve, reject) => {
    const startedMs = performance.now() - heldUpMs();
    get({ host: '127.0.0.1', port, path: '/api/v1/health', agent }, answer => {
      answer.resume();
      answer.on('end', () => resolve(performance.now() - heldUpMs() - startedMs));
    }).on('error', reject);
  });
