import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '#core/wire/messages.ts';
import type { GatewaySettings } from '#core/wire/settings.ts';
import { TraceMeanings } from '../../../host/trace/trace-meanings.ts';
import { P1Head } from '../../../simulator/meters/p1-head.ts';
import { SmlHead } from '../../../simulator/meters/sml-head.ts';
import { busFrame } from '../decode/bus-frames.ts';

type Frame = Message<'trace'>['frames'][number];

const settings: GatewaySettings = {
  version: 1,
  lines: [
    { id: 'bus', kind: 'rs485', port: 'uart1' },
    { id: 'ir', kind: 'ir', port: 'uart2' },
  ],
  meters: [
    { id: 'house', name: 'House', profile: 'eastron-sdm630', line: 'bus', address: 1 },
    { id: 'kitchen', name: 'Kitchen', profile: 'peacefair-pzem-004t-v3', line: 'bus', address: 3 },
    { id: 'own', name: 'Own', profile: 'my-meter', line: 'bus', address: 4 },
    { id: 'sun', name: 'Sun', profile: 'sunspec-inverter', line: 'bus', address: 7 },
    { id: 'grid', name: 'Grid', profile: 'sml-meter', line: 'ir' },
  ],
  profiles: [
    {
      id: 'my-meter',
      kind: 'modbus',
      manufacturer: 'me',
      model: 'mine',
      defaults: {},
      limits: { maxRegistersPerRead: 10, maxHoleRegisters: 0 },
      registers: [
        {
          quantity: 'temperatureC',
          fc: 3,
          address: 0,
          type: 'int16',
          order: 'big',
          scale: 0.1,
          absentRaw: [-32768],
        },
      ],
    },
  ],
};

const frame = (is: Frame['is'], bytes: Uint8Array, ticksMs = 0): Frame => ({
  ticksMs,
  is,
  hex: Buffer.from(bytes).toString('hex'),
  bytes: bytes.length,
});

/** What is made of frames of the bus, in one message, or each in its own with the count that a gateway gives. */
function meant(frames: readonly Frame[], line = 'bus') {
  const meanings = new TraceMeanings(() => settings);
  return meanings
    .of('gw', { v: 1, line, dropped: 0, before: 0, frames: [...frames] })
    .frames.map(({ meaning }) => meaning);
}

const ask = busFrame(1, 4, 0, 0, 0, 4);
const data = Buffer.alloc(8);
data.writeFloatBE(231.68, 0);
data.writeFloatBE(229.5, 4);
const give = busFrame(1, 4, 8, ...data);
const askOther = busFrame(1, 4, 0, 6, 0, 4);
const askPzem = busFrame(3, 4, 0, 0, 0, 10);
const givePzem = busFrame(
  3,
  4,
  20,
  0x08,
  0xd1,
  0x00,
  0xc8,
  0,
  0,
  0x01,
  0xf4,
  0,
  0,
  0x10,
  0x00,
  0,
  1,
  0x01,
  0xf4,
  0,
  98,
  0,
  0,
);

describe('a trace of a bus', () => {
  it('tells the values of an answer, with units, by its question and the profile of its meter', () => {
    const [request, answer, , pzem] = meant([
      frame('request', ask),
      frame('answer', give),
      frame('request', askPzem),
      frame('answer', givePzem),
    ]);
    expect(request).toEqual({ kind: 'request', meters: ['house'], values: [], register: 0, count: 4 });
    expect(answer).toEqual({
      kind: 'answer',
      meters: ['house'],
      register: 0,
      count: 4,
      values: [
        { of: 'quantity', name: 'voltageL1V', value: '231.68', unit: 'V', register: 0 },
        { of: 'quantity', name: 'voltageL2V', value: '229.5', unit: 'V', register: 2 },
      ],
    });
    expect(pzem?.values.map(({ name, value, unit }) => `${name} ${value} ${unit}`.trim())).toEqual([
      'voltageV 225.7 V',
      'currentA 0.2 A',
      'powerW 50 W',
      'energyImportWh 69632 Wh',
      'frequencyHz 50 Hz',
      'powerFactor 0.98',
    ]);
  });

  it('reads meters of a profile that a user wrote, and says what a meter has no value of', () => {
    const answers = meant([
      frame('request', busFrame(4, 3, 0, 0, 0, 1)),
      frame('answer', busFrame(4, 3, 2, 0x80, 0x00)),
      frame('request', busFrame(4, 3, 0, 0, 0, 1)),
      frame('answer', busFrame(4, 3, 2, 0xff, 0x9c)),
    ]);
    expect(answers[1]?.values).toEqual([
      { of: 'quantity', name: 'temperatureC', value: null, unit: '°C', register: 0 },
    ]);
    expect(answers[3]?.values[0]?.value).toBe('-10');
  });

  it('names the command that a write carries out, and what was refused', () => {
    const write = busFrame(3, 6, 0, 2, 0, 9);
    const [request, done, , refused] = meant([
      frame('request', write),
      frame('answer', write),
      frame('request', askPzem),
      frame('exception', busFrame(3, 0x84, 2)),
    ]);
    const command = { id: 'address', name: 'Address on the line', value: '9', unit: '' };
    expect(request).toMatchObject({ kind: 'request', register: 2, command });
    expect(done).toMatchObject({ kind: 'answer', register: 2, command });
    expect(refused).toEqual({ kind: 'exception', meters: ['kitchen'], values: [], register: 0, count: 10 });
  });

  it('pairs what another master asks with what it is answered', () => {
    const [asked, answered, alone] = meant([
      frame('foreign', ask),
      frame('foreign', give),
      frame('foreign', give),
    ]);
    expect(asked).toMatchObject({ kind: 'request', isOtherMaster: true });
    expect(answered?.values.map(({ value }) => value)).toEqual(['231.68', '229.5']);
    // To what this is an answer was not heard.
    expect(alone).toEqual({ kind: 'answer', meters: ['house'], values: [], isOtherMaster: true });
  });

  it('gives a late answer its values only where one question alone can be meant', () => {
    const late = (...questions: Uint8Array[]) =>
      meant([
        frame('request', askPzem, 0),
        ...questions.map((question, index) => frame('request', question, 4000 + index)),
        frame('late', give, 4500),
      ]).at(-1)?.values.length;
    expect(late(ask)).toBe(2);
    expect(late(ask, ask)).toBe(2);
    expect(late(ask, askOther)).toBe(0);
    // What was asked before the trace began may be meant, too.
    expect(meant([frame('request', ask, 100), frame('late', give, 500)])[1]?.values).toEqual([]);
  });

  it('tells of SunSpec devices what their headers say for certain', () => {
    const header = [0, 103, 0, 50];
    const currents = [0, 100, 0, 40, 0, 30, 0, 30, 0xff, 0xff];
    const read = busFrame(7, 3, 0x9c, 0x86, 0, 7);
    const answer = busFrame(7, 3, 14, ...header, ...currents);
    const told = meant([
      frame('request', read),
      frame('answer', answer),
      frame('request', read),
      frame('answer', answer),
    ]);
    expect(told[1]?.values).toEqual([]);
    expect(told[3]?.values.map(({ name, value }) => [name, value])).toEqual([
      ['currentSumA', '10'],
      ['currentL1A', '4'],
      ['currentL2A', '3'],
      ['currentL3A', '3'],
    ]);
  });
});

