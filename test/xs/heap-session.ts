import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { Engine } from './engine.ts';
import { buildEngine } from './engine-build.ts';
import type { HeapCommand, HeapWork } from './heap-entry.ts';
import { type HeapSize, heapSizeOf } from './heap-image.ts';

/** A gateway on the XS engine whose heap is measured. */
export class HeapSession {
  readonly #engine: Engine;
  readonly #folder = mkdtempSync(join(tmpdir(), 'joulegate-heap-'));

  private constructor(engine: Engine) {
    this.#engine = engine;
  }

  static async open(): Promise<HeapSession> {
    const [worker, script] = await Promise.all([buildEngine(), bundle('test/xs/heap-entry.ts')]);
    const engine = new Engine(worker);
    await engine.evaluate(script);
    return new HeapSession(engine);
  }

  async run(command: HeapCommand): Promise<HeapWork> {
    const { body } = await this.#engine.command(Buffer.from(JSON.stringify(command)));
    return JSON.parse(body.toString());
  }

  /** What lies in the heap after a full collection: the gateway, its ports, and all code and tables. */
  async size(keep?: string): Promise<HeapSize> {
    const path = keep ?? join(this.#folder, 'heap');
    await this.#engine.snapshot(path);
    return heapSizeOf(readFileSync(path));
  }

  close(): void {
    this.#engine.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
