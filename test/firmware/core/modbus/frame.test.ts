import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#core/bytes.ts';
import { answerBytes, characterBits, encodeRead, encodeRequest, frameGapMs } from '#core/modbus/frame.ts';
import frames from '../../../vectors/modbus/frames.json' with { type: 'json' };

const reads = frames.filter(({ request }) => /^..0[34]/.test(request ?? ''));

describe('frames', () => {
  it('encodes requests as masters of the field do', () => {
    expect(reads.length).toBeGreaterThan(3);
    for (const { request, response, name } of reads) {
      const [address, fc, startHigh, startLow, countHigh, countLow] = fromHex(
        request as string,
      ) as Uint8Array;
      const read = {
        address: address as number,
        fc: fc as 3 | 4,
        start: (startHigh as number) * 256 + (startLow as number),
        count: (countHigh as number) * 256 + (countLow as number),
      };
      expect(toHex(encodeRead(read)), name).toBe(request);
      expect(answerBytes(read), name).toBe(response.length / 2);
    }
  });

  it('encodes each function as the examples of the specification do', () => {
    const at = { address: 0x11 };
    const bytes = (hex: string) => fromHex(hex) as Uint8Array;
    // Modbus protocol V1.1b3, 6.1, 6.2, 6.5, 6.6, 6.11, 6.12: the PDUs; the length of each answer.
    const cases: [Parameters<typeof encodeRequest>[0], string, number][] = [
      [{ ...at, fc: 1, start: 0x13, count: 0x13 }, '0100130013', 8],
      [{ ...at, fc: 2, start: 0xc4, count: 0x16 }, '0200c40016', 8],
      [{ ...at, fc: 5, start: 0xac, count: 1, data: bytes('ff00') }, '0500acff00', 8],
      [{ ...at, fc: 6, start: 1, count: 1, data: bytes('0003') }, '0600010003', 8],
      [{ ...at, fc: 15, start: 0x13, count: 10, data: bytes('cd01') }, '0f0013000a02cd01', 8],
      [{ ...at, fc: 16, start: 1, count: 2, data: bytes('000a0102') }, '1000010002 04000a0102', 8],
    ];
    for (const [request, pdu, length] of cases) {
      expect(toHex(encodeRequest(request).slice(1, -2))).toBe(pdu.replace(' ', ''));
      expect(answerBytes(request)).toBe(length);
      expect(answerBytes({ ...request, address: 0 })).toBe(0);
    }
  });

  it('refuses what no frame holds', () => {
    const data = new Uint8Array(2);
    const cases: [Parameters<typeof encodeRequest>[0], string][] = [
      [
        { address: 1, fc: 3, start: 0, count: 126 },
        'function 3: 126 values from 0 given; 1 to 125 are allowed',
      ],
      [{ address: 1, fc: 1, start: 0, count: 2001 }, '1 to 2000 are allowed'],
      [{ address: 1, fc: 4, start: 0xffff, count: 2 }, '2 values from 65535 given'],
      [{ address: 1, fc: 16, start: 0, count: 124, data }, '1 to 123 are allowed'],
      [{ address: 1, fc: 15, start: 0, count: 1969, data }, '1 to 1968 are allowed'],
      [{ address: 1, fc: 6, start: 0, count: 2, data }, '1 to 1 are allowed'],
      [{ address: 1, fc: 16, start: 0, count: 2, data }, '2 bytes of data given; 4 are allowed'],
    ];
    for (const [request, words] of cases) expect(() => encodeRequest(request)).toThrow(words);
    const most = { address: 1, fc: 16, start: 0, count: 123, data: new Uint8Array(246) } as const;
    expect(encodeRequest(most)).toHaveLength(255);
  });

  it('knows the bits of a character and the silence between frames', () => {
    expect(characterBits({ parity: 'none', stopBits: 1 })).toBe(10);
    expect(characterBits({ parity: 'even', stopBits: 1 })).toBe(11);
    expect(characterBits({ parity: 'none', stopBits: 2 })).toBe(11);
    expect(frameGapMs(9600, 10)).toBeCloseTo(3.646, 3);
    expect(frameGapMs(9600, 11)).toBeCloseTo(4.01, 2);
    expect(frameGapMs(38_400, 10)).toBe(1.75);
  });
});
