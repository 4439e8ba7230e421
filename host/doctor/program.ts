import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageDir, packageFacts } from '../package-file.ts';
import { unknownVariables } from '../settings.ts';
import { bad, type Finding, type Look, note, ok } from './finding.ts';

/** Versions of Node and of the host, and whether the page is there. */
export const lookAtProgram: Look = async ({ health }) => {
  const { version, oldestNode } = await packageFacts();
  const node = process.versions.node;
  const findings: Finding[] = [
    isOlder(node, oldestNode)
      ? bad('node', `Node ${node} is too old`, `install Node ${oldestNode} or later`)
      : ok('node', `Node ${node}`),
  ];
  if (health !== undefined && health.version !== version) {
    const what = `version ${health.version} runs, ${version} is installed`;
    findings.push(note('version', what, 'start the host again'));
  } else findings.push(ok('version', version));
  if (!existsSync(join(packageDir, 'dist', 'web', 'index.html')))
    findings.push(bad('page', 'the page is not built', 'npm run build'));
  return findings;
};

/** Settings were checked before; what is left are variables that say nothing. */
export const lookAtSettings: Look = async ({ sources }) => {
  const unknown = unknownVariables(sources);
  if (unknown.length === 0) return [ok('settings', 'all are right')];
  return unknown.map(({ field, message }) => note('settings', `${field} ${message}`, 'correct or remove it'));
};

/** Of versions such as 20.19.1, by numbers. */
export function isOlder(version: string, least: string): boolean {
  const [has, needs] = [version, least].map(text => text.split('.').map(Number));
  for (const [index, number] of (needs ?? []).entries()) {
    const own = has?.[index] ?? 0;
    if (own !== number) return own < number;
  }
  return false;
}
