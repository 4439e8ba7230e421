import { smlUnits } from '#core/sml/units.ts';

/** Units of DLMS/COSEM (blue book, 4.3.2) that a gateway has no use for, and a person may have. */
const otherUnits: Readonly<Record<number, string | undefined>> = Object.freeze({
  10: 'currency',
  11: 'm',
  12: 'm/s',
  17: 'm³/d',
  18: 'm³/d',
  20: 'kg',
  21: 'N',
  22: 'Nm',
  23: 'Pa',
  24: 'bar',
  26: 'J/h',
  36: 'V/m',
  37: 'F',
  38: 'Ω',
  39: 'Ωm²/m',
  40: 'Wb',
  41: 'T',
  42: 'A/m',
  43: 'H',
  45: '1/Wh',
  46: '1/varh',
  47: '1/VAh',
  48: 'V²h',
  49: 'A²h',
  50: 'kg/s',
  51: 'S',
  53: '1/(V²h)',
  54: '1/(A²h)',
  55: '1/m³',
  60: 'Wh/m³',
  61: 'J/m³',
  62: 'Mol%',
  63: 'g/m³',
  64: 'Pa s',
  65: 'J/kg',
  66: 'g/cm²',
  70: 'dBm',
  71: 'dBµV',
  72: 'dB',
});

/** The unit of a DLMS code, null where it names none (0 and 255) or is not known. */
export function unitOf(code: number): string | null {
  if (code === 0 || code === 255) return null;
  return smlUnits[code] ?? otherUnits[code] ?? null;
}