describe('what is missing in a trace', () => {
  const messageOf = (frames: Frame[], before: number | undefined, dropped = 0) => ({
    v: 1 as const,
    line: 'bus',
    dropped,
    frames,
    ...(before !== undefined && { before }),
  });
  const afterwards = (second: { before: number | undefined; dropped?: number }) => {
    const meanings = new TraceMeanings(() => settings);
    meanings.of(
      'gw',
      messageOf([frame('request', ask)], second.before === undefined ? undefined : 0, second.dropped),
    );
    return meanings.of('gw', messageOf([frame('answer', give)], second.before)).frames[0]?.meaning?.values
      .length;
  };

  it('leaves no answer to be taken for one to another question', () => {
    expect(afterwards({ before: 1 })).toBe(2);
    // A message was lost on the way; the gateway dropped frames; an older gateway does not count them.
    expect(afterwards({ before: 3 })).toBe(0);
    expect(afterwards({ before: 2, dropped: 1 })).toBe(0);
    expect(afterwards({ before: undefined })).toBe(0);
  });

  it('is never made up: whatever frames come, in whatever order, nothing throws and values fit their question', () => {
    const some = [
      ask,
      give,
      askOther,
      askPzem,
      givePzem,
      Buffer.alloc(0),
      Buffer.from([1]),
      busFrame(1, 0x84, 2),
    ];
    const kinds = [
      'request',
      'answer',
      'exception',
      'echo',
      'foreign',
      'late',
      'noise',
      'telegram',
      'damaged',
    ] as const;
    const anyFrame = fc
      .tuple(
        fc.constantFrom(...kinds),
        fc.oneof(fc.constantFrom(...some), fc.uint8Array({ maxLength: 20 })),
        fc.nat(9000),
      )
      .map(([is, bytes, ticksMs]) => frame(is, bytes, ticksMs));
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 30 }), frames => {
        for (const meaning of meant(frames)) {
          for (const { register = 0 } of meaning?.values ?? []) {
            expect(register).toBeGreaterThanOrEqual(meaning?.register ?? Number.POSITIVE_INFINITY);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a trace of an optical head', () => {
  const shown = (quantity: string) =>
    quantity === 'powerW' ? -250.4 : quantity === 'energyImportWh' ? 12_345.6 : undefined;

  it('tells the values of an SML telegram by OBIS code with their units', () => {
    const [meaning] = meant([frame('telegram', new SmlHead({ read: shown }).telegram(1))], 'ir');
    expect(meaning).toMatchObject({ kind: 'telegram', meters: ['grid'], format: 'sml' });
    const values = meaning?.values.map(({ name, value, unit }) => `${name} ${value} ${unit}`);
    expect(values).toContain('1-0:16.7.0*255 -250.4 W');
    expect(values).toContain('1-0:1.8.0*255 12345.6 Wh');
  });

  it('tells those of a P1 telegram, and none of one that is cut or damaged', () => {
    const telegram = new P1Head({ read: shown }).telegram(1_700_000_000_000);
    const whole = frame('telegram', telegram);
    const [meaning, cut, damaged] = meant(
      [whole, { ...whole, hex: whole.hex.slice(0, 400) }, frame('damaged', telegram)],
      'ir',
    );
    expect(meaning).toMatchObject({ format: 'p1' });
    expect(meaning?.values).toContainEqual({
      of: 'obis',
      name: '1-0:2.7.0*255',
      label: 'Power fed into the grid',
      value: '0.250',
      unit: 'kW',
    });
    expect([cut, damaged]).toEqual([undefined, undefined]);
  });
});
