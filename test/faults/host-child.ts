import { readFile } from 'node:fs/promises';
import { startHost } from '../../host/main.ts';
import { StoreClosed } from '../../host/store/store-closed.ts';

/** What the child tells its parent, one JSON line, when it is ready. */
export interface ChildReady {
  readonly mqttPort: number;
  readonly passwords: Readonly<Record<string, string>>;
  /** From the start of the process until all of it ran, ms. */
  readonly readyMs: number;
  /** Of that, how long its main thread waited for a processor that others had, ms; 0 where the system does not tell. */
  readonly waitedMs: number;
}

/** What a child that keeps order without pause tells: what it begins and ends, one JSON line each. */
export interface ChildDoing {
  readonly doing: 'tiers' | 'sorting' | 'checkpoint' | 'nothing';
  /** How often it has opened its database again. */
  readonly reopened: number;
  /** Things of order that failed, as they do while the disk is full. */
  readonly failed: number;
}

/**
 * A host as a process of its own, to be killed: `node host-child.js <dataDir> <gateway>…`. Gives each gateway a
 * new credential and prints them with its port. With `JOULEGATE_FAULTS_BUSY` in its environment it builds tiers, closes
 * and sorts generations and writes its file without pause, and tells each.
 */
const [dataDir = '', ...gateways] = process.argv.slice(2);
const host = await startHost({
  dataDir,
  httpHost: '127.0.0.1',
  httpPort: 0,
  mqttHost: '127.0.0.1',
  mqttPort: 0,
  zone: 'UTC',
});
const readyMs = performance.now();
const waitedMs = await readFile('/proc/self/schedstat', 'utf8').then(
  text => Number(text.split(' ')[1]) / 1e6,
  () => 0,
);
const passwords: Record<string, string> = {};
for (const gateway of gateways) passwords[gateway] = await host.auth.credentials.issue(gateway);
const ready: ChildReady = { mqttPort: host.broker.port, passwords, readyMs, waitedMs };
console.log(JSON.stringify(ready));
process.on('SIGTERM', () => {
  host.close().then(() => process.exit(0));
});
if (process.env.JOULEGATE_FAULTS_BUSY !== undefined) {
  // It ends with the host.
  keepBusy().catch(error => {
    if (!(error instanceof StoreClosed)) throw error;
  });
}
// A parent that dies takes its host with it.
process.stdin.on('end', () => process.exit(1)).resume();

async function keepBusy(): Promise<void> {
  const { store } = host;
  let failed = 0;
  const tasks = {
    tiers: () => store.upkeep(),
    sorting: () => store.upkeep({ isWeekOver: true }),
    checkpoint: () => store.run('CHECKPOINT'),
  } as const;
  // Few generations: a week of them each time makes years within minutes.
  const order = ['tiers', 'checkpoint', 'tiers', 'checkpoint', 'tiers', 'sorting'] as const;
  for (let at = 0; ; at++) {
    const doing = order[at % order.length] as (typeof order)[number];
    const { reopened = 0 } = await store.counters();
    const say = (what: ChildDoing) => console.log(JSON.stringify(what));
    say({ doing, reopened, failed });
    await tasks[doing]().catch(() => failed++);
    say({ doing: 'nothing', reopened, failed });
    await new Promise(resolve => setTimeout(resolve, 30));
  }
}
