import { describe, expect, it } from 'vitest';
import type { Message } from '#core/wire/messages.ts';
import { answerOf } from '../../../../simulator/meters/modbus-slave.ts';
import { meterInHouse } from '../../../site.ts';
import { type DoctorRig, doctorRig, modbusProfile, type RigSlave } from './doctor-rig.ts';

type Found = Message<'scan'>['found'];

/** Scans and runs time until it is over; how long that took. */
function scanned(
  rig: DoctorRig,
  scan: NonNullable<Message<'command'>['scan']> = { fromAddress: 1, toAddress: 247 },
): { readonly found: Found; readonly seconds: number; readonly last: Message<'scan'> } {
  const began = rig.time.ticksMs();
  expect(rig.doctor.scan(rig.command({ name: 'scan', scan }))).toBeUndefined();
  const isOver = () => rig.told.scan.at(-1)?.message.state !== 'running';
  while (!isOver() && rig.time.ticksMs() - began < 1_800_000) rig.time.advance(250);
  const last = rig.told.scan.at(-1)?.message;
  if (last === undefined) throw new Error('a scan tells at least that it began');
  return { found: last.found, seconds: ((rig.told.scan.at(-1)?.ticksMs ?? 0) - began) / 1000, last };
}

const brief = (found: Found) =>
  found.map(({ address, profile, sureness }) => `${address} ${profile} ${sureness}`);

