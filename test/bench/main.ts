import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';

/** What each benchmark file exports: its figures by name, each with its unit in the name. */
export interface BenchModule {
  readonly bench: () => Promise<Record<string, number>>;
}

const benches: Readonly<Record<string, () => Promise<BenchModule>>> = {
  sml: () => import('./sml.ts'),
  bus: () => import('./bus.ts'),
  wire: () => import('./wire.ts'),
  ingest: () => import('./ingest.ts'),
  query: () => import('./query.ts'),
  web: () => import('./web.ts'),
  xs: () => import('./xs.ts'),
};

const machine = () => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
});

/** Runs one benchmark by name and prints its figures as one JSON line, last. */
async function main(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [name] = positionals;
  const load = name === undefined || !Object.hasOwn(benches, name) ? undefined : benches[name];
  if (load === undefined || positionals.length > 1) {
    const given =
      positionals.length === 0 ? 'no benchmark named' : `no benchmark is named "${positionals.join(' ')}"`;
    console.error(`${given}; allowed is one of ${Object.keys(benches).join(', ')}: npm run bench -- sml`);
    return 2;
  }
  const module = await load();
  const startMs = Date.now();
  const figures = await module.bench();
  console.log(`${name} took ${((Date.now() - startMs) / 1000).toFixed(1)} s`);
  console.log(
    JSON.stringify({ name, machine: machine(), date: new Date(startMs).toISOString(), ...figures }),
  );
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
