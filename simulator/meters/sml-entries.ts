import { deepFreeze } from '#core/freeze.ts';
import { type QuantityId, quantities } from '#core/quantities.ts';
import { parseObis } from '#core/sml/obis.ts';
import {
  absent,
  ascii,
  boolean,
  list,
  misencoded,
  narrow,
  octets,
  type SmlBytes,
  signed,
  unsigned,
} from './sml-encode.ts';
import type { SmlForm } from './sml-form.ts';

/** How a modern meter (FNN "mME") sends a quantity: unit code, power of ten, and the integer's type and width. */
interface Coding {
  readonly unit: number;
  readonly scaler: number;
  readonly kind: 'signed' | 'unsigned';
  readonly bytes: number;
}

const energy: Coding = { unit: 30, scaler: -1, kind: 'unsigned', bytes: 8 };
const power: Coding = { unit: 27, scaler: -1, kind: 'signed', bytes: 4 };
const voltage: Coding = { unit: 35, scaler: -1, kind: 'unsigned', bytes: 2 };
const current: Coding = { unit: 33, scaler: -2, kind: 'signed', bytes: 4 };
const angle: Coding = { unit: 8, scaler: 0, kind: 'signed', bytes: 2 };

/** What the head sends, in a meter's order. */
const codings: Partial<Record<QuantityId, Coding>> = deepFreeze({
  energyImportWh: energy,
  energyExportWh: energy,
  powerW: power,
  powerL1W: power,
  powerL2W: power,
  powerL3W: power,
  voltageL1V: voltage,
  voltageL2V: voltage,
  voltageL3V: voltage,
  currentL1A: current,
  currentL2A: current,
  currentL3A: current,
  phaseAngleL1Degrees: angle,
  phaseAngleL2Degrees: angle,
  phaseAngleL3Degrees: angle,
  frequencyHz: { unit: 44, scaler: -1, kind: 'unsigned', bytes: 2 },
});

export const smlHeadQuantities = Object.keys(codings) as QuantityId[];

/** Without its PIN a meter shows whole kWh. */
const reducedEnergy: Coding = deepFreeze({ ...energy, scaler: 3, bytes: 4 });

/** The moment that a telegram shows. */
export interface SmlMoment {
  readonly form: SmlForm;
  readonly uptimeS: number;
  readonly status: number | undefined;
  readonly isReduced: boolean;
}

/** SML_ListEntry of a quantity; undefined where a head has none of it. */
export function quantityEntry(id: QuantityId, value: number, moment: SmlMoment): SmlBytes | undefined {
  const { form, status, isReduced } = moment;
  const usual = codings[id];
  if (usual === undefined || (isReduced && usual !== energy)) return undefined;
  const coding = codingIn(usual, moment);
  const isTotalPower = id === 'powerW';
  const shown = isTotalPower && form.power !== 'signed' ? Math.abs(value) : value;
  const code = isTotalPower && form.power === 'absolute' ? '1-0:15.7.0' : quantities[id].obis;
  const digits = Math.round(shown * 10 ** -coding.scaler);
  const isBug =
    form.isMisencoded && (id === 'powerW' || id === 'powerL1W') && digits >= 0 && digits < 2 ** 24;
  return list(
    octets(nameOf(code)),
    usual === energy && status !== undefined ? unsigned(status, 4) : absent,
    timeOf(form.valueTime, moment.uptimeS),
    unsigned(coding.unit, 1),
    coding.scaler === 0 && form.omitsScaler ? absent : signed(coding.scaler, 1),
    isBug ? misencoded(digits) : numberOf(coding, digits, form),
    form.isSigned ? octets([1, 2, 3, 4]) : absent,
  );
}

function codingIn(usual: Coding, { form, isReduced }: SmlMoment): Coding {
  if (usual === energy) {
    if (isReduced) return reducedEnergy;
    return form.energyScaler === usual.scaler ? usual : { ...usual, scaler: form.energyScaler };
  }
  return usual === power && form.powerScaler !== usual.scaler
    ? { ...usual, scaler: form.powerScaler }
    : usual;
}

