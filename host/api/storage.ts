import { hostLimits } from '../limits.ts';
import { keepingOf, type Level, levels } from '../store/retention.ts';
import type { StoragePart } from '../store/storage-facts.ts';
import { forecastOf } from '../store/storage-forecast.ts';
import { freeNeeded } from '../watch/disk.ts';
import { Storage } from './contract.ts';
import type { Routes } from './routes.ts';

export const storageRoutes: Routes = (api, { store, watch, settings }) => {
  api.get(
    '/api/v1/storage',
    {
      config: { access: { role: 'viewer', of: 'host' } },
      schema: {
        tags: ['host'],
        summary: 'What is stored takes room: now, each day, in a year, and when the disk is full',
        response: { 200: Storage },
      },
    },
    async () => {
      const facts = await store.storage();
      const keeping = keepingOf(settings);
      const { 'disk.sizeBytes': sizeBytes = 0, 'disk.freeBytes': freeBytes = 0 } = watch.disk.counters();
      const roomBytes = Math.max(freeBytes - freeNeeded(sizeBytes, hostLimits.diskUsedShare.most), 0);
      const backups = settings.backupHours === 0 ? 0 : (settings.backupKeep ?? 0);
      const forecast = forecastOf(facts, { keeping, backups, roomBytes });
      const monthsOf = (name: StoragePart['name']) => {
        const level = levelOf(name);
        return level === undefined ? 0 : keeping.months[level];
      };
      const part = ({ name, bytes, rows, fromS, bytesPerDay, keptFromS }: StoragePart) => ({
        name,
        bytes,
        rows,
        fromMs: fromS === undefined ? null : fromS * 1000,
        bytesPerDay: Math.round(bytesPerDay),
        bytesInAYear: Math.round(forecast.partsInAYear[name]),
        keptMonths: monthsOf(name),
        keptFromMs: keptFromS === 0 ? null : keptFromS * 1000,
      });
      return {
        atMs: facts.atMs,
        bytes: Math.round(forecast.bytes),
        bytesPerDay: Math.max(Math.round(forecast.bytesPerDay), 0),
        bytesInAYear: Math.round(forecast.bytesInAYear),
        fullMs: forecast.fullMs ?? null,
        databaseBytes: facts.fileBytes,
        databaseFreeBytes: facts.fileFreeBytes,
        backupBytes: facts.backupBytes,
        disk: { sizeBytes, freeBytes },
        archiveAfterMonths: keeping.archiveAfterMonths,
        parts: facts.parts.map(part),
        faults: store.archiveFaults.map(([file, why]) => ({ file, why })),
      };
    },
  );
};

/** What is kept as long as a part; the rest stays for ever. */
function levelOf(name: StoragePart['name']): Level | undefined {
  if (name === 'archive') return 'raw';
  if (name === 'arrivals') return 'day';
  return levels.find(level => level === name);
}
