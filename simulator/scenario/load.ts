import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../arguments.ts';
import { checkScenario } from './check.ts';
import type { Scenario } from './scenario.ts';
import { ScenarioError } from './scenario-error.ts';
import { unknownName } from './schema-mistakes.ts';
import { textLimits } from './yaml-text.ts';

const endings: readonly string[] = ['.yaml', '.yml', '.json'];

/** Where the scenarios lie that come with the package: beside this folder, or, seen from `dist`, in the package. */
function folderOfScenarios(): string {
  const places = ['../scenarios', '../../../simulator/scenarios'].map(path =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return places.find(place => existsSync(place)) ?? places[0] ?? '';
}

/** Names of the scenarios that come with the package. */
export const scenarioNames = (): readonly string[] =>
  readdirSync(folderOfScenarios())
    .filter(file => file.endsWith('.yaml'))
    .map(file => basename(file, '.yaml'))
    .sort();

/** Whether this leads to a file, and is no name of a scenario of the package. */
export const isScenarioPath = (nameOrPath: string): boolean =>
  /[/\\]/.test(nameOrPath) || endings.includes(extname(nameOrPath));

/**
 * The scenario of this name, or in the file at this path: a path has a `/`, a `\` or an ending.
 * @throws ScenarioError with all its mistakes, UsageError where there is no such scenario or file.
 */
export function loadScenario(nameOrPath: string): Scenario {
  const isPath = isScenarioPath(nameOrPath);
  if (!isPath && !scenarioNames().includes(nameOrPath)) {
    const name = JSON.stringify(nameOrPath);
    throw new UsageError(
      `the scenario ${name} ${unknownName(nameOrPath, scenarioNames())}, and a file such as ./${nameOrPath.slice(0, 64)}.yaml`,
    );
  }
  const path = isPath ? nameOrPath : join(folderOfScenarios(), `${nameOrPath}.yaml`);
  const checked = checkScenario(readText(path), idOf(path));
  if ('mistakes' in checked) throw new ScenarioError(path, checked.mistakes);
  return checked.scenario;
}

/** `Family house.yaml` is called `family-house`. */
function idOf(path: string): string {
  const id = basename(path, extname(path))
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return id === '' ? 'scenario' : id;
}

function readText(path: string): string {
  try {
    const { size } = statSync(path);
    // Four bytes is the most that a character takes; what is larger is not read at all.
    if (size > 4 * textLimits.bytes) {
      throw new UsageError(`${path} has ${size} bytes; a scenario of at most ${textLimits.bytes} is allowed`);
    }
    return textOf(path, readFileSync(path));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why =
      code === 'ENOENT'
        ? `is not there; a file, or one of ${scenarioNames().join(', ')} is allowed`
        : code === 'EISDIR'
          ? 'is a folder; a file is allowed'
          : `cannot be read (${code})`;
    throw new UsageError(`the scenario ${path} ${why}`);
  }
}

/** @throws UsageError where the bytes are no UTF-8, as editors of Windows write it at times. */
function textOf(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`the scenario ${path} is no text in UTF-8; save it anew as that`);
  }
}
