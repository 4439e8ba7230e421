import type { CrcKind } from './sml-encode.ts';

/** How meters form their telegrams, where they differ; a quirk changes some of it. */
export interface SmlForm {
  /** Of messages and transport: X.25, or Kermit as old Holley meters have it. */
  readonly crc: CrcKind;
  /** Bytes of the tag of a message. */
  readonly tagBytes: 1 | 2 | 4;
  /** A message's CRC loses its high byte where that is 0. */
  readonly hasShortCrc: boolean;
  readonly time: 'index' | 'stamp' | 'bare' | 'local' | 'absent';
  /** The time beside each value. */
  readonly valueTime: 'absent' | 'index' | 'bare' | 'local';
  /** The status word beside energies: of modern meters, of older EDL meters, or none. */
  readonly status: 'modern' | 'edl' | 'absent';
  /** `unsigned`: without its sign as 16.7.0, `absolute`: without it as 15.7.0. */
  readonly power: 'signed' | 'unsigned' | 'absolute';
  /** Powers of 1 to 3 bytes that are not negative are sent as if they had no sign, under a type that has one. */
  readonly isMisencoded: boolean;
  readonly powerScaler: number;
  readonly energyScaler: number;
  /** A scaler of 0 is left out. */
  readonly omitsScaler: boolean;
  /** Whole numbers take as many bytes as they need, three, five, six or seven, too. */
  readonly isNarrow: boolean;
  /** Unsigned numbers are sent in eight bytes. */
  readonly isWide: boolean;
  readonly isReversed: boolean;
  /** Maker and number under the older codes 129-129:199.130.3 and 1-0:0.0.9. */
  readonly hasOldNames: boolean;
  readonly hasPublicKey: boolean;
  /** Further entries before the measured ones: a time, an empty one, one with unit 0, bytes that must be escaped. */
  readonly extras: readonly ('time' | 'empty' | 'unit0' | 'escapes' | 'boolean' | 'many')[];
  /** Bits of a type in the second byte of a list's length, which are to be 0. */
  readonly hasTypeBits: boolean;
  readonly isSigned: boolean;
  readonly hasListName: boolean;
  readonly hasClientId: boolean;
  /** Messages of a telegram, in their order. */
  readonly messages: readonly ('open' | 'list' | 'other' | 'close')[];
  /** Zeros behind the last message that the padding does not count. */
  readonly fillers: number;
  /** `four` where none are needed; `none`; `ones` in the place of zeros. */
  readonly padding: 'zeros' | 'four' | 'none' | 'ones';
  readonly escapes: boolean;
}

/** A modern meter (FNN "mME") with its PIN entered. */
export const plainSml: SmlForm = Object.freeze({
  crc: 'x25',
  tagBytes: 2,
  hasShortCrc: false,
  time: 'index',
  valueTime: 'absent',
  status: 'modern',
  power: 'signed',
  isMisencoded: false,
  powerScaler: -1,
  energyScaler: -1,
  omitsScaler: false,
  isNarrow: false,
  isWide: false,
  isReversed: false,
  hasOldNames: false,
  hasPublicKey: false,
  extras: Object.freeze([]),
  hasTypeBits: false,
  isSigned: false,
  hasListName: true,
  hasClientId: false,
  messages: Object.freeze(['open', 'list', 'close'] as const),
  fillers: 0,
  padding: 'zeros',
  escapes: true,
});
