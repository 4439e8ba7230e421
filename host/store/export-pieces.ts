import { ExportTooLarge } from '../export/limits.ts';
import type { ExportSpec } from './export-types.ts';
import type { ExportFile } from './exports.ts';
import { type Client, RemoteError } from './port.ts';
import type { StoreWork } from './store-work.ts';

/** The pieces of an export, made one by one as they are asked for. */
export class ExportPieces implements AsyncIterableIterator<Uint8Array> {
  readonly #client: Client<StoreWork>;
  readonly #number: number;
  #isEnded = false;

  private constructor(client: Client<StoreWork>, number: number) {
    this.#client = client;
    this.#number = number;
  }

  /**
   * @param choose what is exported, by tables that know of all that is stored when it is called
   * @throws ExportTooLarge
   */
  static async open(client: Client<StoreWork>, choose: () => ExportSpec): Promise<ExportPieces> {
    const pieces = new ExportPieces(client, await client.call('exportOpen', []));
    try {
      await client.call('exportChoose', [pieces.#number, choose()]);
      return pieces;
    } catch (error) {
      await pieces.end();
      if (error instanceof RemoteError && error.name === 'ExportTooLarge')
        throw new ExportTooLarge(error.message);
      throw error;
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#isEnded) return { done: true, value: undefined };
    try {
      const value = await this.#client.call('exportNext', [this.#number]);
      if (value !== undefined) return { done: false, value };
    } catch (error) {
      await this.end();
      throw error;
    }
    return this.return();
  }

  /** All of it as a Parquet file instead, there until `end`. */
  file(): Promise<ExportFile> {
    return this.#client.call('exportFile', [this.#number]);
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    await this.end();
    return { done: true, value: undefined };
  }

  /** Nothing more is asked for: a query that runs is stopped at once. */
  async end(): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    await this.#client.call('exportEnd', [this.#number]);
  }
}
