import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { backupProgress, describeBackups, type ListedBackup } from '../store/backup-desk.ts';
import { keptBackups } from '../store/backup-schedule.ts';
import { placesOf } from '../store/recovery-files.ts';
import { recordChange } from './audited.ts';
import { BackupFile, BackupPath, Backups } from './contract.ts';
import { ApiFailure } from './errors.ts';
import type { ApiParts, Routes } from './routes.ts';

/** Downloads under way: each reads the disk as fast as its reader takes it. */
const downloadsMost = 2;
/** A reader that takes nothing for so long is gone. */
const stalledMs = 60_000;

export const backupRoutes: Routes = (api, parts) => {
  const tags = ['host'];
  const downloads = new Set<Readable>();
  let opening = 0;
  // Before the server waits for its connections to end: a slow reader would hold it up.
  api.addHook('preClose', async () => {
    for (const stream of downloads) stream.destroy();
  });

  api.get(
    '/api/v1/backups',
    {
      config: { access: { role: 'admin', of: 'host' } },
      schema: {
        tags,
        summary: 'Backups there are, the next one, and how far the one under way has come',
        response: { 200: Backups },
      },
    },
    async () => tell(parts),
  );

  api.post(
    '/api/v1/backups',
    {
      config: { access: { role: 'admin', of: 'host' } },
      schema: {
        tags,
        summary: 'Make a backup now, while all goes on; GET tells how far it is',
        response: { 202: Backups },
      },
    },
    async (request, reply) => {
      if (!scheduleOf(parts).makeNow()) throw new ApiFailure('backup.running');
      recordChange(parts, request, { action: 'backup.create', subject: 'backup', site: null });
      return reply.code(202).send(await tell(parts));
    },
  );

  api.get(
    '/api/v1/backups/:name/file',
    {
      config: { access: { role: 'admin', of: 'host' } },
      exposeHeadRoute: false,
      schema: {
        tags,
        summary:
          'The database of a backup, as a file; months in the archive are files of their own beside it',
        params: BackupPath,
        response: { 200: BackupFile },
      },
    },
    async ({ params }, reply) => {
      scheduleOf(parts);
      const known = await describeBackups(parts.settings.dataDir);
      const backup = known.find(({ name }) => name === params.name);
      if (backup === undefined) throw new ApiFailure('backup.unknown', { field: 'name' });
      if (downloads.size + opening >= downloadsMost) throw new ApiFailure('export.full', { retryAfterS: 10 });
      opening++;
      try {
        const { stream, bytes } = await opened(backup);
        return sendFile(reply, stream, bytes, backup.name, downloads);
      } finally {
        opening--;
      }
    },
  );
};

/**
 * What was opened is sent whole, also where a newer backup takes its place meanwhile.
 * @throws ApiFailure backup.unknown where that happened since it was listed
 */
async function opened({ path }: ListedBackup): Promise<{ stream: Readable; bytes: number }> {
  try {
    const file = await open(path);
    const { size } = await file.stat();
    return { stream: file.createReadStream(), bytes: size };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new ApiFailure('backup.unknown', { field: 'name' });
    throw error;
  }
}

function sendFile(
  reply: FastifyReply,
  stream: Readable,
  bytes: number,
  name: string,
  downloads: Set<Readable>,
): FastifyReply {
  downloads.add(stream);
  const stall = setTimeout(() => stream.destroy(), stalledMs).unref();
  stream.on('data', () => stall.refresh());
  // Listening to data would let it flow before anybody takes it.
  stream.pause();
  stream.once('close', () => {
    clearTimeout(stall);
    downloads.delete(stream);
  });
  return reply
    .type('application/vnd.duckdb')
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('content-length', bytes)
    .header('cache-control', 'no-store')
    .send(stream);
}

/** @throws ApiFailure backup.none */
function scheduleOf({ backups }: ApiParts): NonNullable<ApiParts['backups']> {
  if (backups === undefined) throw new ApiFailure('backup.none');
  return backups;
}

async function tell(parts: ApiParts): Promise<Backups> {
  const schedule = scheduleOf(parts);
  const { dataDir, backupHours = 24, backupKeep = keptBackups } = parts.settings;
  const found = await describeBackups(dataDir);
  return {
    folder: placesOf(dataDir).backups,
    dataDir,
    everyHours: backupHours,
    keep: backupKeep,
    nextMs: Number.isFinite(schedule.dueMs) ? Math.round(schedule.dueMs) : null,
    running: await backupProgress(dataDir, schedule),
    failure: schedule.failure,
    backups: found.map(({ path: _, ...backup }) => backup),
  };
}
