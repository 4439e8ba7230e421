import type { FastifyRequest } from 'fastify';
import type { Access } from '../auth/access.ts';
import type { Role } from '../auth/roles.ts';
import { ImportFiles } from '../import/files.ts';
import { OrderError } from '../import/order-error.ts';
import type { PreparedImport } from '../store/import-store.ts';
import { placesOf } from '../store/recovery-files.ts';
import { Type } from '../typebox.ts';
import { recordChangeOf } from './audited.ts';
import {
  ImportCheck,
  ImportEntry,
  ImportPath,
  ImportReport,
  ImportRequest,
  ImportsQuery,
} from './contract.ts';
import { ApiFailure, mistaken } from './errors.ts';
import { accessNowOf, accessOf } from './guard.ts';
import { addFileRoutes, SentFiles } from './import-files.ts';
import { orderOf } from './import-order.ts';
import { pageOf, told } from './pages.ts';
import { lacking, mayAt, sees, unknownOf } from './route-access.ts';
import type { ApiParts, Routes } from './routes.ts';

const tags = ['import'];

export const importRoutes: Routes = (api, parts) => {
  const { store, settings } = parts;
  const files = new SentFiles(new ImportFiles(placesOf(settings.dataDir).imports));
  const recordImport = (
    request: FastifyRequest,
    action: string,
    before: ImportEntry | null,
    after: ImportEntry,
  ) => recordChangeOf(parts, request, after.series, { action, subject: `${after.id}`, before, after });

  const prepared = async <T>(
    access: Access,
    request: ImportCheck,
    work: (file: PreparedImport, name: string) => Promise<T>,
  ) => {
    assertMeters(parts, access, request.columns);
    const file = files.of(access, request.file);
    const order = orderOf(request, settings.zone);
    try {
      const held = await store.imports.prepare(file.path, order);
      return await work(held, file.name).finally(() => held.end());
    } catch (error) {
      if (error instanceof OrderError)
        throw mistaken('request.invalid', [{ field: error.field, message: error.message }]);
      if (error instanceof Error && error.name === 'CameMeanwhile')
        throw new ApiFailure('import.changed', { message: `${error.message}.` });
      if (error instanceof Error && error.name === 'ImportEnded') throw new ApiFailure('import.ended');
      throw error;
    }
  };

  addFileRoutes(api, parts, files);

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
    async request =>
      files.alone(request.body.file, 'check', () =>
        prepared(accessOf(request), request.body, async ({ report }) => report),
      ),
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
      const entry = await files.alone(check.file, 'import', () =>
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
      const outcome = await files.alone(undefined, 'import', () =>
        store.imports.undo(Number(request.params.id), user),
      );
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

const refused = (obstacles: readonly string[]): ApiFailure =>
  new ApiFailure('import.refused', {
    message: `${sentence(obstacles.join('; '))}.`,
    field: 'file',
    mistakes: obstacles.map(message => ({ field: 'file', message })),
  });

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
