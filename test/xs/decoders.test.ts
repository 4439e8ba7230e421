import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toHex } from '#core/bytes.ts';
import { crc16Modbus } from '#core/crc.ts';
import { encodeUtf8 } from '#core/utf8.ts';
import { expectVector, type SmlVector } from '../firmware/core/sml/vector.ts';
import synthetic from '../vectors/sml/synthetic.json' with { type: 'json' };
import { whyNoEngine } from './engine-build.ts';
import { type JobInput, type JobName, jobs } from './jobs.ts';
import { asJson, Session } from './session.ts';

const why = whyNoEngine();
const seed = 20_260_621;
const runs = 150;

describe.skipIf(why !== undefined)(
  `decoders on the XS engine${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    let xs: Session;
    beforeAll(async () => {
      xs = await Session.open();
    });
    afterAll(() => xs?.close());

    /** Runs a job on both engines and expects the same of both. */
    async function same<N extends JobName>(job: N, input: JobInput<N>): Promise<void> {
      const run = jobs[job] as (input: JobInput<N>) => unknown;
      expect((await xs.run(job, input)).result).toEqual(asJson(run(input)));
    }
    const hexes = fc.uint8Array({ maxLength: 300 }).map(toHex);
    const property = (arbitrary: fc.Arbitrary<string>, check: (text: string) => Promise<void>) =>
      fc.assert(fc.asyncProperty(arbitrary, check), { seed, numRuns: runs });

    test.each(synthetic)(
      'SML vector $name decodes as its vector says, whole and byte by byte',
      async vector => {
        for (const pieces of [[1_000_000], [1], [3, 5, 7]]) {
          const { result } = await xs.run('sml', { hex: vector.hex, pieces });
          expectVector(result, vector as unknown as SmlVector);
        }
      },
    );

    test('CRCs are those of Node', () => property(hexes, hex => same('crc', { hex })));

    test('UTF-8 is read and refused as on Node', async () => {
      await property(hexes, hex => same('utf8', { hex }));
      await property(fc.string({ unit: 'binary' }), text => same('utf8', { hex: toHex(encodeUtf8(text)) }));
    });

    test('records are coded, read and refused as on Node', async () => {
      await property(hexes, hex => same('decodeRecord', { hex }));
      const values = [
        { quantity: 'energyImportWh', samples: 10, last: 899_999_999_999.9999 },
        {
          quantity: 'powerW',
          samples: 10,
          mean: -12.345,
          min: -99_999_999.999,
          max: 99_999_999.999,
          last: 0,
        },
      ] as const;
      const record = {
        meter: 'house',
        startMs: 1_795_000_000_000,
        windowS: 10,
        clock: 'synced',
        values,
      } as const;
      const { result: hex } = await xs.run('encodeRecord', {
        ...record,
        failures: [{ reason: 'crc', count: 300 }],
      });
      await same('decodeRecord', { hex });
      expect((await xs.run('decodeRecord', { hex })).result).toMatchObject({ ok: true, value: { values } });
    });

    test('messages are checked as on Node', async () => {
      const texts = [
        '{"v":1,"epoch":"0011223344556677","sequence":12}',
        '{"v":1,"epoch":"0011223344556677","sequence":-1}',
        '{"v":2,"epoch":"x","sequence":"1","more":null}',
        '[]',
        'null',
        '{',
        '',
        '{"v":1,"name":"live","id":"a","seconds":30}',
      ];
      for (const channel of ['ack', 'command', 'settings/desired'] as const) {
        for (const text of texts) await same('message', { channel, hex: toHex(encodeUtf8(text)) });
      }
    });

    test('Modbus frames are found in any bytes as on Node', async () => {
      const request = { address: 1, fc: 4, start: 0, count: 2 } as const;
      const answer = Uint8Array.of(1, 4, 4, 0x43, 0x67, 0xaf, 0x55, 0, 0);
      const crc = crc16Modbus(answer, 0, 7);
      answer.set([crc & 0xff, crc >> 8], 7);
      const { result } = await xs.run('frames', { request, hex: toHex(answer), piece: 4 });
      expect(result.heard).toEqual([{ is: 'answer', data: '4367af55' }]);
      // Noise of the bytes that frames begin with, and the answer somewhere in it.
      const noise = fc.array(fc.constantFrom(0, 1, 2, 3, 4, 5, 0x81, 0x84, 0xff), { maxLength: 40 });
      const stream = fc
        .tuple(noise, noise)
        .map(([before, after]) => toHex(Uint8Array.from([...before, ...answer, ...after])));
      await property(stream, async hex => {
        for (const piece of [1, 7, 300]) await same('frames', { request, hex, piece });
      });
    });

    test('windows average over time as on Node', async () => {
      const { result } = await xs.run('window', {
        steps: [
          [0, 'powerW', 100],
          [1000, 'powerW', 200],
          [2000, 'energyImportWh', 12_345_678.9],
          [2000, null, 0],
        ],
      });
      expect(result[0]?.values).toEqual([
        { quantity: 'powerW', samples: 2, mean: 150, min: 100, max: 200, last: 200 },
        { quantity: 'energyImportWh', samples: 1, last: 12_345_678.9 },
      ]);
      const step = fc.tuple(
        fc.nat(2500),
        fc.constantFrom('powerW' as const, 'voltageV' as const, 'energyImportWh' as const, null),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async deltas => {
          let ticksMs = 0;
          const steps = deltas.map(([deltaMs, quantity, value]): (typeof deltas)[number] => {
            ticksMs += deltaMs;
            return [ticksMs, quantity, value];
          });
          await same('window', { steps: [...steps, [ticksMs, null, 0]] });
        }),
        { seed, numRuns: runs },
      );
    });

    test('the journal keeps, drops, counts and gives back as on Node', async () => {
      const step = fc.record({ append: fc.nat(800), release: fc.nat(40), from: fc.nat(60) });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), steps =>
          same('journal', { steps }),
        ),
        { seed, numRuns: 30 },
      );
    });
  },
);
