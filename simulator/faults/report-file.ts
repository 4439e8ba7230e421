import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Fault } from './fault.ts';
import type { FaultReport, FaultResult } from './result.ts';

/** An earlier report; an empty one where there is no such file. @throws Error where it is another kind of file. */
export async function readReport(file: string): Promise<FaultReport> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { results: [] };
    throw error;
  }
  try {
    const report: FaultReport = JSON.parse(text);
    if (Array.isArray(report.results)) return report;
  } catch {
    // Told below.
  }
  throw new Error(`${file} is no report of faults; name another file, or remove it`);
}

/** With these results in the place of earlier ones of the same faults, in the table's order; faults that are gone leave it. */
export function mergedReport(
  faults: readonly Fault[],
  before: FaultReport,
  results: readonly FaultResult[],
): FaultReport {
  const byId = new Map([...before.results, ...results].map(result => [result.id, result]));
  return { results: faults.flatMap(({ id }) => byId.get(id) ?? []) };
}

/** Whole or not at all: hours of work are in it. */
export async function writeReport(file: string, report: FaultReport): Promise<void> {
  await writeWhole(file, `${JSON.stringify(report, null, 2)}\n`);
}

export async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
}
