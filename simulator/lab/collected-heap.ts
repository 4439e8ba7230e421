import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The host runs built, and so does what is loaded into it. */
const probe = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../dist/simulator/lab/heap-probe.js' : './heap-probe.js',
    import.meta.url,
  ),
);

/** What all threads of a host hold once their garbage is collected. */
export class CollectedHeap {
  /** What the host is started with. */
  readonly env: Readonly<Record<string, string>>;
  readonly #path: string;

  /** @param folder where its file lies */
  constructor(folder: string) {
    this.#path = join(folder, 'collected-heap');
    this.env = { NODE_OPTIONS: `--import=${pathToFileURL(probe).href}`, JOULEGATE_LAB_HEAP: this.#path };
  }

  /** Of the process of this id, oldest first, MB: each time that one thread told it, with what the others told last. */
  async tell(pid: number): Promise<{ readonly atMs: number; readonly mb: number }[]> {
    const text = await readFile(this.#path, 'utf8').catch(() => '');
    const bytes = new Map<number, number>();
    const told: { atMs: number; mb: number }[] = [];
    for (const line of text.split('\n')) {
      const [process = 0, thread = 0, atMs = 0, held = 0] = line.split(' ').map(Number);
      if (process !== pid) continue;
      bytes.set(thread, held);
      told.push({ atMs, mb: [...bytes.values()].reduce((sum, each) => sum + each, 0) / 2 ** 20 });
    }
    return told;
  }
}
