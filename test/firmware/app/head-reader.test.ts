import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHeadSource } from '#app/head-reader.ts';
import type { QuantityId } from '#core/quantities.ts';
import type { SerialHandlers } from '#ports';
import type { HeadProfile } from '#profiles/profile.ts';
import { smlMeter } from '#profiles/sml-meter.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import {
  absent,
  frame,
  list,
  message,
  octets,
  type SmlBytes,
  signed,
  unsigned,
} from '../../../simulator/meters/sml-encode.ts';
import { noSmlFaults, SmlSpoiler } from '../../../simulator/meters/sml-faults.ts';
import { SmlHead } from '../../../simulator/meters/sml-head.ts';
import synthetic from '../../vectors/sml/synthetic.json' with { type: 'json' };
import { meterSettings, recordingSink } from './line-rig.ts';

const shown: Partial<Record<QuantityId, number>> = {
  energyImportWh: 12_345_678.9,
  energyExportWh: 987_654.3,
  powerW: -250.4,
  powerL1W: 100.1,
  voltageL1V: 230.1,
  currentL1A: 0.43,
  frequencyHz: 50,
};

/** A reader on a line that the test speaks on, in virtual time. */
function readerRig({
  profile = smlMeter,
  sampleMs = 1000,
  failsToOpen = 0,
}: {
  profile?: HeadProfile;
  sampleMs?: number;
  failsToOpen?: number;
} = {}) {
  const time = new VirtualTime();
  const record = recordingSink();
  const logs: string[] = [];
  const opened: number[] = [];
  let handlers: SerialHandlers | undefined;
  const source = createHeadSource({
    time,
    line: { id: 'ir', kind: 'ir', port: 'simulated' },
    openSerial: (_, given) => {
      opened.push(time.ticksMs());
      if (opened.length <= failsToOpen) throw new Error('no such port');
      handlers = given;
      return { write: () => {}, close: () => {} };
    },
    meter: { settings: meterSettings('grid', 1, { sampleMs }), profile, sink: record.sink },
    log: (_, text) => logs.push(text),
  });
  return {
    ...record,
    time,
    source,
    logs,
    opened,
    send: (bytes: Uint8Array) => handlers?.onBytes(bytes),
    breakLine: () => handlers?.onClosed('unplugged'),
  };
}

const head = new SmlHead({ read: quantity => shown[quantity] });

const entry = (obis: number[], unit: number, scaler: number, value: SmlBytes, status: SmlBytes = absent) =>
  list(octets(obis), status, absent, unsigned(unit, 1), signed(scaler, 1), value, absent);

const telegramOf = (...entries: SmlBytes[]): Uint8Array =>
  frame(message(1, 0x0701, list(absent, octets([1]), absent, absent, list(...entries), absent, absent)));

const energyImport = [1, 0, 1, 8, 0, 255];
const power = [1, 0, 16, 7, 0, 255];