describe('a scan', () => {
  const site: readonly RigSlave[] = [
    { address: 1, profile: 'eastron-sdm630' },
    { address: 17, profile: 'eastron-sdm120' },
    { address: 42, profile: 'peacefair-pzem-004t-v3' },
  ];

  it('over 247 addresses takes less than 40 s and finds those who are there, by the values that they show', () => {
    const { found, seconds, last } = scanned(doctorRig({ slaves: site }));
    expect(last).toMatchObject({ state: 'done', tried: 247, total: 247 });
    expect(brief(found)).toEqual([
      '1 eastron-sdm630 sure',
      '17 eastron-sdm120 likely',
      '42 peacefair-pzem-004t-v3 likely',
    ]);
    expect(found[0]?.values).toMatchObject({ voltageL1V: 231, voltageL2V: 229 });
    expect(seconds).toBeLessThan(40);
    console.log(`a scan of 247 addresses at 9600 baud with three meters: ${seconds.toFixed(1)} s`);
  });

  it('is never behind its steps, so that the watchdog lets it be, where timers come late', () => {
    const rig = doctorRig({ slaves: site, lateMs: 40 });
    expect(
      rig.doctor.scan(rig.command({ name: 'scan', scan: { fromAddress: 1, toAddress: 30 } })),
    ).toBeUndefined();
    let behindMs = 0;
    for (let step = 0; step < 1000; step++) {
      rig.time.advance(3);
      behindMs = Math.max(behindMs, rig.time.ticksMs() - rig.doctor.stepAtTicks());
    }
    expect(behindMs).toBeLessThan(100);
  });

  it('finds meters behind an adapter that is slower than 100 ms: those of the line show it, or a person says so', () => {
    const slow: readonly RigSlave[] = site.slice(0, 2);
    const found = (polled: readonly RigSlave[], timeoutMs?: number) => {
      const rig = doctorRig({ slaves: slow, polled, turnaroundMs: 140 });
      rig.time.advance(10_000);
      const { found, last } = scanned(rig, {
        fromAddress: 1,
        toAddress: 20,
        ...(timeoutMs && { timeoutMs }),
      });
      return { addresses: found.map(({ address }) => address), waitedMs: last.timeoutMs };
    };
    expect(found([], undefined)).toEqual({ addresses: [], waitedMs: 100 });
    expect(found([], 300)).toEqual({ addresses: [1, 17], waitedMs: 300 });
    const adapted = found(slow.slice(0, 1));
    expect(adapted.addresses).toEqual([1, 17]);
    expect(adapted.waitedMs).toBeGreaterThan(150);
  });

  it('of a line without anybody takes less than 40 s, too, and tells how far it is twice a second', () => {
    const rig = doctorRig({ slaves: [] });
    const { found, seconds } = scanned(rig);
    expect(found).toEqual([]);
    expect(seconds).toBeLessThan(40);
    const tried = rig.told.scan.map(({ message }) => message.tried);
    expect(tried.length).toBeGreaterThan(seconds * 1.9);
    for (const [index, count] of tried.slice(1).entries())
      expect(count).toBeGreaterThanOrEqual(tried[index] ?? 0);
  });

  it('takes the line from its meters, whose missed samples are failures, and gives it back', () => {
    const rig = doctorRig({ slaves: site });
    rig.time.advance(5000);
    const began = rig.time.ticksMs();
    const { seconds } = scanned(rig, { fromAddress: 100, toAddress: 150 });
    const ended = began + seconds * 1000;
    rig.time.advance(5000);
    for (const { samples, failures } of rig.meters) {
      expect(samples.some(({ ticksMs }) => ticksMs > began + 500 && ticksMs < ended)).toBe(false);
      const missed = failures.filter(({ ticksMs }) => ticksMs > began);
      expect(missed.every(({ reason }) => reason === 'offline')).toBe(true);
      expect(missed.length).toBeGreaterThanOrEqual(Math.floor(seconds) - 1);
      expect(missed.length).toBeLessThanOrEqual(Math.ceil(seconds) + 2);
      expect(samples.filter(({ ticksMs }) => ticksMs > ended).length).toBeGreaterThanOrEqual(3);
    }
  });

  it.each([
    ['is stopped', (rig: DoctorRig) => rig.doctor.stopScan(), 'stopped'],
    ['is ended by new settings', (rig: DoctorRig) => rig.doctor.end(true), 'stopped'],
    ['is ended by a lost connection', (rig: DoctorRig) => rig.doctor.end(false), 'stopped'],
    [
      'loses its port',
      (rig: DoctorRig) => {
        rig.port.isThere = false;
      },
      'failed',
    ],
  ] as const)('that %s gives the line back as well', (_, happens, state) => {
    const rig = doctorRig({ slaves: site });
    rig.time.advance(5000);
    rig.doctor.scan(
      rig.command({ name: 'scan', scan: { fromAddress: 200, toAddress: 247, bauds: [9600, 19_200] } }),
    );
    rig.time.advance(3000);
    happens(rig);
    rig.time.advance(5000);
    if (state === 'failed') {
      rig.time.advance(5000);
      rig.port.isThere = true;
      rig.time.advance(60_000);
    }
    expect(rig.told.scan.at(-1)?.message.state).toBe(state);
    const now = rig.time.ticksMs();
    rig.time.advance(5000);
    expect(Math.min(...rig.samplesAfter(now))).toBeGreaterThanOrEqual(4);
    expect(rig.port.open).toBe(1);
    expect(rig.doctor.stopScan()).toBe('stopScan: no scan runs');
  });

  it("over speeds and parities finds meters that are set otherwise, the line's own way first", () => {
    const rig = doctorRig({
      slaves: [{ address: 3, profile: 'orno-we516' }],
      polled: [],
      uart: { baud: 19_200, parity: 'even' },
    });
    const { found } = scanned(rig, {
      fromAddress: 1,
      toAddress: 5,
      bauds: [2400, 9600, 19_200],
      parities: ['even', 'none'],
    });
    expect(found).toMatchObject([{ address: 3, baud: 19_200, parity: 'even', profile: 'orno-we516' }]);
    expect(rig.openings.slice(1)).toEqual([
      '9600 none',
      '2400 even',
      '2400 none',
      '9600 even',
      '19200 even',
      '19200 none',
    ]);
  });

  it('behind a converter that takes its time finds who is there, zeros, SunSpec and all', () => {
    const startMs = Date.UTC(2026, 5, 21, 10);
    const meter = (id: string, address: number) => meterInHouse(modbusProfile(id), address, startMs);
    const strangers = [
      { ...meter('eastron-sdm630', 1), hasZerosForUnknown: true },
      meter('sunspec-inverter', 6),
      meter('sunspec-meter', 7),
    ];
    const rig = doctorRig({ slaves: [], strangers, settings: { port: 'tcp://converter:502' } });
    rig.line.setFaults({ delayMs: 150 });
    expect(brief(scanned(rig, { fromAddress: 1, toAddress: 12 }).found)).toEqual([
      '1 eastron-sdm630 sure',
      '6 sunspec-inverter sure',
      '7 sunspec-meter sure',
    ]);
  });

  it('names no meter by zeros, as an SDM630 answers questions that are not for it', () => {
    const rig = doctorRig({ slaves: [{ address: 9, profile: 'eastron-sdm630' }], polled: [], read: () => 0 });
    expect(brief(scanned(rig, { fromAddress: 9, toAddress: 9 }).found)).toEqual(['9 null unknown']);
  });

  it('refuses what it cannot do, in words', () => {
    const rig = doctorRig({ slaves: site });
    const scan = (fromAddress: number, toAddress: number) =>
      rig.doctor.scan(rig.command({ name: 'scan', scan: { fromAddress, toAddress } }));
    expect(scan(0, 10)).toContain('from 1 to 247');
    expect(scan(20, 10)).toContain('the lower one first');
    expect(rig.doctor.scan({ ...rig.command({ name: 'scan' }), line: 'attic' })).toBe(
      'line: attic given; one of bus is allowed',
    );
    expect(scan(1, 2)).toBeUndefined();
    expect(scan(1, 2)).toBe('a scan runs on line bus; wait until it has ended, or stop it');
  });
});

