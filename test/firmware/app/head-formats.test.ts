import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHeadSource } from '#app/head-reader.ts';
import type { QuantityId } from '#core/quantities.ts';
import type { LineSettings } from '#core/wire/settings.ts';
import type { SerialHandlers, SerialPort } from '#ports';
import { d0Meter, d0MeterAsked } from '#profiles/d0-meter.ts';
import { p1Meter } from '#profiles/p1-meter.ts';
import type { HeadProfile } from '#profiles/profile.ts';
import { smlMeter } from '#profiles/sml-meter.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { AnsweringD0 } from '../../../simulator/meters/d0-answering.ts';
import { D0Head, type D0Quirks } from '../../../simulator/meters/d0-head.ts';
import { P1Head, type P1Version } from '../../../simulator/meters/p1-head.ts';
import { noSmlFaults, SmlSpoiler } from '../../../simulator/meters/sml-faults.ts';
import { SmlHead } from '../../../simulator/meters/sml-head.ts';
import { asciiBytes } from '../../../simulator/meters/text-telegram.ts';
import { meterSettings, recordingSink } from './line-rig.ts';

type Shown = Partial<Record<QuantityId, number>>;

const shown: Shown = {
  energyImportWh: 12_345_678.9,
  energyExportWh: 987_654.3,
  powerW: -250.4,
  powerL1W: 100.1,
  voltageL1V: 230.1,
  currentL1A: 0.43,
  frequencyHz: 50,
};
const readOf = (values: Shown) => (quantity: QuantityId) => values[quantity];

type OpenSerial = (line: LineSettings, handlers: SerialHandlers) => SerialPort;

function rig(
  profile: HeadProfile,
  more: { openSerial?: (time: VirtualTime) => OpenSerial; sampleMs?: number } = {},
) {
  const time = new VirtualTime();
  const record = recordingSink();
  const logs: string[] = [];
  const lines: LineSettings[] = [];
  let handlers: SerialHandlers | undefined;
  const own = more.openSerial?.(time);
  const source = createHeadSource({
    time,
    line: { id: 'ir', kind: 'ir', port: 'simulated' },
    openSerial: (line, given) => {
      lines.push(line);
      handlers = given;
      return own?.(line, given) ?? { write: () => {}, close: () => {} };
    },
    meter: {
      settings: meterSettings('grid', 1, more.sampleMs === undefined ? {} : { sampleMs: more.sampleMs }),
      profile,
      sink: record.sink,
    },
    log: (_, text) => logs.push(text),
  });
  return { ...record, time, source, logs, lines, send: (bytes: Uint8Array) => handlers?.onBytes(bytes) };
}

/** What a profile makes of one telegram. */
function read(profile: HeadProfile, telegram: Uint8Array): Shown {
  const { source, samples, failures, send } = rig(profile);
  source.start();
  send(telegram);
  source.stop();
  expect(failures).toEqual([]);
  return samples[0]?.values ?? {};
}

describe('a heat meter with D0', () => {
  const telegram = (values: string) => asciiBytes(`/LUGCUH50\r\n\r\n${values}\r\n!\r\n`);

  it.each([
    ['6.8(0328.872*MWh)6.26(03329.68*m3)9.21(66153690)', 1_183_939_200_000],
    ['6.8(0123.000*GJ)6.26(03329.68*m3)9.21(66153690)', 123_000_000_000],
  ])('shows its energy: %s', (values, heatEnergyJ) => {
    expect(read(d0Meter, telegram(values))).toEqual({ heatEnergyJ });
  });

  it('is none where an electricity meter shows its reactive energy, or where nothing stands', () => {
    expect(read(d0Meter, telegram('1-0:6.8.0*255(0328.872*kvarh)'))).toEqual({});
    expect(read(d0Meter, telegram('6.8()6.26(03329.68*m3)'))).toEqual({});
  });
});

