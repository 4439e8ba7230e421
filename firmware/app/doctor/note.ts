import { deepFreeze } from '../../core/freeze.ts';

/** What a slave means by an exception (Modbus protocol V1.1b3, 7). */
const exceptionNames = deepFreeze({
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'device failure',
  5: 'acknowledge, it needs time',
  6: 'device busy',
  8: 'memory parity error',
  10: 'gateway path unavailable',
  11: 'gateway target does not answer',
} as const);

const isNamed = (code: number): code is keyof typeof exceptionNames => Object.hasOwn(exceptionNames, code);

/** What an exception says, with its name where it has one. */
export const exceptionNote = (code: number): string =>
  isNamed(code) ? `exception ${code}: ${exceptionNames[code]}` : `exception ${code}`;

const readNames = deepFreeze(['coils', 'inputs', 'registers', 'input registers'] as const);

/** What the frame of a request asks for, in words for people. */
export function requestNote(frame: Uint8Array): string {
  const [address = 0, fc = 0] = frame;
  const who = address === 0 ? 'all slaves' : `slave ${address}`;
  const start = hexWord(frame, 2);
  const count = word(frame, 4);
  if (fc >= 1 && fc <= 4) return `read ${count} ${readNames[fc - 1]} from ${start} of ${who}`;
  if (fc === 5) return `switch coil ${start} of ${who} ${frame[4] === 0xff ? 'on' : 'off'}`;
  if (fc === 6) return `write ${hexWord(frame, 4)} to register ${start} of ${who}`;
  if (fc === 15) return `write ${count} coils from ${start} of ${who}`;
  if (fc === 16) return `write ${count} registers from ${start} of ${who}`;
  return `function ${fc} of ${who}`;
}

/** What the frame of an answer brings. */
export function answerNote(frame: Uint8Array): string {
  const [address = 0, fc = 0, count = 0] = frame;
  if (fc > 0x80) return `${exceptionNote(count)}, by slave ${address}`;
  return fc <= 4 ? `answer, ${count} bytes, of slave ${address}` : `slave ${address} confirms the write`;
}

const word = (frame: Uint8Array, at: number): number => ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0);

const hexWord = (frame: Uint8Array, at: number): string =>
  `0x${word(frame, at).toString(16).padStart(4, '0')}`;