function numberOf({ kind, bytes }: Coding, digits: number, { isNarrow, isWide }: SmlForm): SmlBytes {
  if (isNarrow) return narrow(kind, digits);
  return kind === 'signed' ? signed(digits, isWide ? 8 : bytes) : unsigned(digits, isWide ? 8 : bytes);
}

/** SML_Time in the forms that meters have for it; Holley sends the number alone, EMH and Froetec a local time. */
export function timeOf(kind: SmlForm['time'], uptimeS: number): SmlBytes {
  const stampS = 1_790_000_000 + uptimeS;
  switch (kind) {
    case 'absent':
      return absent;
    case 'index':
      return list(unsigned(1, 1), unsigned(uptimeS, 4));
    case 'stamp':
      return list(unsigned(2, 1), unsigned(stampS, 4));
    case 'bare':
      return unsigned(uptimeS, 4);
    case 'local':
      return list(unsigned(3, 1), list(unsigned(stampS, 4), signed(60, 2), signed(0, 2)));
  }
}

/** Who the meter is, by the codes of modern meters or of older ones. */
export const identityEntries = (
  { hasOldNames, hasPublicKey }: SmlForm,
  maker: string,
  serverId: SmlBytes,
): SmlBytes[] => [
  hasOldNames
    ? namedEntry([129, 129, 199, 130, 3, 255], ascii(maker))
    : namedEntry([1, 0, 96, 50, 1, 1], ascii(maker)),
  namedEntry(hasOldNames ? [1, 0, 0, 0, 9, 255] : [1, 0, 96, 1, 0, 255], serverId),
  // 48 octets take two bytes of length.
  ...(hasPublicKey
    ? [
        namedEntry(
          [129, 129, 199, 130, 5, 255],
          octets(Array.from({ length: 48 }, (_, at) => (at * 37) & 255)),
        ),
      ]
    : []),
];

const escapeByte = 0x1b;

/** What some meters send besides. */
export const extraEntries: Readonly<Record<SmlForm['extras'][number], (uptimeS: number) => SmlBytes[]>> =
  Object.freeze({
    time: (uptimeS: number) => [namedEntry([1, 0, 0, 9, 11, 0], timeOf('index', uptimeS))],
    empty: () => [namedEntry([1, 0, 96, 50, 2, 6], absent)],
    unit0: () => [
      list(
        octets([1, 0, 96, 5, 0, 255]),
        absent,
        absent,
        unsigned(0, 1),
        signed(0, 1),
        unsigned(7, 1),
        absent,
      ),
    ],
    // Four and nine in a row, and what looks like a start and an end.
    escapes: () => [
      namedEntry([1, 0, 96, 50, 3, 1], octets([...Array(4).fill(escapeByte), 1, 1, 1, 1])),
      namedEntry([1, 0, 96, 50, 3, 2], octets(Array(9).fill(escapeByte))),
      namedEntry([1, 0, 96, 50, 3, 3], octets([...Array(4).fill(escapeByte), 0x1a, 0, 0, 0])),
    ],
    boolean: () => [namedEntry([1, 0, 96, 3, 10, 255], boolean(true))],
    many: () =>
      Array.from({ length: 40 }, (_, at) => namedEntry([1, 0, 96, 60, at, 255], unsigned(at * 1000, 2))),
  });

/** An entry of the meter's own data, without unit. */
const namedEntry = (name: readonly number[], value: SmlBytes): SmlBytes =>
  list(octets(name), absent, absent, absent, absent, value, absent);

function nameOf(obis: string | null): number[] {
  const code = obis === null ? undefined : parseObis(obis);
  if (code === undefined) throw new Error(`no OBIS code: ${obis}`);
  return [code.abc, code.def].flatMap(part => [part >> 16, (part >> 8) & 255, part & 255]);
}
