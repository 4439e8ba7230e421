import { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { isQuantityId, quantityIds } from '#core/quantities.ts';
import type { Mistake } from '#core/rules.ts';
import type { Access } from '../auth/access.ts';
import type { Role } from '../auth/roles.ts';
import { FileTooLarge, ImportFiles } from '../import/files.ts';
import { importLimits } from '../import/limits.ts';
import type { ImportOrder, ValueColumn } from '../import/order.ts';
import { patternMistake, zoneMistake } from '../import/time-reader.ts';
import { OrderError } from '../import/values.ts';
import type { PreparedImport } from '../store/import-store.ts';
import { placesOf } from '../store/recovery-files.ts';
import { Type } from '../typebox.ts';
import { recordChangeOf } from './audited.ts';
import {
  ImportCheck,
  ImportEntry,
  ImportFile,
  ImportFileQuery,
  ImportPath,
  ImportReport,
  ImportRequest,
  ImportsQuery,
} from './contract.ts';
import { ApiFailure, mistaken } from './errors.ts';
import { accessNowOf, accessOf } from './guard.ts';
import { pageOf, told } from './pages.ts';
import { lacking, mayAt, sees, unknownOf } from './route-access.ts';
import type { ApiParts, Routes } from './routes.ts';

const tags = ['import'];

export const importRoutes: Routes = (api, parts) => {
  const { store, settings } = parts;
  const files = new ImportFiles(placesOf(settings.dataDir).imports);
  const senders = new Map<string, string>();
  let isRunning = false;
  const recordImport = (
    request: FastifyRequest,
    action: string,
    before: ImportEntry | null,
    after: ImportEntry,
  ) => recordChangeOf(parts, request, after.series, { action, subject: `${after.id}`, before, after });

  /** One at a time: each may take all cores, and what the other writes would change what it has seen. */
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isRunning) throw new ApiFailure('import.running', { retryAfterS: 10 });
    isRunning = true;
    try {
      return await work();
    } finally {
      isRunning = false;
    }
  };
  const prepared = async <T>(
    access: Access,
    request: ImportCheck,
    work: (file: PreparedImport, name: string) => Promise<T>,
  ) => {
    assertMeters(parts, access, request.columns);
    const file = files.find(request.file);
    // Whoever sent it, and nobody else.
    if (file === undefined || senders.get(request.file) !== access.user)
      throw new ApiFailure('import.noFile', { field: 'file' });
    const order = orderOf(request, settings.zone);
    try {
      const held = await store.imports.prepare(file.path, order);
      return await work(held, file.name).finally(() => held.end());
    } catch (error) {
      if (error instanceof OrderError)
        throw mistaken('request.invalid', [{ field: error.field, message: error.message }]);
      if (error instanceof Error && error.name === 'CameMeanwhile')
        throw new ApiFailure('import.changed', { message: `${error.message}.` });
      throw error;
    }
  };

  api.register(async plain => {
    const scope = plain.withTypeProvider<TypeBoxTypeProvider>();
    // CSV is taken here alone, as a stream; elsewhere bodies are JSON.
    scope.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload));
    scope.post(
      '/api/v1/imports/files',
      {
        config: { access: { role: 'admin', of: 'visible' } },
        schema: {
          tags,
          summary: 'Send a CSV file that is to be imported',
          description: `As text/csv, of at most ${importLimits.fileBytes} bytes; Content-Encoding: gzip is understood. It waits until the host ends or ${importLimits.files} newer ones came. All of it has to come within 30 s.`,
          consumes: ['text/csv'],
          querystring: ImportFileQuery,
          response: { 201: ImportFile },
        },
      },
      async (request, reply) => {
        const { body, headers } = request;
        if (!(body instanceof Readable)) throw new ApiFailure('body.type', { help: 'Send it as text/csv.' });
        const isGzip = headers['content-encoding'] === 'gzip';
        try {
          const file = await files.take(request.query.name ?? 'file.csv', body, { isGzip });
          for (const id of senders.keys()) if (files.find(id) === undefined) senders.delete(id);
          senders.set(file.id, accessOf(request).user);
          return await reply.code(201).send(file);
        } catch (error) {
          if (error instanceof FileTooLarge) {
            const message = `The file is too large; at most ${importLimits.fileBytes} bytes are allowed.`;
            throw new ApiFailure('body.tooLarge', { message, help: 'Divide it.' });
          }
          if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
            throw new ApiFailure('body.notGzip');
          throw error;
        }
      },
    );
  });

  api.post(
    '/api/v1/imports/check',
    {
      config: { access: { role: 'admin', of: 'visible' } },
      schema: {
        tags,
        summary: 'What an import would do: nothing is written',
        body: ImportCheck,
        response: { 200: ImportReport },
      },
    },
    async request => alone(() => prepared(accessOf(request), request.body, async ({ report }) => report)),
  );

  api.post(
    '/api/v1/imports',
    {
      config: { access: { role: 'admin', of: 'visible' } },
      schema: {
        tags,
        summary: 'Import a file, all of it or nothing',
        body: ImportRequest,
        response: { 201: ImportEntry },
      },
    },
    async (request, reply) => {
      const { why, ...check } = request.body;
      const { user } = accessOf(request);
      const entry = await alone(() =>
        prepared(accessOf(request), check, async ({ report, write }, fileName) => {
          if (report.obstacles.length > 0) throw refused(report.obstacles);
          // Reading a long file takes its time, in which rights and gateways may go.
          assertMeters(parts, accessNowOf(parts, request), check.columns);
          return write({ who: user, why, fileName });
        }),
      );
      await makeKnown(parts, check.columns);
      recordImport(request, 'import.create', null, entry);
      await files.remove(check.file);
      return reply.code(201).send(entry);
    },
  );

  api.get(
    '/api/v1/imports',
    {
      config: { access: { role: 'viewer', of: 'visible' } },
      schema: {
        tags,
        summary: 'The imports, also those undone',
        querystring: ImportsQuery,
        response: { 200: Type.Array(ImportEntry) },
      },
    },
    async (request, reply) => {
      const access = accessOf(request);
      const seen = store.imports.list().filter(entry => mayWith(parts, access, 'viewer', entry));
      return told(pageOf(seen, request.query, request.url), reply);
    },
  );

  api.delete(
    '/api/v1/imports/:id',
    {
      config: { access: { role: 'admin', of: 'visible' } },
      schema: {
        tags,
        summary: 'Undo an import: everything is as if it had never been',
        params: ImportPath,
        response: { 200: ImportEntry },
      },
    },
    async request => {
      assertOwn(parts, accessOf(request), request.params.id);
      const { user } = accessOf(request);
      const outcome = await alone(() => store.imports.undo(Number(request.params.id), user));
      if (!('refused' in outcome)) {
        recordImport(request, 'import.undo', { ...outcome.entry, undone: null }, outcome.entry);
        return outcome.entry;
      }
      throw new ApiFailure(`import.${outcome.refused}`, {
        message: `${sentence(outcome.detail)}.`,
        field: 'id',
      });
    },
  );
};

