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

/** What all threads of a host hold once their garbage is collected, how much of it is compiled code, and what is no heap. */
export interface Held {
  readonly atMs: number;
  /** The thread that told it. */
  readonly thread: number;
  readonly mb: number;
  readonly codeMb: number;
  /** Of the process beside the heaps and their room: its database, its libraries, itself. */
  readonly besideMb: number;
}

/** Asks a host for it from its start on. */
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
  async tell(pid: number): Promise<Held[]> {
    const text = await readFile(this.#path, 'utf8').catch(() => '');
    const threads = new Map<
      number,
      { readonly held: number; readonly code: number; readonly taken: number }
    >();
    const told: Held[] = [];
    for (const line of text.split('\n')) {
      const [process = 0, thread = 0, atMs = 0, held = 0, code = 0, taken = 0, resident = 0] = line
        .split(' ')
        .map(Number);
      if (process !== pid) continue;
      threads.set(thread, { held, code, taken });
      const megabytes = (of: 'held' | 'code' | 'taken') =>
        [...threads.values()].reduce((sum, each) => sum + each[of], 0) / 2 ** 20;
      const besideMb = resident / 2 ** 20 - megabytes('taken');
      told.push({ atMs, thread, mb: megabytes('held'), codeMb: megabytes('code'), besideMb });
    }
    return told;
  }
}
