import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ImportEntry, ImportFile, ImportFileState, ImportLook, ImportReport } from '../api/contract.ts';
import type { HostClient } from '../control/host-client.ts';
import { messageOf } from '../message-of.ts';
import { Type } from '../typebox.ts';
import { type Given, UsageError, type World } from './command.ts';
import { proposeMapping } from './import-proposal.ts';
import { foundLines, lookLines, reportLines } from './import-text.ts';
import { type ImportWork, type Mapping, workWithinMs } from './import-work.ts';
import { onHost, printJson } from './on-host.ts';
import { plain, tableLines, timeText } from './text-table.ts';

const progressEveryMs = 2000;

/**
 * Sends a file and does what the mapping says: without columns it only looks, or proposes some; else it checks, tells, and imports where nothing stands
 * in the way and no dry run is asked for.
 */
export const importFile = async (given: Given, world: World): Promise<number> => {
  const [path = ''] = given.words;
  const { why: whySaid, file: _other, ...order } = await mappingOf(given.values.get('mapping'));
  const why = given.values.get('why') ?? whySaid;
  const isLook = order.columns === undefined;
  const isDry = given.flags.has('dry-run');
  const isProposal = given.flags.has('propose');
  if (isProposal && (!isLook || isDry || why !== undefined))
    throw new UsageError(
      '--propose takes neither columns in --mapping, nor --dry-run, nor a reason: it says what columns there could be',
    );
  if (isLook && (isDry || why !== undefined))
    throw new UsageError(
      'no "columns" in --mapping: name what is imported, or leave --dry-run and the reason out to look into the file',
    );
  if (!isLook && !isDry && why === undefined)
    throw new UsageError('--why is missing: say in some words why it is imported, or try it with --dry-run');
  return onHost(given, world, async host => {
    const { file, gone } = await send(host, path);
    const work = { host, world, file, isJson: given.flags.has('json') };
    try {
      if (isProposal) await proposeMapping(work, order);
      else if (isLook) await look(work, order);
      else await check(work, order, isDry ? undefined : why);
    } finally {
      await gone();
    }
  });
};

export const listImports = (given: Given, world: World): Promise<number> =>
  onHost(given, world, async host => {
    const entries = await host.ask(Type.Array(ImportEntry), 'GET', '/api/v1/imports?limit=1000');
    if (given.flags.has('json')) return printJson(world, entries);
    if (entries.length === 0) return world.print('nothing was imported yet');
    const rows = entries.map(entry => [
      String(entry.id),
      timeText(entry.atMs),
      entry.fileName,
      String(entry.windows),
      timeText(entry.fromMs),
      timeText(entry.toMs),
      entry.undone === null ? '' : timeText(entry.undone.atMs),
      entry.why,
    ]);
    for (const line of tableLines(['id', 'at', 'file', 'windows', 'from', 'to', 'undone', 'why'], rows))
      world.print(line);
  });

export const undoImport = (given: Given, world: World): Promise<number> =>
  onHost(given, world, async host => {
    const path = `/api/v1/imports/${encodeURIComponent(given.words[0] ?? '')}`;
    const entry = await host.ask(ImportEntry, 'DELETE', path, undefined, workWithinMs);
    if (given.flags.has('json')) printJson(world, entry);
    else world.print(`import ${entry.id} (${plain(entry.fileName)}) is taken back: ${entry.windows} windows`);
  });

/** @throws UsageError where it cannot be read, or is no object in JSON */
async function mappingOf(path: string | undefined): Promise<Mapping> {
  if (path === undefined) return {};
  try {
    const mapping: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof mapping !== 'object' || mapping === null || Array.isArray(mapping))
      throw new Error('it is no object, such as {"time": …, "columns": […]}');
    return { ...mapping };
  } catch (error) {
    throw new UsageError(`--mapping ${path} cannot be used: ${messageOf(error)}`);
  }
}

/** The file, and what takes it away from the host again, where it has not gone by being imported. */
async function send(host: HostClient, path: string): Promise<{ file: ImportFile; gone(): Promise<void> }> {
  const name = encodeURIComponent(basename(path).slice(0, 200));
  const bytes = createReadStream(path);
  const url = `/api/v1/imports/files?name=${name}`;
  const file = await host.ask(ImportFile, 'POST', url, bytes, workWithinMs).catch((error: unknown) => {
    bytes.destroy();
    if (error instanceof Error && 'code' in error && 'syscall' in error)
      throw new UsageError(`${path} cannot be read: ${error.message}`);
    throw error;
  });
  return { file, gone: () => host.tell('DELETE', `/api/v1/imports/files/${file.id}`).catch(() => {}) };
}

async function look({ host, world, file, isJson }: ImportWork, order: Mapping): Promise<void> {
  if (order.format === undefined) {
    if (isJson) return printJson(world, file);
    for (const line of foundLines(file)) world.print(line);
    return;
  }
  const body = { file: file.id, format: order.format };
  const found = await host.ask(ImportLook, 'POST', '/api/v1/imports/look', body, workWithinMs);
  if (isJson) return printJson(world, found);
  for (const line of lookLines(found)) world.print(line);
}

/** `why`: undefined for a dry run. @throws Error where it is, or would be, refused */
async function check(work: ImportWork, order: Mapping, why: unknown): Promise<void> {
  const { host, world, file, isJson } = work;
  // What is wrong with the reason is told before the work, too.
  const body = { ...order, file: file.id, ...(why !== undefined && { why }) };
  const report = await watched(
    work,
    host.ask(ImportReport, 'POST', '/api/v1/imports/check', body, workWithinMs),
  );
  const isTold = isJson && (why === undefined || report.obstacles.length > 0);
  if (isTold) printJson(world, report);
  else if (!isJson) for (const line of reportLines(report)) world.print(line);
  if (report.obstacles.length > 0) throw new Error(`nothing is imported: ${report.obstacles.join('; ')}`);
  if (why === undefined) return;
  const entry = await watched(work, host.ask(ImportEntry, 'POST', '/api/v1/imports', body, workWithinMs));
  if (isJson) printJson(world, entry);
  else
    world.print(
      `import ${entry.id}: ${entry.windows} windows are there; joulegate import undo ${entry.id} takes them back`,
    );
}

/** Tells how far it is while it lasts. */
async function watched<T>({ host, world, file }: ImportWork, work: Promise<T>): Promise<T> {
  const tell = async () => {
    const { work } = await host.ask(ImportFileState, 'GET', `/api/v1/imports/files/${file.id}`);
    if (work === null) return;
    const share = work.share === null ? '' : `${Math.floor(work.share * 100)} %, `;
    world.complain(`${work.is}: ${share}${work.lines} lines`);
  };
  // What stands in the way of telling stands in the way of the work, which says so.
  const timer = setInterval(() => void tell().catch(() => {}), progressEveryMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