describe('a reader of a smart meter', () => {
  it('gives each telegram as one sample, exact to its last digit, at the tick of its last byte', () => {
    const rig = readerRig();
    rig.source.start();
    rig.time.advance(1234);
    const telegram = head.telegram(1);
    rig.send(telegram.subarray(0, 100));
    rig.time.advance(104);
    rig.send(telegram.subarray(100));
    expect(rig.samples).toEqual([{ ticksMs: 1338, values: shown }]);
    expect(rig.failures).toEqual([]);
    expect(rig.source.counters()).toMatchObject({
      telegrams: 1,
      valid: 1,
      crcErrors: 0,
      junkBytes: 0,
      opens: 1,
    });
  });

  it('is patient for 5 s of silence, then says timeout for each sample due, until a telegram comes', () => {
    const rig = readerRig();
    rig.source.start();
    rig.time.advance(1000);
    rig.send(head.telegram(1));
    rig.time.advance(4999);
    expect(rig.failures).toEqual([]);
    rig.time.advance(3001);
    expect(rig.failures).toEqual([6000, 7000, 8000, 9000].map(ticksMs => ({ ticksMs, reason: 'timeout' })));
    rig.send(head.telegram(2));
    rig.time.advance(4999);
    expect(rig.failures.length).toBe(4);
    expect(rig.samples.length).toBe(2);
  });

  it('waits three samples where samples are seldom', () => {
    const rig = readerRig({ sampleMs: 10_000 });
    rig.source.start();
    rig.time.advance(29_999);
    expect(rig.failures).toEqual([]);
    rig.time.advance(10_001);
    expect(rig.failures.map(({ ticksMs }) => ticksMs)).toEqual([30_000, 40_000]);
  });

  it('takes nothing of a damaged telegram and says crc; the next one is whole again', () => {
    const rig = readerRig();
    rig.source.start();
    const telegram = head.telegram(1);
    rig.send(telegram.map((byte, index) => (index === 60 ? byte ^ 4 : byte)));
    rig.send(telegram);
    expect(rig.failures).toEqual([{ ticksMs: 0, reason: 'crc' }]);
    expect(rig.samples.length).toBe(1);
    expect(rig.source.counters()).toMatchObject({ telegrams: 2, valid: 1, crcErrors: 1 });
  });

  it('does not take a telegram whose CRC is good and whose structure is not', () => {
    const rig = readerRig();
    rig.source.start();
    rig.send(frame([0x76, 0x01, 0x02]));
    expect(rig.failures).toEqual([{ ticksMs: 0, reason: 'malformed' }]);
    expect(rig.samples).toEqual([]);
    expect(rig.source.counters()).toMatchObject({ malformed: 1, valid: 0 });
  });

  it('leaves out an implausible value with its reason and keeps the others', () => {
    const rig = readerRig();
    rig.source.start();
    rig.send(
      telegramOf(entry([1, 0, 32, 7, 0, 255], 35, 3, unsigned(60, 1)), entry(power, 27, 0, signed(7, 1))),
    );
    expect(rig.samples).toEqual([{ ticksMs: 0, values: { powerW: 7 } }]);
    expect(rig.failures).toEqual([{ ticksMs: 0, reason: 'implausible' }]);
    expect(rig.source.counters()).toMatchObject({ implausible: 1 });
  });

  it('does not take a value in another unit for its quantity', () => {
    const rig = readerRig();
    rig.source.start();
    rig.send(telegramOf(entry(power, 28, 0, signed(7, 1)), entry(energyImport, 30, 0, unsigned(5, 1))));
    expect(rig.samples).toEqual([{ ticksMs: 0, values: { energyImportWh: 5 } }]);
    expect(rig.failures).toEqual([{ ticksMs: 0, reason: 'malformed' }]);
    expect(rig.source.counters()).toMatchObject({ unfit: 1 });
  });

  it("takes a counter's current reading, never yesterday's beside it", () => {
    const rig = readerRig();
    rig.source.start();
    rig.send(
      telegramOf(
        entry([1, 0, 1, 8, 0, 96], 30, 0, unsigned(1, 1)),
        entry(energyImport, 30, -1, unsigned(123_456_789_012_345n, 8)),
      ),
    );
    expect(rig.samples).toEqual([]);
    rig.send(
      telegramOf(
        entry([1, 0, 1, 8, 0, 96], 30, 0, unsigned(1, 1)),
        entry(energyImport, 30, -1, unsigned(99, 8)),
      ),
    );
    expect(rig.samples).toEqual([{ ticksMs: 0, values: { energyImportWh: 9.9 } }]);
  });

  it('signs a power without sign by the status word, where the profile says so', () => {
    const vector = synthetic.find(({ name }) => name === 'emh-sign-in-status');
    const telegram = Uint8Array.from(Buffer.from(vector?.hex ?? '', 'hex'));
    const absolute = Number(vector?.frames[0]?.values.find(({ obis }) => obis === '1-0:15.7.0*255')?.text);
    expect(absolute).toBeGreaterThan(0);
    const signing = readerRig({ profile: { ...smlMeter, signFromStatus: true } });
    signing.source.start();
    signing.send(telegram);
    expect(signing.samples[0]?.values.powerW).toBe(-absolute);
  });

  it('gives no power at all where its direction is not known and both directions are counted', () => {
    const rig = readerRig();
    rig.source.start();
    const absolutePower = entry([1, 0, 15, 7, 0, 255], 27, 0, signed(500, 2));
    const energyExport = entry([1, 0, 2, 8, 0, 255], 30, 0, unsigned(8, 1));
    rig.send(telegramOf(entry(energyImport, 30, 0, unsigned(7, 1)), absolutePower));
    rig.send(telegramOf(entry(energyImport, 30, 0, unsigned(7, 1)), energyExport, absolutePower));
    expect(rig.samples.map(({ values }) => values)).toEqual([
      { energyImportWh: 7, powerW: 500 },
      { energyImportWh: 7, energyExportWh: 8 },
    ]);
  });

  it('tells once that the PIN is missing and what to do', () => {
    const rig = readerRig();
    rig.source.start();
    for (let count = 0; count < 3; count++)
      rig.send(telegramOf(entry(energyImport, 30, 3, unsigned(2043, 4))));
    expect(rig.samples.map(({ values }) => values)).toEqual(Array(3).fill({ energyImportWh: 2_043_000 }));
    expect(rig.logs.filter(text => text.includes('PIN'))).toHaveLength(1);
  });

  it('opens a port that is not there again and again, later each time, and says notConfigured meanwhile', () => {
    const rig = readerRig({ failsToOpen: 4 });
    rig.source.start();
    rig.time.advance(14_999);
    expect(rig.opened).toEqual([0, 1000, 3000, 7000]);
    expect(new Set(rig.failures.map(({ reason }) => reason))).toEqual(new Set(['notConfigured']));
    rig.time.advance(1);
    rig.send(head.telegram(1));
    expect(rig.samples.length).toBe(1);
  });

  it('goes on after its line broke in the middle of a telegram', () => {
    const rig = readerRig();
    rig.source.start();
    rig.send(head.telegram(1).subarray(0, 50));
    rig.breakLine();
    rig.time.advance(1000);
    expect(rig.opened.length).toBe(2);
    rig.send(head.telegram(2));
    expect(rig.samples.length).toBe(1);
    expect(rig.source.counters()).toMatchObject({ broken: 1, opens: 2, closes: 1 });
  });

  it('says nothing more once it is stopped', () => {
    const rig = readerRig();
    rig.source.start();
    rig.send(head.telegram(1).subarray(0, 50));
    rig.source.stop();
    rig.time.advance(60_000);
    expect(rig.failures).toEqual([]);
    expect(rig.samples).toEqual([]);
    expect(rig.time.untilNextMs()).toBeUndefined();
  });

  describe('whose telegram proves broken at its end', () => {
    const serialEntry = (code: number[], serial: number) =>
      list(
        octets(code),
        absent,
        absent,
        absent,
        absent,
        octets([0x0a, 1, 0x49, 0x53, 0x4b, 0, 0, 0, 0, serial]),
        absent,
      );
    const getList = (watts: number, ...entries: SmlBytes[]) =>
      message(
        1,
        0x0701,
        list(
          absent,
          octets([1]),
          absent,
          absent,
          list(
            entry(power, 27, 0, signed(watts, 2)),
            ...entries,
            entry(energyImport, 30, -1, unsigned(777, 4)),
          ),
          absent,
          absent,
        ),
      );
    const good = getList(-321, serialEntry([1, 0, 96, 1, 0, 255], 7));
    const close = message(2, 0x0201, list(absent));
    const payload = [
      ...message(0, 0x0101, list(absent, absent, octets([1]), octets([1]), absent, absent)),
      ...good,
      ...close,
    ];

    /** A reader with all that its meter is told. */
    const rigWithSerials = () => {
      const rig = readerRig();
      const serials: (string | undefined)[] = [];
      rig.sink.identified = (_, { serial }) => serials.push(serial);
      rig.source.start();
      return { ...rig, serials };
    };

    it('gives no value and no serial number, whichever bits of its messages were flipped', () => {
      const flips = fc.uniqueArray(fc.nat(payload.length * 8 - 1), { minLength: 1, maxLength: 4 });
      fc.assert(
        fc.property(flips, bits => {
          const rig = rigWithSerials();
          const spoilt = [...payload];
          for (const bit of bits) spoilt[bit >> 3] = (spoilt[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          // The frame's own CRC is right: the messages alone tell.
          rig.send(frame(spoilt));
          expect({ samples: rig.samples, serials: rig.serials }).toEqual({ samples: [], serials: [] });
          expect(rig.failures.length).toBe(1);
          rig.send(frame(payload));
          expect(rig.samples.map(({ values }) => values)).toEqual([{ powerW: -321, energyImportWh: 77.7 }]);
          expect(rig.serials).toEqual(['1ISK0000000007']);
        }),
        { seed: 20_261_121, numRuns: 400 },
      );
    });

    it('leaves nothing behind: not the code either under which its serial number stood', () => {
      const rig = rigWithSerials();
      const other = getList(5, serialEntry([1, 0, 0, 0, 9, 255], 9));
      const broken = [...other, ...close];
      broken[broken.length - 2] = (broken[broken.length - 2] ?? 0) ^ 1;
      rig.send(frame(broken));
      rig.send(frame(payload));
      expect(rig.serials).toEqual(['1ISK0000000007']);
    });
  });

  it('accounts for every telegram of a spoilt head: a sample of what is whole, a failure of what is not, nothing false', () => {
    const share = fc.double({ min: 0, max: 0.4, noNaN: true });
    fc.assert(
      fc.property(fc.nat(), share, share, share, (seed, corruptShare, cutShare, lostShare) => {
        const rig = readerRig();
        const spoiler = new SmlSpoiler(seed);
        spoiler.faults = { ...noSmlFaults, corruptShare, cutShare, lostShare };
        rig.source.start();
        let whole = 0;
        for (let second = 1; second <= 40; second++) {
          rig.time.advance(1000);
          const telegram = head.telegram(second);
          const sent = spoiler.spoil(telegram);
          if (sent === telegram) whole++;
          rig.send(sent);
        }
        expect(rig.samples.length).toBe(whole);
        for (const { values } of rig.samples) expect(values).toEqual(shown);
        const { telegrams = 0, valid, crcErrors = 0, broken = 0, malformed } = rig.source.counters();
        expect({ valid, failures: rig.failures.length }).toEqual({
          valid: whole,
          failures: crcErrors + broken,
        });
        expect(malformed).toBe(0);
        expect(telegrams).toBe(whole + crcErrors + broken);
      }),
      { seed: 20_261_121, numRuns: 25 },
    );
  });
});
