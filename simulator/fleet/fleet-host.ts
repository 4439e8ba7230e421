import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../arguments.ts';
import { type HostAccess, HostApi } from '../lab/host-api.ts';
import { Lab } from '../lab/lab.ts';
import type { FleetValues } from './fleet-options.ts';
import type { FleetHost } from './run-fleet.ts';

/** A host that a fleet may load, and how it is left again. */
export interface ReadyHost extends FleetHost {
  readonly close: () => Promise<void>;
}

const usualMqttPort = 1883;
/** A host that is there says who it is at once. */
const firstAnswerWithinMs = 10_000;

/**
 * The host that is meant, ready to be asked.
 * @param signal ends to wait for the first answer of a given host
 * @throws UsageError, or Error with what the host said, or that it does not answer
 */
export async function readyHost(
  values: FleetValues,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ReadyHost> {
  const { host } = values;
  if (values['own-host'] === (host !== null)) {
    throw new UsageError('either --own-host or --host URL has to be given');
  }
  return host === null ? ownHost() : givenHost(host, values, env, signal);
}

async function ownHost(): Promise<ReadyHost> {
  const folder = await mkdtemp(join(tmpdir(), 'joulegate-fleet-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    // Its gateways all come from one address, as through a router, where each would have its own.
    const lab = await Lab.start({ folder, settings: { 'mqtt-proxies': '127.0.0.1' } });
    return {
      api: lab.api,
      broker: { host: '127.0.0.1', port: lab.mqttPort },
      figures: () => lab.figures(),
      failure: () => (lab.host.isAlive ? undefined : lab.host.failure('has ended by itself')),
      close: async () => {
        await lab.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function givenHost(
  url: string,
  values: FleetValues,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ReadyHost> {
  if (!/^https?:\/\/[^/]+/.test(url) || !URL.canParse(url)) {
    throw new UsageError(`--host ${JSON.stringify(url)}: a URL such as http://127.0.0.1:8080 is allowed`);
  }
  const { origin, hostname } = new URL(url);
  const access = accessOf(values, env);
  const broker = brokerOf(values.mqtt, hostname);
  const soon = AbortSignal.any([signal, AbortSignal.timeout(firstAnswerWithinMs)]);
  const api = new HostApi(origin, values.setup === null ? access : undefined, soon);
  if (values.setup !== null) {
    if (!('user' in access))
      throw new UsageError('--setup needs --user and --password for the first account');
    await api.setUp(values.setup, access.user, access.password);
  }
  // What is wrong with the account is told before thousands of gateways fail at it.
  await api.get('/api/v1/gateways');
  return { api: new HostApi(origin, access), broker, close: async () => {} };
}

function accessOf(values: FleetValues, env: NodeJS.ProcessEnv): HostAccess {
  const token = values.token ?? env.JOULEGATE_TOKEN;
  if (token !== undefined && values.user === null) return { token };
  const password = values.password ?? env.JOULEGATE_PASSWORD;
  if (values.user !== null && password !== undefined) return { user: values.user, password };
  throw new UsageError(
    values.user === null
      ? '--host needs who asks there: --token (or JOULEGATE_TOKEN) with the scope manage, or --user with --password (or JOULEGATE_PASSWORD)'
      : `--user ${values.user} needs --password, or JOULEGATE_PASSWORD in the environment`,
  );
}

function brokerOf(text: string | null, hostname: string): FleetHost['broker'] {
  if (text === null) return { host: hostname, port: usualMqttPort };
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (host !== undefined && Number(port) > 0 && Number(port) < 65_536) return { host, port: Number(port) };
  throw new UsageError(`--mqtt ${JSON.stringify(text)}: HOST:PORT such as 127.0.0.1:1883 is allowed`);
}
