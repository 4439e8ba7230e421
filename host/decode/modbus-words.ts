import type { ModbusContent } from './modbus-capture.ts';

const functionNames: Readonly<Record<number, string | undefined>> = Object.freeze({
  1: 'read coils',
  2: 'read discrete inputs',
  3: 'read holding registers',
  4: 'read input registers',
  5: 'write a coil',
  6: 'write a register',
  15: 'write coils',
  16: 'write registers',
});

/** Exception codes (Modbus V1.1b3, chapter 7). */
const exceptionNames: Readonly<Record<number, string | undefined>> = Object.freeze({
  1: 'it does not know this function',
  2: 'it has no such register',
  3: 'it does not take this value or count',
  4: 'it failed',
  5: 'it needs longer',
  6: 'it is busy',
  8: 'its memory is damaged',
  10: 'the way to it is not there',
  11: 'it does not answer its gateway',
});

const registersPerLine = 8;
const hex = (number: number): string => `0x${number.toString(16).toUpperCase().padStart(4, '0')}`;

/** A frame in a line for people, and its registers in lines below. */
export function describeFrame(content: ModbusContent): string {
  const { kind, address, function: fc, register, count, registers, bits, exception } = content;
  const what = `function ${fc}, ${functionNames[fc] ?? 'not known'}`;
  const from = register === null ? '' : ` from ${hex(register)} on`;
  const items = fc <= 2 || fc === 15 ? 'bits' : 'registers';
  if (exception !== undefined)
    return `${address} refuses: exception ${exception}, ${exceptionNames[exception] ?? 'not known'} (${what}${from})`;
  const who = kind === 'request' ? `${address} is asked` : `${address} answers`;
  const many = count === undefined ? '' : `, ${count} ${items}`;
  const data = bits !== undefined ? `: ${bits}` : '';
  return `${who}: ${what}${many}${from}${data}${registerLines(register, registers)}`;
}

function registerLines(first: number | null, registers: readonly string[] | undefined): string {
  if (registers === undefined) return '';
  let text = '';
  for (let index = 0; index < registers.length; index += registersPerLine) {
    const place = first === null ? `+${index}` : hex(first + index);
    text += `\n  ${place.padEnd(6)}  ${registers.slice(index, index + registersPerLine).join(' ')}`;
  }
  return text;
}
