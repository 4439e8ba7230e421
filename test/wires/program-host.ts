import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { topicOf } from '#core/wire/topics.ts';
import { programAccess } from '../../host/api/program-access.ts';
import { Audit } from '../../host/audit/audit.ts';
import { type Auth, openAuth } from '../../host/auth/auth.ts';
import { type Engine, startEngine } from '../../host/engine.ts';
import { Secrets } from '../../host/secrets/secrets.ts';
import type { HostSettings } from '../../host/settings.ts';
import { Sites } from '../../host/site/sites.ts';
import { Store } from '../../host/store/store.ts';

/** A host's database, broker and intake with the accounts of gateways and programs, and clients of MQTT.js. */
export interface ProgramHost {
  readonly engine: Engine;
  readonly auth: Auth;
  readonly sites: Sites;
  readonly audit: Audit;
  readonly port: number;
  /** The password of a gateway, made at the first call, and a client that logs in with it. */
  passwordOf(gateway: string): Promise<string>;
  gateway(id: string, options?: IClientOptions): Promise<MqttClient>;
  /** A program with these rights, made where it is not there. */
  program(id: string, grant: { sites: string[]; mayWrite?: boolean }): Promise<MqttClient>;
  connect(options: IClientOptions): Promise<MqttClient>;
  /** Ends the clients. */
  hangUp(): Promise<void>;
  close(): Promise<void>;
}

export async function startProgramHost(settings: Partial<HostSettings> = {}): Promise<ProgramHost> {
  const dataDir = await mkdtemp(join(tmpdir(), 'joulegate-'));
  const store = await Store.open({ dataDir, zone: 'Europe/Berlin' });
  const auth = await openAuth(store, { passwordCost: { memoryCost: 8, timeCost: 1, parallelism: 1 } });
  const log = () => {};
  const engine = await startEngine({
    settings: {
      dataDir,
      httpHost: '127.0.0.1',
      httpPort: 0,
      mqttHost: '127.0.0.1',
      mqttPort: 0,
      zone: 'Europe/Berlin',
      ...settings,
    },
    store,
    secrets: await Secrets.open(),
    authenticate: (gateway, password) => auth.credentials.verify(gateway, password),
    log,
    version: '0.0.0',
  });
  const sites = await Sites.open(store, engine.events);
  const audit = await Audit.open(store, Date.now, log);
  engine.broker.serve(programAccess({ ...engine, auth, sites, audit, log }));
  const { port } = engine.broker;
  const clients: MqttClient[] = [];
  const passwords = new Map<string, string>();

  async function connect(options: IClientOptions): Promise<MqttClient> {
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
      protocolVersion: 4,
      reconnectPeriod: 0,
      ...options,
    });
    clients.push(client);
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.once('error', reject);
      client.once('close', () => reject(new Error('closed before it was connected')));
    });
    client.on('error', () => {});
    return client;
  }
  async function passwordOf(gateway: string): Promise<string> {
    const password = passwords.get(gateway) ?? (await auth.credentials.issue(gateway));
    passwords.set(gateway, password);
    return password;
  }
  const hangUp = async () => {
    for (const client of clients.splice(0)) await client.endAsync(true);
  };
  return {
    engine,
    auth,
    sites,
    audit,
    port,
    passwordOf,
    connect,
    async gateway(id, options = {}) {
      const client = await connect({ username: id, password: await passwordOf(id), ...options });
      const online = '{"v":1,"state":"online"}';
      await client.publishAsync(topicOf(id, 'status'), online, { qos: 1, retain: true });
      return client;
    },
    async program(id, { sites: its, mayWrite = false }) {
      const password =
        auth.mqttClients.get(id) === undefined
          ? await auth.mqttClients.make({ id, sites: its, mayWrite })
          : await auth.mqttClients.renew(id);
      return connect({ username: id, password });
    },
    hangUp,
    async close() {
      await hangUp();
      await engine.close();
      await audit.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** What a client hears, in order. */
export function heardBy(client: MqttClient) {
  const heard: { topic: string; text: string; retain: boolean; qos: number }[] = [];
  client.on('message', (topic, payload, { retain, qos }) =>
    heard.push({ topic, text: payload.toString('utf8'), retain, qos }),
  );
  return heard;
}
