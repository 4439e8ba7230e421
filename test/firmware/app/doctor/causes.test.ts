import { describe, expect, it } from 'vitest';
import { causesOn, codes, one, three } from './causes-rig.ts';
import { doctorRig } from './doctor-rig.ts';

describe('a doctor names within 30 s', () => {
  it.each([
    ['a wrong speed', { slaveUart: { baud: 19_200 } }, 'wrongBaud'],
    ['a wrong speed, slower', { slaveUart: { baud: 2400 } }, 'wrongBaud'],
    ['a wrong parity', { slaveUart: { parity: 'even' } }, 'wrongParity'],
    ['swapped wires', { swappedWires: true }, 'swappedWires'],
    ['a cut cable', { isCut: true }, 'noAnswer'],
    ['slaves without supply', { deadAddresses: [1, 2, 3] }, 'noAnswer'],
    ['noise', { bitErrorRate: 0.001 }, 'noise'],
    ['noise on 1 % of the bits', { bitErrorRate: 0.01 }, 'noise'],
  ] as const)('%s', (_, faults, cause) => {
    const now = causesOn(faults, { slaves: three, beforeMs: 0 });
    expect(codes(now.at(-1)), 'three slaves').toEqual([cause]);
    const since = causesOn(faults, { slaves: one, beforeMs: 60_000 });
    expect(codes(since.at(-1)), 'one slave, for a minute').toEqual([cause]);
  });

  it.each([
    [{ slaveUart: { baud: 38_400 } }, 'wrongBaud'],
    [{ swappedWires: true }, 'swappedWires'],
    [{ isCut: true }, 'noAnswer'],
  ] as const)('%j, and goes on naming it while it lasts', (faults, cause) => {
    const causes = causesOn(faults, { slaves: one, seconds: 100 });
    expect(new Set(causes.slice(30).flatMap(codes))).toEqual(new Set([cause]));
    expect(causes.slice(30).every(({ length }) => length === 1)).toBe(true);
  });

  it('two slaves at one address, and which', () => {
    for (const slaves of [three, one]) {
      const causes = causesOn({ twinAddresses: [1] }, { slaves });
      expect(causes.at(-1)).toMatchObject([{ code: 'addressClash', address: 1 }]);
    }
  });

  it('a dead slave beside living ones, and which', () => {
    for (const beforeMs of [0, 60_000]) {
      const causes = causesOn({ deadAddresses: [2] }, { beforeMs });
      expect(causes.at(-1)).toMatchObject([{ code: 'noAnswer', address: 2 }]);
    }
  });

  it('a port that is not there', () => {
    const rig = doctorRig({ slaves: three });
    rig.time.advance(1000);
    rig.source.stop();
    rig.port.isThere = false;
    rig.source.start();
    rig.doctor.diagnose(rig.command({ name: 'diagnose', seconds: 3 }));
    rig.time.advance(2500);
    expect(rig.told.diagnosis.at(-1)?.message.causes).toEqual([{ code: 'portClosed', sureness: 1 }]);
  });

  it('that all is well again, once it is', () => {
    const rig = doctorRig({ slaves: three });
    rig.line.setFaults({ slaveUart: { baud: 19_200 } });
    rig.time.advance(20_000);
    rig.doctor.diagnose(rig.command({ name: 'diagnose', seconds: 120 }));
    rig.time.advance(30_000);
    expect(codes(rig.told.diagnosis.at(-1)?.message.causes)).toEqual(['wrongBaud']);
    rig.line.setFaults({ slaveUart: {} });
    rig.time.advance(60_000);
    expect(rig.told.diagnosis.at(-1)?.message.causes).toEqual([]);
  });
});
