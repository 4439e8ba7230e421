import { existsSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';

/** What each benchmark file exports: its figures by name, each with its unit in the name. */
export interface BenchModule {
  readonly bench: () => Promise<Record<string, number>>;
}

const names = ['sml', 'bus', 'ingest', 'query', 'web', 'xs', 'wire'];

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
  if (name === undefined || positionals.length > 1 || !names.includes(name)) {
    const given =
      positionals.length === 0 ? 'no benchmark named' : `no benchmark is named "${positionals.join(' ')}"`;
    console.error(`${given}; allowed is one of ${names.join(', ')}: npm run bench -- sml`);
    return 2;
  }
  const file = new URL(`./${name}.js`, import.meta.url);
  if (!existsSync(file)) {
    console.error(`benchmark "${name}" is not built: ${file.pathname} is missing; run npm run build`);
    return 2;
  }
  const module: BenchModule = await import(file.href);
  const startMs = Date.now();
  const figures = await module.bench();
  console.log(`${name} took ${((Date.now() - startMs) / 1000).toFixed(1)} s`);
  console.log(
    JSON.stringify({ name, machine: machine(), date: new Date(startMs).toISOString(), ...figures }),
  );
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
