import { d0QuirkNames } from '../meters/d0-head.ts';
import { smlMistakes } from '../meters/sml-mistakes.ts';
import { smlQuirks } from '../meters/sml-quirks.ts';
import { streamQuirks } from '../meters/stream-quirks.ts';
import type { HappeningKind } from './happening.ts';

type Kinds = Readonly<Record<string, Omit<HappeningKind, 'id'>>>;

const share = (help: string) =>
  ({ takes: 'number', min: 0, max: 1, unless: 0.3, help: `${help}, 0 to 1 (default 0.3)` }) as const;

const only = {
  takes: 'integers',
  min: 1,
  max: 247,
  help: 'only of the meters at these addresses (default: all)',
} as const;

const quirk = <const U extends string>(names: readonly string[], unless: U) =>
  ({
    takes: 'text',
    called: 'the name of a quirk',
    oneOf: names,
    unless,
    help: `which one, such as ${names.slice(0, 3).join(', ')} (default ${unless}); docs/hardware.md has all`,
  }) as const;

/** Of a bus with its meters. */
export const lineHappenings = {
  'line.noise': {
    what: 'bits arrive wrong',
    lasts: true,
    amounts: ['bit-errors'],
    options: {
      'bit-errors': {
        takes: 'number',
        min: 0,
        max: 0.5,
        unless: 0.001,
        help: 'share of bits that arrive wrong, 0 to 0.5 (default 0.001)',
      },
    },
  },
  'line.cut-cable': { what: 'the cable is cut: nobody hears anybody', lasts: true, options: {} },
  'line.dead': {
    what: 'meters do not answer',
    lasts: true,
    options: {
      addresses: { takes: 'integers', min: 1, max: 247, help: 'of these meters (default: all on the line)' },
    },
  },
  'line.silent': {
    what: 'meters pass over some requests',
    lasts: true,
    amounts: ['share'],
    options: { share: share('share of the requests') },
  },
  'line.late': {
    what: 'meters answer late',
    lasts: true,
    amounts: ['delay-ms', 'jitter-ms'],
    options: {
      'delay-ms': {
        takes: 'integer',
        min: 0,
        max: 10_000,
        unless: 400,
        help: 'how much later than they would (default 400)',
      },
      'jitter-ms': {
        takes: 'integer',
        min: 0,
        max: 10_000,
        unless: 0,
        help: 'up to this much more, each time another (default 0)',
      },
      addresses: only,
    },
  },
  'line.doubled': {
    what: 'answers come twice',
    lasts: true,
    amounts: ['share'],
    options: { share: share('share of the answers') },
  },
  'line.cut-frames': {
    what: 'answers end too soon',
    lasts: true,
    amounts: ['share'],
    options: { share: share('share of the answers') },
  },
  'line.joined-frames': {
    what: 'answers come twice without a silence between',
    lasts: true,
    amounts: ['share'],
    options: { share: share('share of the answers') },
  },
  'line.echo': { what: 'the gateway hears its own bytes', lasts: true, options: {} },
  'line.wrong-baud': {
    what: 'meters are set to another speed',
    lasts: true,
    options: {
      baud: {
        takes: 'integer',
        min: 300,
        max: 115_200,
        unless: 19_200,
        help: 'the speed they are set to (default 19200)',
      },
      addresses: only,
    },
  },
  'line.wrong-parity': {
    what: 'meters are set to another parity',
    lasts: true,
    options: {
      parity: {
        takes: 'text',
        called: 'none, even or odd',
        oneOf: ['none', 'even', 'odd'],
        unless: 'even',
        help: 'the parity they are set to: none, even, odd (default even)',
      },
      addresses: only,
    },
  },
  'line.swapped-wires': { what: 'A and B are swapped at the gateway', lasts: true, options: {} },
  'line.address-clash': {
    what: 'two meters have the same address',
    lasts: true,
    options: {
      addresses: {
        takes: 'integers',
        min: 1,
        max: 247,
        help: 'the addresses (default: that of the first meter)',
      },
    },
  },
  'line.slow-converter': {
    what: 'the converter between network and bus is slow',
    lasts: true,
    amounts: ['delay-ms', 'jitter-ms'],
    options: {
      'delay-ms': {
        takes: 'integer',
        min: 0,
        max: 10_000,
        unless: 60,
        help: 'how much later it passes bytes on (default 60)',
      },
      'jitter-ms': {
        takes: 'integer',
        min: 0,
        max: 10_000,
        unless: 120,
        help: 'up to this much more, each time another (default 120)',
      },
    },
  },
} as const satisfies Kinds;

