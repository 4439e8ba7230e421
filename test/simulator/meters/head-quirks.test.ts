import { describe, expect, it } from 'vitest';
import { createHeadSource } from '#app/head-reader.ts';
import type { QuantityId } from '#core/quantities.ts';
import type { SerialHandlers } from '#ports';
import { findProfile } from '#profiles/registry.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { d0QuirkNames } from '../../../simulator/meters/d0-head.ts';
import { plainSml } from '../../../simulator/meters/sml-form.ts';
import { smlMistakes } from '../../../simulator/meters/sml-mistakes.ts';
import { smlQuirks } from '../../../simulator/meters/sml-quirks.ts';
import { streamQuirks } from '../../../simulator/meters/stream-quirks.ts';
import { headFor, headKinds, quirksOf } from '../../../simulator/meters/telegram-head.ts';
import { meterSettings, recordingSink } from '../../firmware/app/line-rig.ts';
import { decodeStream } from '../../firmware/core/sml/stream.ts';

type Shown = Partial<Record<QuantityId, number>>;

const base: Shown = {
  energyImportWh: 20_431_047.3,
  energyExportWh: 1234.5,
  voltageL1V: 230.4,
  voltageL2V: 229.9,
  currentL1A: 1.55,
  phaseAngleL1Degrees: -12,
  frequencyHz: 49.9,
};

/** Of one to four bytes, and with each sign: 356.24 W and 129.6 W are what DZG sends wrongly. */
const powers = [356.24, 129.6, 0, 12.5, 2561.07, 83_000.11, -0.5, -299.12, -4321.1];

/** What the gateway's reader makes of so many telegrams, a second apart. */
function heard(name: string, shown: Shown, profileId = 'sml-meter', telegrams = 4) {
  const time = new VirtualTime();
  const profile = findProfile(profileId);
  if (profile?.kind !== 'head') throw new Error(`there is no ${profileId}`);
  const head = headFor(name)(id => shown[id]);
  let handlers: SerialHandlers | undefined;
  const { sink, samples, failures } = recordingSink();
  const said: string[] = [];
  const source = createHeadSource({
    time,
    line: { id: 'ir', kind: 'ir', port: 'ir' },
    openSerial: (_, given) => {
      handlers = given;
      return { write: () => {}, close: () => {} };
    },
    meter: { settings: meterSettings('m', 1), profile, sink },
    log: (_, text) => said.push(text),
  });
  source.start();
  const stream: number[] = [];
  for (let sent = 0; sent < telegrams; sent++) {
    time.advance(1000);
    const bytes = head.telegram(sent);
    stream.push(...bytes);
    // In pieces, as they come from a UART.
    for (let at = 0; at < bytes.length; at += 16) handlers?.onBytes(bytes.subarray(at, at + 16));
  }
  const state = source.head?.();
  source.stop();
  return { samples, failures, said, state, bytes: Uint8Array.from(stream) };
}

/** All that was shown came, each to half a step of what the head sends. */
function expectShown(values: Shown | undefined, shown: Shown, steps: Shown, name: string): void {
  for (const [id, value] of Object.entries(shown)) {
    const step = steps[id as QuantityId] ?? (id.startsWith('current') ? 0.01 : 0.1);
    const off = Math.abs((values?.[id as QuantityId] ?? Number.NaN) - value);
    expect(off, `${name}: ${id} ${values?.[id as QuantityId]}, not ${value}`).toBeLessThanOrEqual(
      step / 2 + 1e-6,
    );
  }
}

describe('an SML head with a quirk', () => {
  it.each(Object.entries(smlQuirks))('%s gives what it shows', (name, { gives, form = {} }) => {
    // Without a status word only positive powers can be told from those that DZG sends wrongly.
    const some = Object.keys(form).some(key => /^(power|isMis|isNarrow|status)/.test(key))
      ? powers
      : [12.5, -4321.1];
    const told = name === 'dzg-power-unsigned-old' ? powers.filter(power => power >= 0) : some;
    const { powerScaler, energyScaler } = { ...plainSml, ...form };
    const steps: Shown = {
      powerW: 10 ** powerScaler,
      energyImportWh: gives === 'whole kWh' ? 1000 : 10 ** energyScaler,
      energyExportWh: gives === 'whole kWh' ? 1000 : 10 ** energyScaler,
    };
    for (const powerW of told) {
      const shown: Shown = { ...base, powerW };
      const profile = gives === 'values, sign from status' ? 'sml-meter-unsigned' : 'sml-meter';
      const { samples, failures, said } = heard(`sml+${name}`, shown, profile, 2);
      expect(failures, `${powerW}`).toEqual([]);
      expect(samples.length).toBe(2);
      const { energyImportWh, energyExportWh } = base;
      const expected = gives === 'whole kWh' ? { energyImportWh, energyExportWh } : shown;
      for (const { values } of samples) expectShown(values as Shown, expected as Shown, steps, name);
      if (gives === 'whole kWh') {
        expect(Object.keys(samples[0]?.values ?? {}).sort()).toEqual(['energyExportWh', 'energyImportWh']);
        expect(said).toEqual([expect.stringContaining('Ask its operator for the PIN')]);
      }
    }
  });

  it('is another telegram than without it', () => {
    const plain = (powerW: number) => headFor('sml')(id => ({ ...base, powerW })[id as 'powerW']).telegram(1);
    for (const name of [...Object.keys(smlQuirks), ...Object.keys(smlMistakes)]) {
      const differs = powers.some(powerW => {
        const head = headFor(`sml+${name}`)(id => ({ ...base, powerW })[id as 'powerW']);
        return Buffer.compare(head.telegram(1), plain(powerW)) !== 0;
      });
      // Four zeros more are there only where none are needed.
      if (name !== 'padding-4') expect(differs, name).toBe(true);
    }
  });

  it('padding-4 comes with every length of a telegram', () => {
    const paddings = new Set<number>();
    const ids = Object.keys(base);
    for (let shown = 1; shown < 2 ** ids.length; shown += 5) {
      const head = headFor('sml+padding-4+narrow-numbers')(id =>
        (shown >> ids.indexOf(id)) & 1 ? base[id] : undefined,
      );
      const { frames } = decodeStream(head.telegram(1));
      expect(frames.map(({ valid }) => valid)).toEqual([true]);
      paddings.add(frames[0]?.padding ?? -1);
    }
    expect([...paddings].sort()).toEqual([1, 2, 3, 4]);
  });

  it('of several at once gives what it shows', () => {
    const all = [
      'kermit-crc',
      'tag-32',
      'bare-time',
      'type-bits-in-length',
      'list-of-many',
      'escaped-values',
      'short-crc',
    ];
    const { samples, failures } = heard(`sml+${all.join('+')}`, { ...base, powerW: -77.7 });
    expect(failures).toEqual([]);
    expect(samples.at(-1)?.values).toMatchObject({ ...base, powerW: -77.7 });
  });

  it('two directions that a DZG meter cannot tell apart stay as its status word says', () => {
    const wrong = heard('sml+dzg-power-unsigned', { ...base, powerW: 356.24 }).samples[0]?.values.powerW;
    const right = heard('sml+dzg-power-right', { ...base, powerW: -299.12 }).samples[0]?.values.powerW;
    expect([wrong, right]).toEqual([356.2, -299.1].map(value => expect.closeTo(value, 0)));
  });
});

