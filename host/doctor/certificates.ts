import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spanText } from '../commands/text-table.ts';
import { bad, type Finding, type Look, note, ok } from './finding.ts';

const dayMs = 86_400_000;

/** Until when the certificates hold: the host's own, which it renews by itself, and one that was given to it. */
export const lookAtCertificates: Look = async ({ settings: { dataDir, tlsCertFile }, nowMs }) => {
  const findings: Finding[] = [];
  const dir = join(dataDir, 'tls');
  const renewed = 'start the host: it makes a new one by itself';
  const anew = 'see "TLS" in docs/operations.md';
  findings.push(...(await lookAt('authority', join(dir, 'ca.crt'), 365 * dayMs, anew, nowMs)));
  findings.push(...(await lookAt('certificate', join(dir, 'server.crt'), 30 * dayMs, renewed, nowMs)));
  if (tlsCertFile === undefined) return findings;
  const given = await lookAt(
    'certificate',
    tlsCertFile,
    21 * dayMs,
    'renew it, and start the host again',
    nowMs,
  );
  if (given.length === 0)
    findings.push(bad('certificate', `${tlsCertFile} is not there`, 'see --tls-cert-file'));
  return [...findings, ...given];
};

/** Nothing where there is no such file. */
async function lookAt(
  about: string,
  path: string,
  leastMs: number,
  toDo: string,
  nowMs: number,
): Promise<Finding[]> {
  const text = await readFile(path).catch(() => undefined);
  if (text === undefined) return [];
  const untilMs = Date.parse(new X509Certificate(text).validTo);
  const day = new Date(untilMs).toISOString().slice(0, 10);
  if (untilMs < nowMs) return [bad(about, `${path} ended on ${day}`, toDo)];
  const what = `${path} holds until ${day}`;
  return [
    untilMs - nowMs < leastMs ? note(about, `${what}, ${spanText(untilMs - nowMs)}`, toDo) : ok(about, what),
  ];
}
