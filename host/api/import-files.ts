import { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Access } from '../auth/access.ts';
import { WrongKind } from '../import/file-kind.ts';
import { FileTooLarge, type ImportFiles } from '../import/files.ts';
import { firstRows } from '../import/first-rows.ts';
import { importLimits } from '../import/limits.ts';
import { type FoundNames, namesIn } from '../import/names.ts';
import { OrderError } from '../import/order-error.ts';
import type { RowsWanted } from '../import/rows.ts';
import { SqliteError } from '../import/sqlite/sqlite-error.ts';
import { Type } from '../typebox.ts';
import {
  ImportFile,
  ImportFilePath,
  ImportFileQuery,
  ImportFileState,
  ImportLook,
  ImportLookRequest,
} from './contract.ts';
import { ApiFailure, mistaken } from './errors.ts';
import { accessOf } from './guard.ts';
import { formatOf, formatTold } from './import-order.ts';
import type { ApiParts, Routes } from './routes.ts';

type Work = NonNullable<ImportFileState['work']>;

const tags = ['import'];

/** What a file may be sent as; what it is, its bytes tell. */
const types = [
  'text/csv',
  'text/plain',
  'application/octet-stream',
  'application/gzip',
  'application/vnd.sqlite3',
];

/** Files that were sent, by whom, and what is being done with one of them. */
export class SentFiles {
  readonly #files: ImportFiles;
  readonly #senders = new Map<string, string>();
  #sending = 0;
  #running: { readonly file: string | undefined; readonly is: Work['is'] } | undefined;
  #look: { share: number | null; lines: number; isEnded: boolean } | undefined;

  constructor(files: ImportFiles) {
    this.#files = files;
  }

