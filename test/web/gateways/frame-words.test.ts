import { expect, it } from 'vitest';
import { addressOf, frameText, spacedHex, type TraceFrame } from '../../../web/gateways/frame-words.ts';
import { en } from '../../../web/i18n/en.ts';

const { frame: words } = en.gatewayPages.trace;
const frame = (is: TraceFrame['is'], hex: string): TraceFrame => ({
  ticksMs: 0,
  is,
  hex,
  bytes: hex.length / 2,
});

// Frames of the Modbus application protocol V1.1b3, 6, with an address before and a CRC behind.
const frames: readonly [is: TraceFrame['is'], hex: string, address: number | null, text: string][] = [
  ['request', '010400000050f036', 1, 'asks 1 for 80 input registers from 0x0000'],
  ['echo', '010400000050f036', 1, 'asks 1 for 80 input registers from 0x0000'],
  ['request', '11030156000a2621', 17, 'asks 17 for 10 holding registers from 0x0156'],
  ['answer', '01040443661999b5ca', 1, '1 gives 4 bytes'],
  ['late', '01040443661999b5ca', 1, '1 gives 4 bytes'],
  // Two registers: as long as a request, and no request.
  ['answer', '0101030102030000', 1, '1 gives 3 bytes'],
  ['exception', '038402c0f1', 3, '3 refuses: no such register'],
  ['exception', '03847fc0f1', 3, '3 refuses: 127'],
  ['request', '000600100001c9de', 0, 'writes to all (0) at 0x0010'],
  ['answer', '010600100001c9de', 1, '1 has written at 0x0010'],
  ['request', '012b0e01007077', 1, '1, function 43'],
  ['noise', '00ff00ff00', null, ''],
  ['telegram', '1b1b1b1b01010101', null, ''],
  ['foreign', '01', null, ''],
];

it.each(frames)('a %s of bytes %s is told', (is, hex, address, text) => {
  expect(addressOf(frame(is, hex))).toBe(address);
  expect(frameText(frame(is, hex), words)).toBe(text);
});

it('bytes are apart', () => {
  expect(spacedHex('')).toBe('');
  expect(spacedHex('01')).toBe('01');
  expect(spacedHex('01a2ff')).toBe('01 a2 ff');
});
