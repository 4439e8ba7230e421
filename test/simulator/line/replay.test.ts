import { describe, expect, it } from 'vitest';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { readRecording } from '../../../simulator/line/recording.ts';
import { ReplayPlayer } from '../../../simulator/line/replay-player.ts';

const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const shown = (text: string) => {
  const { form, pieces } = readRecording(ascii(text));
  return { form, pieces: pieces.map(({ bytes, atMs }) => [Buffer.from(bytes).toString('hex'), atMs]) };
};

describe('a recorded stream', () => {
  it.each([
    [
      'hex',
      '1b1b1b1b\n# a comment\n01 01, 0x01 \\x01\n',
      [
        ['1b1b1b1b', undefined],
        ['01010101', undefined],
      ],
    ],
    [
      'dump',
      '00000000: 1b1b 1b1b 0101  ......\n00000006: 76                       v\n',
      [
        ['1b1b1b1b0101', undefined],
        ['76', undefined],
      ],
    ],
    [
      'dump',
      '00000000  1b 1b 1b 1b 01 01 01 01  76 05 |....v.|\n0000000a\n',
      [['1b1b1b1b010101017605', undefined]],
    ],
    [
      'timed',
      '12.5 01 03\n12.75 < 0102\n',
      [
        ['0103', 0],
        ['0102', 250],
      ],
    ],
    [
      'timed',
      '[100 ms] 01\n[350 ms] 02\n',
      [
        ['01', 0],
        ['02', 250],
      ],
    ],
    [
      'timed',
      '23:59:59.900 RX: aa\n00:00:00.100 TX: bb\n',
      [
        ['aa', 0],
        ['bb', 200],
      ],
    ],
    [
      'timed',
      '2026-11-21T14:02:11.350Z 01\n2026-11-21 14:02:12,350 02\n',
      [
        ['01', 0],
        ['02', 1000],
      ],
    ],
  ] as const)('is read as %s', (form, text, pieces) => {
    expect(shown(text)).toEqual({ form, pieces });
  });

  it('that is no text of these kinds is taken as it is', () => {
    const telegram = '/EBZ5DD32R06ETA_107\r\n\r\n1-0:1.8.0*255(000125.25688570*kWh)\r\n!\r\n';
    expect(readRecording(ascii(telegram))).toMatchObject({ form: 'bytes', byteLength: telegram.length });
    const raw = Uint8Array.from({ length: 256 }, (_, index) => index);
    expect(readRecording(raw).pieces).toEqual([{ bytes: raw }]);
  });

  it('whose lines are not all of one kind is refused by the line', () => {
    expect(() => readRecording(ascii('1b 1b\n1b 1b\nand so on\n'))).toThrow(
      'line 3 is no bytes in hexadecimal: "and so on"',
    );
    expect(() => readRecording(ascii('1.0 1b\nnoise\n'))).toThrow('line 2');
    expect(() => readRecording(ascii('2026-06-30 10:00:00 1b\n2026-06-31 10:00:00 1b\n'))).not.toThrow();
    expect(() => readRecording(ascii('2026-06-30 10:00:00 1b\n2026-06-32 10:00:00 1b\n'))).toThrow(
      'line 2 is no bytes in hexadecimal behind a time: "2026-06-32 10:00:00 1b"',
    );
  });
});

describe('a replay', () => {
  const played = (
    text: string | Uint8Array,
    options: { speed?: number; times?: number; baud?: number } = {},
  ) => {
    const time = new VirtualTime({ ticksMs: 1000 });
    const heard: [number, string][] = [];
    let ended = 0;
    const player = new ReplayPlayer({
      time,
      recording: readRecording(typeof text === 'string' ? ascii(text) : text),
      uart: { baud: options.baud ?? 9600, parity: 'none', stopBits: 1 },
      speed: options.speed ?? 1,
      times: options.times ?? 1,
      pauseMs: 500,
      write: bytes => heard.push([Math.round(time.ticksMs() - 1000), Buffer.from(bytes).toString('hex')]),
      ended: (_, isLast) => {
        if (isLast) ended++;
      },
    });
    player.start();
    time.advance(60_000);
    player.close();
    return { heard, ended };
  };

  it('says each piece when its time says, at any speed, and again after a pause', () => {
    const text = '10.0 01\n10.2 02\n13 s 03\n';
    expect(played(text).heard).toEqual([
      [0, '01'],
      [200, '02'],
      [3000, '03'],
    ]);
    expect(played(text, { speed: 10 }).heard).toEqual([
      [0, '01'],
      [20, '02'],
      [300, '03'],
    ]);
    const twice = played(text, { times: 2 });
    expect(twice.heard.slice(3)).toEqual([
      [3500, '01'],
      [3700, '02'],
      [6500, '03'],
    ]);
    expect(twice.ended).toBe(1);
  });

  it('says what has no times as fast as the line carries it', () => {
    const bytes = new Uint8Array(96);
    const { heard } = played(bytes);
    expect(heard.at(-1)?.[0]).toBe(100);
    expect(heard).toHaveLength(6);
    expect(played(bytes, { baud: 960 }).heard.at(-1)?.[0]).toBe(1000);
    expect(played(bytes, { speed: 2 }).heard.at(-1)?.[0]).toBe(50);
  });

  it('goes on for ever where it is not told how often', () => {
    const { heard, ended } = played('0.0 01\n', { times: 0 });
    expect(heard.length).toBeGreaterThan(100);
    expect(ended).toBe(0);
  });
});
