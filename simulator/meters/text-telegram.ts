import { crc16Arc } from '#core/crc.ts';

/** Text telegrams as meters code them (IEC 62056-21, 6; DSMR P1 companion standard, 6): the other way of `core/iec62056`. */
export const asciiBytes = (text: string): Uint8Array =>
  Uint8Array.from(text, letter => letter.charCodeAt(0) & 0x7f);

/** `00123.4*kWh`: so many digits before the point, and so many behind it. */
export function decimal(value: number, whole: number, decimals: number, unit: string): string {
  const [digits = '', fraction = ''] = Math.abs(value).toFixed(decimals).split('.');
  const sign = value < 0 && Number(value.toFixed(decimals)) !== 0 ? '-' : '';
  const point = decimals === 0 ? '' : `.${fraction}`;
  return `${sign}${digits.padStart(whole - sign.length, '0')}${point}${unit === '' ? '' : `*${unit}`}`;
}

/** A P1 telegram around its lines; its CRC, which versions 2 and 3 have not, as four capital hex digits. */
export function p1Telegram(identification: string, lines: readonly string[], hasCrc: boolean): Uint8Array {
  const head = asciiBytes(`/${identification}\r\n\r\n${lines.map(line => `${line}\r\n`).join('')}!`);
  const crc = hasCrc ? crc16Arc(head).toString(16).toUpperCase().padStart(4, '0') : '';
  return Uint8Array.from([...head, ...asciiBytes(`${crc}\r\n`)]);
}

/** A block with its check: STX, what is in it, ETX, and the exclusive or of all behind STX. */
export function block(content: string): Uint8Array {
  const bytes = [...asciiBytes(content), 0x03];
  return Uint8Array.from([0x02, ...bytes, bytes.reduce((sum, byte) => sum ^ byte, 0)]);
}
