import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import type { Fault } from './fault.ts';
import type { FaultReport, FaultResult } from './result.ts';

/** An earlier report; an empty one where there is no such file. @throws Error where it is another kind of file. */
export async function readReport(file: string): Promise<FaultReport> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { results: [] };
    throw new Error(`${file} cannot be read (${codeOf(error)}); name another file`);
  }
  try {
    const report: FaultReport = JSON.parse(text);
    if (Array.isArray(report.results)) return report;
  } catch {
    // Told below.
  }
  throw new Error(`${file} is no report of faults; name another file, or remove it`);
}

/**
 * With these results in the place of earlier ones of the same faults, in the table's order; faults that are gone leave it.
 * One that was not run says nothing against an earlier run.
 */
export function mergedReport(
  faults: readonly Fault[],
  before: FaultReport,
  results: readonly FaultResult[],
): FaultReport {
  const byId = new Map(before.results.map(result => [result.id, result]));
  for (const result of results) {
    if (result.outcome !== 'not run' || !byId.has(result.id)) byId.set(result.id, result);
  }
  return { results: faults.flatMap(({ id }) => byId.get(id) ?? []) };
}

/** Whole or not at all: hours of work are in it. */
export async function writeReport(file: string, report: FaultReport): Promise<void> {
  await writeWhole(file, `${JSON.stringify(report, null, 2)}\n`);
}

export async function writeWhole(file: string, text: string): Promise<void> {
  const part = partOf(file);
  makeFolder(dirname(file));
  await writeFile(part, text);
  await rename(part, file);
}

/** Whether a file can be written there, before hours of work go into it. @throws Error that says what is in the way */
export async function beWritable(file: string): Promise<void> {
  const part = partOf(file);
  try {
    makeFolder(dirname(file));
    await writeFile(part, '');
    await rm(part);
  } catch (error) {
    throw new Error(
      `${file} cannot be written (${codeOf(error)}); name a file in a folder that you may write to`,
    );
  }
  const known = await stat(file).catch(() => undefined);
  if (known?.isDirectory()) throw new Error(`${file} is a folder; name a file in it`);
}

/** Of two runs at once each has its own. */
const partOf = (file: string): string => `${file}.${process.pid}.part`;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
