import { deepFreeze } from '#core/freeze.ts';
import type { SmlForm } from './sml-form.ts';
import type { SmlHeadOptions } from './sml-head.ts';

/**
 * What a meter is known to do otherwise than others and is read all the same. `gives` is what a reader has of it: all
 * values; all values where its profile takes the sign of power from the status word; or energy in whole kWh alone.
 */
export interface SmlQuirk {
  readonly what: string;
  /** Meters it is known of. */
  readonly meters?: string;
  readonly form?: Partial<SmlForm>;
  readonly head?: Partial<Pick<SmlHeadOptions, 'maker' | 'serial' | 'isReduced'>>;
  readonly gives: 'values' | 'values, sign from status' | 'whole kWh';
}

const dzg = Object.freeze({ maker: 'DZG', serial: 42_123_456 });
const minusTwo = Object.freeze({ powerScaler: -2, isNarrow: true });

const made = {
  // CRC
  'kermit-crc': {
    what: 'Kermit in messages and transport, high byte first',
    meters: 'Holley DTZ541, old',
    form: { crc: 'kermit' },
    gives: 'values',
  },
  'short-crc': {
    what: 'a message’s CRC of one byte where its high byte is 0',
    meters: 'ISKRA MT691, DrNeuhaus',
    form: { hasShortCrc: true },
    gives: 'values',
  },
  // Numbers
  'tag-32': {
    what: 'the tag of a message in four bytes',
    meters: 'Holley, Itron OpenWay 3.HZ, eBZ DD3',
    form: { tagBytes: 4 },
    gives: 'values',
  },
  'narrow-numbers': {
    what: 'whole numbers in as few bytes as they need: 3, 5, 6, 7, too',
    form: { isNarrow: true },
    gives: 'values',
  },
  'wide-numbers': { what: 'every number in eight bytes', form: { isWide: true }, gives: 'values' },
  'power-in-watts': { what: 'power in whole watts, scaler 0', form: { powerScaler: 0 }, gives: 'values' },
  'no-scaler': {
    what: 'a scaler of 0 is left out',
    form: { powerScaler: 0, energyScaler: 0, omitsScaler: true },
    gives: 'values',
  },
  'power-scaler-minus-2': {
    what: 'power in hundredths of a watt',
    meters: 'DZG',
    form: { powerScaler: -2 },
    gives: 'values',
  },
  'energy-scaler-minus-4': {
    what: 'energy in tenths of a mWh',
    form: { energyScaler: -4 },
    gives: 'values',
  },
  'energy-scaler-2': { what: 'energy in steps of 100 Wh', form: { energyScaler: 2 }, gives: 'values' },
  'unit-0': {
    what: 'an entry with unit 0, which means none',
    meters: 'DZG',
    form: { extras: ['unit0'] },
    gives: 'values',
  },
  // Sign and status
  'dzg-power-unsigned': {
    what: 'positive powers of 1 to 3 bytes sent as signed: 356.24 W reads -299.12 W',
    meters: 'DZG DVS74, WS7412',
    form: { ...minusTwo, isMisencoded: true },
    head: dzg,
    gives: 'values',
  },
  'dzg-power-unsigned-old': {
    what: 'the same without a modern status word: told by the serial number',
    meters: 'DZG DVS74 42000000 to 48999999, 55000000 to 58999999',
    form: { ...minusTwo, isMisencoded: true, status: 'absent' },
    head: dzg,
    gives: 'values',
  },
  'dzg-power-right': {
    what: 'true negatives of a newer meter, which must stay',
    meters: 'DZG DVS74 from 60000000, DWSB20',
    form: minusTwo,
    head: { maker: 'DZG', serial: 60_123_456 },
    gives: 'values',
  },
  'edl-status': {
    what: 'the older status word, whose bit 5 says that energy is fed in',
    meters: 'EMH ED300L, ISKRA MT175',
    form: { status: 'edl' },
    gives: 'values',
  },
  'no-status': { what: 'no status word', form: { status: 'absent' }, gives: 'values' },
  'absolute-power': {
    what: 'power without its sign as 15.7.0, direction in bit 5 of the status',
    meters: 'EMH ED300L, eHZ-H',
    form: { power: 'absolute', status: 'edl' },
    gives: 'values',
  },
  'absolute-power-modern': {
    what: 'power without its sign as 15.7.0, direction in bit 11 of the status',
    form: { power: 'absolute' },
    gives: 'values',
  },
  'power-without-sign': {
    what: 'power without its sign as 16.7.0, direction in bit 11 of the status',
    meters: 'Holley DTZ251',
    form: { power: 'unsigned' },
    gives: 'values, sign from status',
  },
  'no-pin': {
    what: 'its PIN was not entered: whole kWh, no power',
    meters: 'ISKRA MT631, Holley, Itron, eBZ',
    head: { isReduced: true },
    gives: 'whole kWh',
  },
  // Time
  'bare-time': {
    what: 'times without their choice, a number alone',
    meters: 'Holley DTZ541',
    form: { time: 'bare', valueTime: 'bare' },
    gives: 'values',
  },
  'local-time': {
    what: 'times as a list of stamp and two offsets',
    meters: 'Froetec ZG22, EMH',
    form: { time: 'local', valueTime: 'local' },
    gives: 'values',
  },
  'time-stamp': {
    what: 'the time as a stamp, of meter and gateway',
    form: { time: 'stamp', valueTime: 'index' },
    gives: 'values',
  },
  'no-time': { what: 'no time', form: { time: 'absent' }, gives: 'values' },
  'time-value': {
    what: 'a time as the value of an entry',
    meters: 'EMH',
    form: { extras: ['time'] },
    gives: 'values',
  },
  // Lists
  'list-order': {
    what: 'the entries the other way round, who it is last',
    form: { isReversed: true },
    gives: 'values',
  },
  'list-of-many': {
    what: 'a list of more than 40 entries, whose length takes two bytes',
    meters: 'Holley ZDBA',
    form: { extras: ['many'] },
    gives: 'values',
  },
  'type-bits-in-length': {
    what: 'bits of a type in the second byte of a length',
    meters: 'Hager eHZ',
    form: { hasTypeBits: true },
    gives: 'values',
  },
  'empty-value': {
    what: 'an entry whose value is empty',
    meters: 'EMH',
    form: { extras: ['empty'] },
    gives: 'values',
  },
  'boolean-value': { what: 'an entry that is true or false', form: { extras: ['boolean'] }, gives: 'values' },
  'public-key': {
    what: 'a key of 48 octets, whose length takes two bytes',
    form: { hasPublicKey: true },
    gives: 'values',
  },
  'old-names': {
    what: 'maker and number under 129-129:199.130.3 and 1-0:0.0.9',
    form: { hasOldNames: true, hasPublicKey: true },
    gives: 'values',
  },
  'no-list-name': { what: 'no name of the list', form: { hasListName: false }, gives: 'values' },
  'client-id': { what: 'the id of a client', form: { hasClientId: true }, gives: 'values' },
  signatures: {
    what: 'signatures of list, values and close, which most meters leave out',
    form: { isSigned: true },
    gives: 'values',
  },
  // Messages
  'no-open': { what: 'no message that opens', form: { messages: ['list', 'close'] }, gives: 'values' },
  'no-close': {
    what: 'no message that closes: the frame ends behind the list',
    form: { messages: ['open', 'list'] },
    gives: 'values',
  },
  'two-lists': {
    what: 'two lists in one telegram',
    form: { messages: ['open', 'list', 'list', 'close'] },
    gives: 'values',
  },
  'other-message': {
    what: 'a message that nobody asked for between the others',
    form: { messages: ['open', 'other', 'list', 'other', 'close'] },
    gives: 'values',
  },
  // Transport
  'filled-up': {
    what: 'zeros behind the last message that the padding does not count',
    form: { fillers: 4 },
    gives: 'values',
  },
  'padding-4': {
    what: 'four zeros of padding where none are needed',
    meters: 'DZG',
    form: { padding: 'four' },
    gives: 'values',
  },
  'escaped-values': {
    what: 'values that hold escapes, a start and an end',
    form: { extras: ['escapes'] },
    gives: 'values',
  },
} as const satisfies Readonly<Record<string, SmlQuirk>>;

export type SmlQuirkName = keyof typeof made;

export const smlQuirks: Readonly<Record<SmlQuirkName, SmlQuirk>> = deepFreeze(made);
