import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#core/bytes.ts';
import { answerBytes, characterBits, encodeRead, frameGapMs } from '#core/modbus/frame.ts';
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

  it('knows the bits of a character and the silence between frames', () => {
    expect(characterBits({ parity: 'none', stopBits: 1 })).toBe(10);
    expect(characterBits({ parity: 'even', stopBits: 1 })).toBe(11);
    expect(characterBits({ parity: 'none', stopBits: 2 })).toBe(11);
    expect(frameGapMs(9600, 10)).toBeCloseTo(3.646, 3);
    expect(frameGapMs(9600, 11)).toBeCloseTo(4.01, 2);
    expect(frameGapMs(38_400, 10)).toBe(1.75);
  });
});