  /** @throws ApiFailure import.running where too many are on their way; what `ImportFiles.take` throws */
  async take(
    access: Access,
    name: string,
    body: Readable,
    isPacked: boolean,
  ): ReturnType<ImportFiles['take']> {
    if (this.#sending >= importLimits.sending) {
      const message = `${importLimits.sending} files are on their way already.`;
      throw new ApiFailure('import.running', { message, retryAfterS: 10 });
    }
    this.#sending++;
    const file = await this.#files.take(name, body, { isPacked }).finally(() => this.#sending--);
    for (const id of this.#senders.keys()) if (this.#files.find(id) === undefined) this.#senders.delete(id);
    this.#senders.set(file.id, access.user);
    return file;
  }

  /** Whoever sent it, and nobody else. @throws ApiFailure import.noFile */
  of(access: Access, id: string, field = 'file'): NonNullable<ReturnType<ImportFiles['find']>> {
    const file = this.#files.find(id);
    if (file !== undefined && this.#senders.get(id) === access.user) return file;
    throw new ApiFailure('import.noFile', { field });
  }

  /** One at a time: each may take all cores, and what the other writes would change what it has seen. */
  async alone<T>(file: string | undefined, is: Work['is'], work: () => Promise<T>): Promise<T> {
    if (this.#running !== undefined) throw new ApiFailure('import.running', { retryAfterS: 10 });
    this.#running = { file, is };
    this.#look = is === 'look' ? { share: 0, lines: 0, isEnded: false } : undefined;
    try {
      return await work();
    } finally {
      this.#running = undefined;
    }
  }

  /** Reads all of a file for the names in it. @throws ApiFailure import.ended; OrderError; SqliteError */
  async names(path: string, wanted: RowsWanted): Promise<FoundNames> {
    const look = this.#look;
    const assertGoesOn = () => {
      if (look?.isEnded === true) throw new ApiFailure('import.ended');
    };
    assertGoesOn();
    return namesIn(path, wanted, (share, lines) => {
      assertGoesOn();
      if (look !== undefined) Object.assign(look, { share, lines });
    });
  }

  /** What is being done with a file; null where nothing is. */
  async work(
    id: string,
    read: () => ReturnType<ApiParts['store']['imports']['progress']>,
  ): Promise<Work | null> {
    const running = this.#running;
    if (running?.file !== id) return null;
    const far = running.is === 'look' ? this.#look : await read();
    return { is: running.is, share: far?.share ?? null, lines: far?.lines ?? 0 };
  }

  /** Ends what is done with a file, and forgets it. */
  async remove(id: string, end: () => Promise<void> = async () => {}): Promise<void> {
    if (this.#running?.file === id) {
      if (this.#look !== undefined) this.#look.isEnded = true;
      await end();
    }
    this.#senders.delete(id);
    await this.#files.remove(id);
  }
}

/** Files are sent, looked at and forgotten again. */
export function addFileRoutes(api: Parameters<Routes>[0], { store }: ApiParts, files: SentFiles): void {
  api.register(async plain => {
    const scope = plain.withTypeProvider<TypeBoxTypeProvider>();
    // Files are taken here alone, as streams; elsewhere bodies are JSON.
    scope.addContentTypeParser(types, (_request, payload, done) => done(null, payload));
    scope.post(
      '/api/v1/imports/files',
      {
        config: { access: { role: 'admin', of: 'visible' } },
        schema: {
          tags,
          summary: 'Send a file that is to be imported',
          description: `CSV, line protocol of InfluxDB or a database of SQLite, packed with gzip or not, of at most ${importLimits.fileBytes} bytes unpacked; its bytes tell what it is. It waits until the host ends or ${importLimits.files} newer ones came.`,
          consumes: types,
          querystring: ImportFileQuery,
          response: { 201: ImportFile },
        },
      },
      async (request, reply) => {
        const { body, headers } = request;
        if (!(body instanceof Readable))
          throw new ApiFailure('body.type', { help: `Send it as ${types.join(', ')}.` });
        try {
          const file = await files.take(
            accessOf(request),
            request.query.name ?? 'file.csv',
            body,
            headers['content-encoding'] === 'gzip',
          );
          const { format, lines, tables, units, ...same } = file;
          return await reply.code(201).send({
            ...same,
            format: formatTold(format),
            lines: lines.map(cells => [...cells]),
            tables: tables.map(table => ({ ...table, columns: [...table.columns] })),
            ...(units !== undefined && { units: [...units] }),
          });
        } catch (error) {
          throw refusalOf(error);
        }
      },
    );
  });

  api.post(
    '/api/v1/imports/look',
    {
      config: { access: { role: 'admin', of: 'visible' } },
      schema: {
        tags,
        summary:
          'What a file holds, read in a way: its first lines, and its series where it says what names them',
        body: ImportLookRequest,
        response: { 200: ImportLook },
      },
    },
    async request => {
      const { file: id, format: asked, timeFormat = 'unixNs' } = request.body;
      const file = files.of(accessOf(request), id);
      const format = formatOf(asked);
      return files.alone(id, 'look', async () => {
        const wanted = { format, timeFormat };
        try {
          const lines = await firstRows(file.path, wanted);
          if (format.series === undefined)
            return { lines, count: null, series: [], otherLines: 0, wrongLines: 0 };
          const found = await files.names(file.path, wanted);
          const series = [...found.names.values()].map(({ name, lines: count, example, filled }) => ({
            ...{
              name,
              lines: count,
              example: [...example],
              filled: [...filled].sort((one, two) => one - two),
            },
          }));
          const { otherLines, wrongLines } = found;
          return { lines, count: found.lines, series, otherLines, wrongLines };
        } catch (error) {
          throw refusalOf(error);
        }
      });
    },
  );

  api.get(
    '/api/v1/imports/files/:id',
    {
      config: { access: { role: 'admin', of: 'visible' } },
      schema: {
        tags,
        summary: 'A file that was sent, and how far what is done with it is',
        params: ImportFilePath,
        response: { 200: ImportFileState },
      },
    },
    async request => {
      const { id } = request.params;
      const { name, bytes, path } = files.of(accessOf(request), id, 'id');
      return { id, name, bytes, work: await files.work(id, () => store.imports.progress(path)) };
    },
  );

  api.delete(
    '/api/v1/imports/files/:id',
    {
      config: { access: { role: 'admin', of: 'visible' } },
      schema: {
        tags,
        summary:
          'Forget a file that was sent; what is being done with it is ended, and nothing of that is there',
        params: ImportFilePath,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { path } = files.of(accessOf(request), id, 'id');
      await files.remove(id, () => store.imports.endOf(path));
      return reply.code(204).send(null);
    },
  );
}

/** What was wrong with a file, as the API tells it. */
function refusalOf(error: unknown): unknown {
  if (error instanceof FileTooLarge) {
    const message = `The file is too large; at most ${importLimits.fileBytes} bytes are allowed.`;
    return new ApiFailure('body.tooLarge', { message, help: 'Divide it.' });
  }
  if (error instanceof WrongKind) return new ApiFailure('import.wrongKind', { message: error.message });
  if (error instanceof SqliteError && error.field === 'file')
    return new ApiFailure('import.wrongKind', { message: `${error.message}.` });
  if (error instanceof OrderError || error instanceof SqliteError)
    return mistaken('request.invalid', [{ field: error.field, message: error.message }]);
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
    return new ApiFailure('body.notGzip');
  return error;
}
