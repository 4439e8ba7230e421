import { describe, expect, it } from 'vitest';
import type { Message } from '#core/wire/messages.ts';
import type { LineFaults } from '../../../../simulator/line/faults.ts';
import { doctorRig, type RigOptions, type RigSlave } from './doctor-rig.ts';

const three: readonly RigSlave[] = [
  { address: 1, profile: 'eastron-sdm630' },
  { address: 2, profile: 'eastron-sdm120' },
  { address: 3, profile: 'peacefair-pzem-004t-v3' },
];
const one = three.slice(0, 1);

type Causes = Message<'diagnosis'>['causes'];

/** The causes named in each second of `seconds`, on a line that had this fault for so long before anybody looked. */
function causesOn(
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

const codes = (causes: Causes | undefined) => causes?.map(({ code }) => code);

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
    for (const slaves of [three, one]) {
      for (const beforeMs of [0, 60_000]) {
        const causes = causesOn(faults, { slaves, beforeMs });
        expect(codes(causes.at(-1)), `${slaves.length} slaves, ${beforeMs} ms before`).toEqual([cause]);
      }
    }
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

describe('a doctor never names a cause', () => {
  it.each([
    ['well', {}],
    ['well, with echo', { echo: true }],
    ['slow', { delayMs: 60 }],
  ] as const)('on a line that is %s, nor does it take the line from its meters', (_, faults) => {
    const causes = causesOn(faults, { seconds: 60 });
    expect(causes.length).toBe(60);
    expect(causes.flat()).toEqual([]);
  });

  it('other than noise on a noisy line, and other than no answer on one with a dead slave', () => {
    for (const bitErrorRate of [0.0005, 0.002, 0.01]) {
      for (const echo of [false, true]) {
        const named = new Set(
          causesOn({ bitErrorRate, echo }, { seconds: 60 })
            .flat()
            .map(({ code }) => code),
        );
        named.delete('noise');
        // Before anything was heard of a line nobody knows.
        if (bitErrorRate === 0.01) named.delete('noAnswer');
        expect([...named], `${bitErrorRate}, echo ${echo}`).toEqual([]);
      }
    }
    const named = new Set(
      causesOn({ deadAddresses: [2] }, { seconds: 60 })
        .flat()
        .map(({ code }) => code),
    );
    expect([...named]).toEqual(['noAnswer']);
  });
});