describe('a D0 meter', () => {
  const quirks: Partial<D0Quirks>[] = [
    {},
    { hasParityBits: true },
    { hasBlockCheck: true },
    { hasBlockCheck: true, hasParityBits: true },
    { hasShortCodes: true },
    { hasHistory: true },
    { hasShortCodes: true, hasHistory: true },
    { endsWithoutBreak: true, hasBlockCheck: true },
    { hasOpenTariff: true },
    { hasNoEnergyUnit: true },
    { hasOwnCodes: true },
    { hasShortCodes: true, hasHistory: true, hasBlockCheck: true, hasParityBits: true, hasOwnCodes: true },
  ];
  it.each(quirks.map(quirk => [Object.keys(quirk).join(', ') || 'plain', quirk] as const))(
    'is read with its quirks: %s',
    (_, quirk) => {
      expect(read(d0Meter, new D0Head({ read: readOf(shown), quirks: quirk }).telegram())).toEqual(shown);
    },
  );

  it('shows another channel or reset counter than the plain one: taken where there is no plain one', () => {
    const only = asciiBytes('/LGZ5\\2ZMD\r\n\r\n1-1:1.8.0*255(0001.500*kWh)\r\n2.8.0*00(0002.500)\r\n!\r\n');
    expect(read(d0Meter, only)).toEqual({ energyImportWh: 1500, energyExportWh: 2500 });
    const both = asciiBytes(
      '/LGZ5\\2ZMD\r\n\r\n1.8.0*00(9.9*kWh)\r\n1-1:1.8.0(8.8*kWh)\r\n1-0:1.8.0(1.5*kWh)\r\n!\r\n',
    );
    expect(read(d0Meter, both)).toEqual({ energyImportWh: 1500 });
  });

  it('keeps every digit of its counter', () => {
    const text = asciiBytes('/JGT5X\r\n\r\n1-0:1.8.0*255(00123456.7891234*kWh)\r\n!\r\n');
    expect(read(d0Meter, text)).toEqual({ energyImportWh: 123_456_789.1234 });
  });

  it('gives nothing of a wrong unit, a text or an empty value, and says so', () => {
    const { source, samples, failures, send } = rig(d0Meter);
    source.start();
    send(
      asciiBytes(
        '/JGT5X\r\n\r\n16.7.0(1*V)\r\n32.7.0(abc*V)\r\n52.7.0()\r\n72.7.0(231*V)\r\n1.8.0(5)\r\n!\r\n',
      ),
    );
    expect(samples.map(({ values }) => values)).toEqual([{ voltageL3V: 231 }]);
    expect(failures.map(({ reason }) => reason)).toEqual(['malformed']);
    expect(source.counters()).toMatchObject({ unfit: 3 });
  });
});

describe('a P1 meter', () => {
  const values: Shown = {
    energyImportT1Wh: 123_456_789,
    energyImportT2Wh: 1_000_001,
    energyExportT1Wh: 5000,
    energyExportT2Wh: 7000,
    powerW: -1193,
    powerL1W: 400,
    voltageL1V: 229.9,
    currentL1A: 3,
    gasVolumeM3: 12_785.123,
    waterVolumeM3: 872.234,
    heatEnergyJ: 12_345_000_000,
  };
  const sums = { energyImportWh: 124_456_790, energyExportWh: 12_000 };

  it.each<P1Version>(['2.2', '4.2', '5.0', 'belgium'])(
    'of version %s is read with its sub-meters, tariffs summed',
    version => {
      expect(read(p1Meter, new P1Head({ version, read: readOf(values) }).telegram())).toEqual({
        ...values,
        ...sums,
      });
    },
  );

  it('of Luxembourg shows totals', () => {
    const totals: Shown = { energyImportWh: 101, energyExportWh: 2, reactiveEnergyImportVarh: 5, powerW: 21 };
    expect(read(p1Meter, new P1Head({ version: 'luxembourg', read: readOf(totals) }).telegram())).toEqual(
      totals,
    );
  });

  it('of which the gas meter was exchanged shows the one that was read last', () => {
    const head = new P1Head({ read: readOf(values), oldGasM3: 99_999 });
    expect(read(p1Meter, head.telegram()).gasVolumeM3).toBe(12_785.123);
  });

  it('gives no reading of a sub-meter whose type, unit or value is missing or does not fit', () => {
    const telegram = (...lines: string[]) => asciiBytes(`/JGT5\\2X\r\n\r\n${lines.join('\r\n')}\r\n!\r\n`);
    const lines = [
      ['0-1:24.2.1(261121090000W)(1.5*m3)'],
      ['0-1:24.1.0(003)', '0-1:24.2.1(261121090000W)(1.5*GJ)'],
      ['0-1:24.1.0(003)', '0-1:24.2.1(632525252525S)(00000.000)'],
      ['0-1:24.1.0(003)', '0-2:24.2.1(261121090000W)(1.5*m3)'],
      ['0-1:24.1.0(009)', '0-1:24.2.1(261121090000W)(1.5*m3)'],
    ];
    for (const some of lines) expect([some, read(p1Meter, telegram(...some))]).toEqual([some, {}]);
    expect(read(p1Meter, telegram('0-4:24.2.1(261121090000W)(1.5*m3)', '0-4:24.1.0(7)'))).toEqual({
      waterVolumeM3: 1.5,
    });
  });

  it('has no sum of tariffs where one is missing', () => {
    const { energyImportT2Wh: _, ...less } = values;
    expect(read(p1Meter, new P1Head({ read: readOf(less) }).telegram()).energyImportWh).toBeUndefined();
  });
});

