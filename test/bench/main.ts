import { loadavg } from 'node:os';
import { machine } from './machine.ts';

/** What each benchmark file exports: its figures by name, each with its unit in the name. */
export interface BenchModule {
  /** `args` is what stands behind the benchmark's name. */
  readonly bench: (args: readonly string[]) => Promise<Record<string, number>>;
}

const benches: Readonly<Record<string, () => Promise<BenchModule>>> = {
  sml: () => import('./sml.ts'),
  bus: () => import('./bus.ts'),
  wire: () => import('./wire.ts'),
  ingest: () => import('./ingest.ts'),
  query: () => import('./query.ts'),
  store: () => import('./store.ts'),
  http: () => import('./http.ts'),
  forward: () => import('./forward.ts'),
  alarms: () => import('./alarms.ts'),
  web: () => import('./web.ts'),
  xs: () => import('./xs.ts'),
};

/** Runs one benchmark by name and prints its figures as one JSON line, last. */
async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  const load = name === undefined || !Object.hasOwn(benches, name) ? undefined : benches[name];
  if (load === undefined) {
    const given = name === undefined ? 'no benchmark named' : `no benchmark is named "${name}"`;
    console.error(`${given}; allowed is one of ${Object.keys(benches).join(', ')}: npm run bench -- sml`);
    return 2;
  }
  const module = await load();
  const startMs = Date.now();
  const loadBefore = loadavg()[0];
  const figures = await module.bench(rest);
  console.log(`${name} took ${((Date.now() - startMs) / 1000).toFixed(1)} s`);
  console.log(
    JSON.stringify({
      name,
      machine: { ...machine(), loadBefore, loadAfter: loadavg()[0] },
      date: new Date(startMs).toISOString(),
      ...figures,
    }),
  );
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
