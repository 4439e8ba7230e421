import { expect } from 'vitest';
import type { Message } from '#core/wire/messages.ts';
import type { LineFaults } from '../../../../simulator/line/faults.ts';
import { doctorRig, type RigOptions, type RigSlave } from './doctor-rig.ts';

export const three: readonly RigSlave[] = [
  { address: 1, profile: 'eastron-sdm630' },
  { address: 2, profile: 'eastron-sdm120' },
  { address: 3, profile: 'peacefair-pzem-004t-v3' },
];
export const one = three.slice(0, 1);

export type Causes = Message<'diagnosis'>['causes'];

/** The causes named in each second of `seconds`, on a line that had this fault for so long before anybody looked. */
export function causesOn(
  faults: Partial<LineFaults>,
  {
    seconds = 30,
    beforeMs = 20_000,
    ...options
  }: Partial<RigOptions> & { seconds?: number; beforeMs?: number } = {},
): Causes[] {
  const rig = doctorRig({ slaves: three, ...options });
  rig.time.advance(5000);
  rig.line.setFaults(faults);
  rig.time.advance(beforeMs);
  expect(rig.doctor.diagnose(rig.command({ name: 'diagnose', seconds }))).toBeUndefined();
  rig.time.advance(seconds * 1000 - 1);
  return rig.told.diagnosis.map(({ message }) => message.causes);
}

export const codes = (causes: Causes | undefined) => causes?.map(({ code }) => code);