describe('a head', () => {
  const sml = new SmlHead({ read: readOf(shown) });
  const d0 = new D0Head({ read: readOf(shown) });
  const p1 = new P1Head({ read: readOf({ powerW: 7 }) });

  it('is read whatever it speaks, by any profile, and says what it is', () => {
    for (const [telegram, format] of [
      [sml.telegram(1), 'sml'],
      [d0.telegram(), 'd0'],
      [p1.telegram(), 'p1'],
    ] as const) {
      const { source, samples, send } = rig(smlMeter);
      source.start();
      expect(source.head?.().format).toBeNull();
      send(telegram);
      expect(samples.length).toBe(1);
      expect(source.head?.().format).toBe(format);
      expect(source.counters()).toMatchObject({ telegrams: 1, valid: 1, junkBytes: 0 });
    }
  });

  it('is read again when another meter stands in its place, and no failure is invented by the change', () => {
    const { source, samples, failures, send } = rig(smlMeter);
    source.start();
    for (const head of [sml, d0, p1, sml]) {
      const before = samples.length;
      for (let count = 0; count < 60; count++) send(head.telegram(count));
      expect(samples.length - before).toBeGreaterThan(15);
    }
    expect(failures).toEqual([]);
  });

  it('is aimed by what it heard in the last 10 s', () => {
    const { source, time, send } = rig(smlMeter);
    source.start();
    const telegram = sml.telegram(1);
    for (let second = 0; second < 20; second++) {
      send(second % 2 === 0 ? telegram : telegram.map((byte, at) => (at === 60 ? byte ^ 4 : byte)));
      time.advance(1000);
    }
    const head = source.head?.();
    // The second that began just now is one of the ten.
    expect(head).toMatchObject({ windowS: 10, format: 'sml', broken: 0, isReduced: false });
    expect([4, 5]).toContain(head?.telegrams);
    expect((head?.telegrams ?? 0) + (head?.crcErrors ?? 0)).toBe(9);
    expect(head?.bytesPerS).toBe((9 * telegram.length) / 10);
    expect(head?.lastError).toMatch(/CRC/);
    time.advance(10_000);
    expect(source.head?.()).toMatchObject({ bytesPerS: 0, telegrams: 0, crcErrors: 0, lastError: null });
  });

  it('of a meter without its PIN says that its telegrams are reduced', () => {
    const reduced = new SmlHead({ read: readOf({ energyImportWh: 2_043_000 }), isReduced: true });
    const { source, samples, logs, send } = rig(smlMeter);
    source.start();
    send(reduced.telegram(1));
    expect(samples[0]?.values).toEqual({ energyImportWh: 2_043_000 });
    expect(source.head?.().isReduced).toBe(true);
    expect(logs.join()).toMatch(/PIN/);
    send(sml.telegram(2));
    expect(source.head?.().isReduced).toBe(false);
  });

  it('signs the absolute power of EDL meters by their status word', () => {
    const power = (status: number) =>
      read(
        smlMeter,
        new SmlHead({
          read: readOf({ energyImportWh: 1, energyExportWh: 1, powerW: 500 }),
          hasAbsolutePower: true,
          status,
        }).telegram(1),
      ).powerW;
    expect([0x82, 0x182, 0x1a2, 0x1b0, 0x1c0104, 0x1c0904].map(power)).toEqual([
      500, 500, -500, -500, 500, -500,
    ]);
    // A word of a layout that nobody knows tells no direction.
    expect(power(0x01)).toBeUndefined();
  });

  it('opens its line at the speed of its profile, unless the settings have another', () => {
    for (const [profile, baud] of [
      [smlMeter, 9600],
      [p1Meter, 115_200],
      [d0Meter, 9600],
    ] as const) {
      const { source, lines } = rig(profile);
      source.start();
      expect(lines.map(line => line.baud)).toEqual([baud]);
    }
  });

  it('with a check gives no false value of any spoilt telegram, whatever it speaks', () => {
    const share = fc.double({ min: 0, max: 0.5, noNaN: true });
    const heads = [
      sml,
      new D0Head({ read: readOf(shown), quirks: { hasBlockCheck: true, hasParityBits: true } }),
      new P1Head({ read: readOf({ powerW: 7, energyImportT1Wh: 5000 }) }),
    ];
    fc.assert(
      fc.property(
        fc.nat(),
        share,
        share,
        share,
        fc.nat(2),
        (seed, corruptShare, cutShare, lostShare, which) => {
          const head = heads[which] as SmlHead | D0Head | P1Head;
          const { source, samples, send, time } = rig(p1Meter);
          const whole = read(p1Meter, head.telegram(1));
          const spoiler = new SmlSpoiler(seed);
          spoiler.faults = { ...noSmlFaults, corruptShare, cutShare, lostShare };
          source.start();
          for (let second = 1; second <= 30; second++) {
            time.advance(1000);
            send(spoiler.spoil(head.telegram(second)));
          }
          for (const { values } of samples) expect(values).toEqual(whole);
        },
      ),
      { seed: 20_261_121, numRuns: 30 },
    );
  });
});

