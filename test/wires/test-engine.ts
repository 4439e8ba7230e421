import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, startEngine } from '../../host/engine.ts';
import type { HostSettings } from '../../host/settings.ts';
import { Store } from '../../host/store/store.ts';

export interface TestEngine {
  readonly parts: Engine;
  /** The same for every gateway. */
  readonly password: string;
  /** What was logged as error. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

/** Broker, ingest and a database in a folder of its own, which goes with it. */
export async function startTestEngine(
  options: { path?: string; settings?: Partial<HostSettings> } = {},
): Promise<TestEngine> {
  const dataDir = await mkdtemp(join(tmpdir(), 'joulegate-'));
  const store = await Store.open({
    path: options.path ?? join(dataDir, 'host.duckdb'),
    zone: 'Europe/Berlin',
  });
  const errors: string[] = [];
  const password = 'a password of the test';
  const parts = await startEngine({
    settings: {
      dataDir,
      httpHost: '127.0.0.1',
      httpPort: 0,
      mqttHost: '127.0.0.1',
      mqttPort: 0,
      zone: 'Europe/Berlin',
      ...options.settings,
    },
    store,
    authenticate: async (_gateway, given) => given === password,
    log: (level, text) => {
      if (level === 'error') errors.push(text);
    },
  });
  return {
    parts,
    password,
    errors,
    async close() {
      await parts.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
