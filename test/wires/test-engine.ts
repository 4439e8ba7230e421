import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, startEngine } from '../../host/engine.ts';
import { Secrets } from '../../host/secrets/secrets.ts';
import type { HostSettings } from '../../host/settings.ts';
import { Store } from '../../host/store/store.ts';
import type { ReadDisk } from '../../host/watch/disk.ts';

export interface TestEngine {
  readonly parts: Engine;
  /** The same for every gateway. */
  readonly password: string;
  /** What was logged as error. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

/** Broker, ingest and a database in a folder of its own, which goes with it unless it was given. */
export async function startTestEngine(
  options: {
    dataDir?: string;
    settings?: Partial<HostSettings>;
    readDisk?: ReadDisk;
    nowMs?: () => number;
  } = {},
): Promise<TestEngine> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'joulegate-')));
  const clock = options.nowMs && { nowMs: options.nowMs };
  const store = await Store.open({ dataDir, zone: 'Europe/Berlin', ...clock });
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
    version: '0.0.0',
    secrets: await Secrets.open({ dataDir, tables: store }),
    ...clock,
    ...(options.readDisk && { readDisk: options.readDisk }),
    authenticate: async (_gateway, given) => given === password,
    log: (level, text) => {
      if (level === 'error') errors.push(text);
    },
  });
  // A machine that has other work holds a test's host up: nothing of what is tried here.
  parts.watch.loop.close();
  return {
    parts,
    password,
    errors,
    async close() {
      await parts.close();
      await store.close();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