describe('a telegram with a mistake', () => {
  it.each(Object.entries(smlMistakes))('%s is named, and no value comes of it', (name, { gives }) => {
    const { samples, failures, bytes } = heard(`sml+${name}`, { ...base, powerW: 5 }, 'sml-meter', 5);
    const { frames, faults } = decodeStream(bytes);
    if (gives === 'values') {
      expect(samples).toHaveLength(5);
      expect(failures).toEqual([]);
      return;
    }
    const named = gives.startsWith('sml.')
      ? frames.filter(({ error }) => error === gives).length
      : (faults[gives as 'crc'] ?? 0);
    expect(named, JSON.stringify({ faults, errors: frames.map(({ error }) => error) })).toBeGreaterThan(0);
    expect(samples).toEqual([]);
    const isForm =
      gives === 'padding' || gives === 'version2' || (gives.startsWith('sml.') && gives !== 'sml.messageCrc');
    expect(failures.map(({ reason }) => reason)).toContain(isForm ? 'malformed' : 'crc');
  });
});

const d0Shown: Shown = { energyImportWh: 20_431_047, energyExportWh: 1234, powerW: 356.2, voltageL1V: 230.4 };

describe('a head of text telegrams with a quirk', () => {
  it.each(Object.keys(d0QuirkNames))('d0 with %s gives what it shows', name => {
    const { samples, failures } = heard(`d0+${name}`, d0Shown, 'd0-meter');
    expect(failures).toEqual([]);
    expect(samples.length).toBeGreaterThanOrEqual(3);
    expectShown(samples.at(-1)?.values as Shown, d0Shown, { energyImportWh: 1, energyExportWh: 1 }, name);
  });

  it.each(Object.keys(headKinds).filter(kind => kind.startsWith('p1')))('%s gives what it shows', kind => {
    const { samples, failures } = heard(kind, d0Shown, 'p1-meter');
    expect(failures).toEqual([]);
    expectShown(
      samples.at(-1)?.values as Shown,
      d0Shown,
      { powerW: 1, energyImportWh: 1, energyExportWh: 1 },
      kind,
    );
  });
});

describe('a stream with a quirk', () => {
  const streams = Object.entries(streamQuirks).flatMap(([name, quirk]) =>
    (['sml', 'd0+block-check', 'p1'] as const).map(kind => [kind, name, quirk] as const),
  );

  it.each(streams)('%s with %s gives right values or none', (kind, name, { gives }) => {
    const profile = { sml: 'sml-meter', p1: 'p1-meter' }[kind as 'sml'] ?? 'd0-meter';
    const { samples, failures, state } = heard(`${kind}+${name}`, d0Shown, profile, 12);
    for (const { values } of samples) {
      expectShown(values as Shown, d0Shown, { powerW: 1, energyImportWh: 1, energyExportWh: 1 }, name);
    }
    // Of text with seven bits and parity the reader knows what to do.
    const wanted = name === 'parity-bit' && kind !== 'sml' ? 'all' : gives;
    if (wanted === 'all') expect(failures.length).toBeLessThanOrEqual(1);
    if (wanted === 'all' || wanted === 'some') expect(samples.length).toBeGreaterThanOrEqual(9);
    else expect(samples).toEqual([]);
    if (wanted === 'none' && name !== 'parity-bit' && name !== 'beheaded')
      expect(failures.length, JSON.stringify(state)).toBeGreaterThanOrEqual(9);
  });
});

describe('a head by its name', () => {
  it('is refused with what is nearest where there is none', () => {
    expect(() => headFor('smell')).toThrow('--head smell: one of sml, sml-reduced,');
    expect(() => headFor('sml+kermit')).toThrow('the nearest are kermit-crc');
    expect(() => headFor('p1+kermit-crc')).toThrow('p1 has no quirk "kermit-crc"');
    expect(() => headFor('sml+wrong-crc+too-long')).toThrow('wrong-crc and too-long cannot be together');
    expect(quirksOf('d0')).toContain('history');
    expect(quirksOf('p1')).toEqual(Object.keys(streamQuirks));
  });
});