describe('who answers at an address', () => {
  const all = doctorRig({ slaves: [] }).profiles.filter(
    profile => profile.kind === 'modbus' && profile.sunspec === undefined,
  );

  it('is named among the profiles of the registry, or one that reads the same values in the same places', () => {
    const wrong: string[] = [];
    let sure = 0;
    for (const { id } of all) {
      const rig = doctorRig({ slaves: [{ address: 5, profile: id }], polled: [] });
      const [found] = scanned(rig, { fromAddress: 5, toAddress: 5 }).found;
      if (found?.profile === id) {
        if (found.sureness === 'sure') sure++;
        continue;
      }
      // Another profile's name is right only for what that profile reads of this meter as it is.
      const other = found?.profile && readsAlike(found.profile, id);
      if (!other || found?.sureness === 'sure')
        wrong.push(`${id} is called ${found?.profile} ${found?.sureness}`);
    }
    console.log(`${all.length} profiles scanned, ${sure} named for sure, ${wrong.length} wrong`);
    expect(wrong).toEqual([]);
  });

  it('is a SunSpec device where it has the map of one, with its serial number and what it measures', () => {
    const startMs = Date.UTC(2026, 5, 21, 10);
    for (const id of ['sunspec-inverter', 'sunspec-meter']) {
      const stranger = meterInHouse(modbusProfile(id), 6, startMs);
      const rig = doctorRig({ slaves: [], strangers: [stranger] });
      const [found] = scanned(rig, { fromAddress: 6, toAddress: 6 }).found;
      expect(found).toMatchObject({ sureness: 'sure', serial: expect.stringMatching(/./) });
      expect(found?.profile).toMatch(/^sunspec-/);
      expect(found?.values.frequencyHz).toBeGreaterThan(49);
    }
  });

  /** Whether all that one profile reads of another's meter is answered. */
  function readsAlike(id: string, meter: string): boolean {
    const slave = { address: 5, profile: modbusProfile(meter), read: () => 1 };
    return modbusProfile(id).registers.some(({ fc, address }) => {
      const frame = Uint8Array.of(5, fc, address >> 8, address & 0xff, 0, 1, 0, 0);
      return answerOf(slave, frame) === undefined;
    });
  }
});
