import { messageOf } from '../message-of.ts';
import { lookAtCertificates } from './certificates.ts';
import { lookAtClock, lookAtZone } from './clock.ts';
import { bad, type Finding, type Look, type Patient } from './finding.ts';
import { lookAtDisk, lookAtFolder } from './folder.ts';
import { lookAtPorts, lookAtReach } from './network.ts';
import { lookAtProgram, lookAtSettings } from './program.ts';
import { lookAtHost } from './running.ts';
import { lookAtBackups, lookAtDatabase } from './storage.ts';

/** Everything that is looked at, in the order in which it is told. */
const looks: readonly (readonly [about: string, look: Look])[] = [
  ['program', lookAtProgram],
  ['settings', lookAtSettings],
  ['host', lookAtHost],
  ['folder', lookAtFolder],
  ['disk', lookAtDisk],
  ['ports', lookAtPorts],
  ['reach', lookAtReach],
  ['certificates', lookAtCertificates],
  ['clock', lookAtClock],
  ['zone', lookAtZone],
  ['database', lookAtDatabase],
  ['backups', lookAtBackups],
];

/** All findings. A look that fails is one itself, and keeps no other from being made. */
export async function examine(patient: Patient): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [about, look] of looks) {
    try {
      findings.push(...(await look(patient)));
    } catch (error) {
      findings.push(
        bad(about, `could not be looked at: ${messageOf(error)}`, 'run it as the user of the host'),
      );
    }
  }
  return findings;
}