/**
 * Meters that are imported into are of gateways whose admin asks; one that nobody has added yet is of the site `home`.
 * @throws ApiFailure meter.unknown, access.role
 */
function assertMeters(parts: ApiParts, access: Access, columns: ImportCheck['columns']): void {
  const { sites } = parts;
  for (const [index, { meter: key }] of columns.entries()) {
    const [gateway = '', meter = ''] = key.split('.');
    if (!sees(access, sites, gateway, meter)) throw unknownOf('meter', key, `body.columns[${index}].meter`);
    if (!mayAt(access, sites, 'admin', gateway, meter)) throw lacking('admin');
  }
}

/** Whether who asks has a role at the sites of all meters of an import. */
const mayWith = ({ sites }: ApiParts, access: Access, role: Role, { series }: ImportEntry): boolean =>
  series.every(key => {
    const [gateway = '', meter = ''] = key.split('.');
    return mayAt(access, sites, role, gateway, meter);
  });

/** @throws ApiFailure import.unknown, also of one that may not be seen; access.role */
function assertOwn(parts: ApiParts, access: Access, id: string): void {
  const entry = parts.store.imports.list().find(one => one.id === Number(id));
  if (entry === undefined || !mayWith(parts, access, 'viewer', entry))
    throw new ApiFailure('import.unknown', { message: `There is no import ${id}.`, field: 'id' });
  if (!mayWith(parts, access, 'admin', entry)) throw lacking('admin');
}

/** A gateway that nobody has added yet is shown with its meters from now on. */
async function makeKnown({ fleet }: ApiParts, columns: ImportCheck['columns']): Promise<void> {
  const gateways = new Set(columns.map(({ meter }) => meter.slice(0, meter.indexOf('.'))));
  for (const id of gateways) if (fleet.gateway(id) === undefined) await fleet.register(id);
}

/** @throws ApiFailure that names each field that is wrong */
function orderOf(check: ImportCheck, siteZone: string): ImportOrder {
  const mistakes: Mistake[] = [];
  const note = (field: string, message: string | undefined) => {
    if (message !== undefined) mistakes.push({ field, message });
  };
  const { format = {}, time, columns, windowS, overlap = 'refuse', mistakes: policy = 'refuse' } = check;
  const { delimiter = ',', encoding = 'utf-8', header = true, empty = [] } = format;
  const { zone = siteZone, means = 'start' } = time;
  note('time.format', patternMistake(time.format));
  note('time.zone', zoneMistake(zone));
  const valueColumns = columns.flatMap(
    ({ column, meter, quantity, factor = 1, where }, index): ValueColumn[] => {
      if (factor === 0) note(`columns[${index}].factor`, '0 given; another number is allowed');
      if (isQuantityId(quantity)) {
        return [{ column, meter, quantity, factor: String(factor), ...(where !== undefined && { where }) }];
      }
      note(
        `columns[${index}].quantity`,
        `${JSON.stringify(quantity)} given; ${quantityIds.join(', ')} are allowed`,
      );
      return [];
    },
  );
  if (mistakes.length > 0) throw mistaken('request.invalid', mistakes);
  return {
    format: {
      delimiter,
      decimal: format.decimal ?? (delimiter === ';' ? ',' : '.'),
      encoding,
      hasHeader: header,
      empty,
    },
    time: { columns: time.columns, format: time.format, zone, means },
    columns: valueColumns,
    windowS,
    overlap,
    mistakes: policy,
  };
}

const refused = (obstacles: readonly string[]): ApiFailure =>
  new ApiFailure('import.refused', {
    message: `${sentence(obstacles.join('; '))}.`,
    field: 'file',
    mistakes: obstacles.map(message => ({ field: 'file', message })),
  });

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