/** Of a smart meter's infrared head. */
export const headHappenings = {
  'head.silent': { what: 'the head hangs beside the meter: nothing comes', lasts: true, options: {} },
  'head.noise': {
    what: 'telegrams come with a wrong byte',
    lasts: true,
    amounts: ['share'],
    options: { share: share('share of the telegrams') },
  },
  'head.cut': {
    what: 'telegrams stop in their middle',
    lasts: true,
    amounts: ['share'],
    options: { share: share('share of the telegrams') },
  },
  'head.gaps': {
    what: 'telegrams lack some bytes',
    lasts: true,
    amounts: ['share'],
    options: { share: share('share of the telegrams') },
  },
  'head.sml-quirk': {
    what: 'SML as some meters speak it, or with a mistake',
    lasts: true,
    options: { quirk: quirk([...Object.keys(smlQuirks), ...Object.keys(smlMistakes)], 'no-pin') },
  },
  'head.d0-quirk': {
    what: 'D0 as some meters speak it',
    lasts: true,
    options: { quirk: quirk(Object.keys(d0QuirkNames), '7e1') },
  },
  'head.stream-quirk': {
    what: 'something happens to each telegram on its way out',
    lasts: true,
    options: { quirk: quirk(Object.keys(streamQuirks), 'doubled') },
  },
} as const satisfies Kinds;

/** Of a meter with counters of energy. */
export const meterHappenings = {
  'counter.reset': { what: 'its counters begin at zero', lasts: false, options: {} },
  'counter.rollover': {
    what: 'a used meter in its place, whose counters soon come to the end of their display and begin at zero',
    lasts: false,
    options: {
      'after-wh': {
        takes: 'integer',
        min: 0,
        max: 100_000,
        unless: 20,
        help: 'energy that they count before, Wh (default 20)',
      },
    },
  },
  'meter.swap': {
    what: 'another meter is put in its place, with other readings',
    lasts: false,
    options: {
      'reading-kwh': {
        takes: 'number',
        min: 0,
        max: 999_999,
        unless: 123,
        help: 'what the counters of the new one show, kWh (default 123)',
      },
    },
  },
} as const satisfies Kinds;

/** Of an INA219. */
export const chipHappenings = {
  'chip.errors': {
    what: 'it errs as its data sheet says',
    lasts: true,
    options: {
      grade: {
        takes: 'text',
        called: 'typical, worst-a or worst-b',
        oneOf: ['typical', 'worst-a', 'worst-b'],
        unless: 'typical',
        help: 'as typical chips do, or as the worst of grade A or B may: typical, worst-a, worst-b (default typical)',
      },
    },
  },
  'chip.offset': {
    what: 'its shunt seems to have another voltage',
    lasts: true,
    amounts: ['offset-uv'],
    options: {
      'offset-uv': {
        takes: 'number',
        min: -10_000,
        max: 10_000,
        unless: 1000,
        help: 'how much more, µV; with 0.1 Ω 1000 are 10 mA (default 1000)',
      },
    },
  },
  'chip.noise': {
    what: 'what it converts is noisy',
    lasts: true,
    amounts: ['noise-uv', 'bus-noise-mv'],
    options: {
      'noise-uv': {
        takes: 'number',
        min: 0,
        max: 10_000,
        unless: 500,
        help: 'standard deviation of a conversion at the shunt, µV (default 500)',
      },
      'bus-noise-mv': {
        takes: 'number',
        min: 0,
        max: 1000,
        unless: 50,
        help: 'standard deviation of a conversion of the voltage, mV (default 50)',
      },
    },
  },
  'chip.gone': { what: 'it does not answer on its bus', lasts: true, options: {} },
  'chip.stuck': { what: 'its converter stands still: no conversion gets ready', lasts: true, options: {} },
  'chip.reset': {
    what: 'its supply was away for a moment: it forgets its settings',
    lasts: false,
    options: {},
  },
} as const satisfies Kinds;