describe('who a meter is', () => {
  const told = (telegrams: readonly Uint8Array[]): string[] => {
    const serials: string[] = [];
    const { source, sink, send } = rig(smlMeter);
    sink.identified = (_, { serial }) => serials.push(serial ?? '');
    source.start();
    for (const telegram of telegrams) send(telegram);
    return serials;
  };

  it('is told by any format; of a telegram without a check once two in a row say the same', () => {
    const sml = (serial: number) => new SmlHead({ maker: 'DZG', serial, read: readOf(shown) }).telegram(1);
    expect(told([sml(42_082_910)])).toEqual(['1DZG0042082910']);
    const d0 = (serial: string, hasBlockCheck = false) =>
      new D0Head({ serial, read: readOf(shown), quirks: { hasBlockCheck } }).telegram();
    expect(told([d0('51200345', true)])).toEqual(['51200345']);
    const lost = d0('5120035');
    expect(told([d0('51200345'), d0('51200345'), lost, d0('51200345')])).toEqual(['51200345']);
  });

  it('is told by a heat meter under 9.21, which with a unit is a measured value', () => {
    const heat = (value: string) => asciiBytes(`/LUGCUH50\r\n\r\n6.8(0328.872*MWh)9.21(${value})\r\n!\r\n`);
    expect(told([heat('66153690'), heat('66153690')])).toEqual(['66153690']);
    expect(told([heat('66153690*VA'), heat('66153690*VA')])).toEqual([]);
  });
});

describe('a meter that answers', () => {
  const asked = (
    options: { baud?: number; hasEcho?: boolean; deafFor?: number; identification?: string } = {},
  ) => {
    const { identification, ...more } = options;
    const head = new D0Head({
      read: readOf(shown),
      ...(identification === undefined ? {} : { identification }),
      quirks: { hasBlockCheck: true, hasParityBits: true, hasShortCodes: true },
    });
    let meter: AnsweringD0 | undefined;
    const made = rig(d0MeterAsked, {
      openSerial: time => {
        meter = new AnsweringD0({ time, head, ...more });
        return meter.openSerial;
      },
    });
    return { ...made, counts: () => meter?.counts };
  };

  it('is asked every 10 s, acknowledged, and read at the speed it names', () => {
    const { source, time, samples, failures, lines, counts } = asked();
    source.start();
    time.advance(35_000);
    expect(samples.map(({ values }) => values)).toEqual(Array(4).fill(shown));
    expect(failures).toEqual([]);
    expect(counts()).toEqual({ signOns: 4, acknowledgements: 4, readouts: 4 });
    expect(lines.slice(0, 3).map(({ baud }) => baud)).toEqual([300, 9600, 300]);
    expect(source.counters()).toMatchObject({ opens: 1, closes: 0 });
    expect(source.head?.().format).toBe('d0');
    source.stop();
    time.advance(60_000);
    expect(counts()?.signOns).toBe(4);
  });

  it('is read through the echo of the head, at other speeds, and after it did not answer', () => {
    for (const options of [
      { hasEcho: true },
      { baud: 2400, identification: 'JGT3MODEC' },
      { baud: 300, identification: 'JGT0MODEC' },
      { deafFor: 1 },
    ]) {
      const { source, time, samples, failures } = asked(options);
      source.start();
      time.advance(60_000);
      expect(samples.length).toBeGreaterThanOrEqual(2);
      for (const { values } of samples) expect(values).toEqual(shown);
      expect(failures.filter(({ reason }) => reason !== 'timeout')).toEqual([]);
      source.stop();
    }
  });
});
