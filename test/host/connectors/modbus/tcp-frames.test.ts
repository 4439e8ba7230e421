import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBusSource } from '#app/poller.ts';
import { crc16Modbus } from '#core/crc.ts';
import { encodeRead } from '#core/modbus/frame.ts';
import { type QuantityId, quantities } from '#core/quantities.ts';
import type { SerialHandlers } from '#ports';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';
import { type TcpCounts, TcpFrames, unitZeroAddress } from '../../../../host/connectors/modbus/tcp-frames.ts';
import { VirtualTime } from '../../../../simulator/gateway/virtual-time.ts';
import { answerOf } from '../../../../simulator/meters/modbus-slave.ts';
import { meterSettings, noLog, recordingSink } from '../../../firmware/app/line-rig.ts';

const noCounts = (): TcpCounts => ({ staleAnswers: 0, otherUnits: 0, otherProtocols: 0 });
const question = (address: number) => encodeRead({ address, fc: 4, start: 0, count: 2 });
const answer = (transaction: number, unit: number, protocol = 0): number[] => [
  ...[transaction >> 8, transaction & 0xff, protocol >> 8, protocol & 0xff, 0, 7],
  ...[unit, 4, 4, 1, 2, 3, 4],
];
const rig = () => {
  const counts = noCounts();
  const frames = new TcpFrames(counts);
  const heard: number[][] = [];
  const push = (bytes: readonly number[]) =>
    frames.push(Uint8Array.from(bytes), frame => void heard.push([...frame]));
  return { counts, frames, heard, push };
};

describe('Modbus TCP as RTU frames', () => {
  it('asks with a transaction of its own each time, and without the CRC', () => {
    const { frames } = rig();
    expect([...frames.ask(question(7))]).toEqual([0, 1, 0, 0, 0, 6, 7, 4, 0, 0, 0, 2]);
    expect([...frames.ask(question(7))].slice(0, 2)).toEqual([0, 2]);
    expect(frames.ask(question(unitZeroAddress))[6]).toBe(0);
  });

  it('gives the answer as an RTU frame however it is cut into segments, and joined ones one by one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 6 }), cuts => {
        const { frames, heard, push } = rig();
        frames.ask(question(7));
        let rest = [...answer(1, 7), ...answer(1, 7)];
        for (const cut of cuts) {
          push(rest.slice(0, cut));
          rest = rest.slice(cut);
        }
        push(rest);
        expect(heard.map(frame => frame.slice(0, 7))).toEqual([[7, 4, 4, 1, 2, 3, 4]]);
        expect(heard[0]?.length).toBe(9);
      }),
    );
  });

  it('drops and counts what is late, of another unit, or of another protocol', () => {
    const { frames, heard, push, counts } = rig();
    push(answer(0, 7));
    frames.ask(question(7));
    frames.ask(question(7));
    push(answer(1, 7));
    push(answer(2, 8));
    push(answer(2, 7, 1));
    expect(heard).toEqual([]);
    expect(counts).toEqual({ staleAnswers: 2, otherUnits: 1, otherProtocols: 1 });
    push(answer(2, 7));
    push(answer(2, 7));
    expect(heard.length).toBe(1);
    expect(counts.staleAnswers).toBe(3);
  });

  it('answers of unit 0 and 255 come back to who asked', () => {
    for (const [address, unit] of [
      [unitZeroAddress, 0],
      [255, 255],
    ] as const) {
      const { frames, heard, push } = rig();
      frames.ask(question(address));
      push(answer(1, unit));
      expect(heard[0]?.[0]).toBe(address);
    }
  });

  it('says so where lengths cannot be, as of a converter that passes RTU frames on', () => {
    for (const length of [0, 1, 255, 0xffff]) {
      expect(rig().push([0, 1, 0, 0, length >> 8, length & 0xff, 1, 4])).toBe('broken');
    }
  });

  it('no bytes throw, are kept beyond a frame, or give a frame of another unit than the one asked', () => {
    const bytes = fc.array(fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 6, 7)), { maxLength: 600 });
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 5 }), fc.integer({ min: 1, max: 247 }), (pieces, unit) => {
        const { frames, heard, push } = rig();
        frames.ask(question(unit));
        for (const piece of pieces) push(piece);
        expect(heard.every(([address]) => address === unit)).toBe(true);
        expect(heard.length).toBeLessThanOrEqual(1);
        for (const frame of heard) expect(frame.length).toBeLessThanOrEqual(256);
      }),
      { numRuns: 300 },
    );
  });
});

/** What a server sends beside or instead of the right answer. */
const mischief = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.constantFrom('stale', 'otherUnit', 'twice', 'none', 'split'),
);

const trueValue = (quantity: QuantityId) =>
  quantities[quantity].unit === '1' ? 0.5 : quantities[quantity].wire;

/** What the slave at this unit says to a request of unit 5, with values so many times as large. */
function saidBy(unit: number, factor: number, request: Uint8Array): Uint8Array {
  const read = (quantity: QuantityId) => trueValue(quantity) * factor;
  const answer = answerOf({ address: 5, profile: eastronSdm630, read }, request) ?? new Uint8Array(5);
  answer[0] = unit;
  const crc = crc16Modbus(answer, 0, answer.length - 2);
  answer.set([crc & 0xff, crc >> 8], answer.length - 2);
  return answer;
}

/** Polls unit 5 through a server that does these things in turn; gives the values that are not true, and how many came. */
function polled(isTcp: boolean, done: readonly (Uint8Array | string)[]) {
  const time = new VirtualTime();
  const { sink, samples } = recordingSink();
  let asked = 0;
  const openSerial = (_: unknown, handlers: SerialHandlers) => {
    const frames = new TcpFrames(noCounts());
    const deliver = (bytes: Uint8Array) => {
      if (isTcp) frames.push(bytes, frame => handlers.onBytes(frame));
      else handlers.onBytes(bytes);
    };
    return {
      write: (request: Uint8Array) => {
        const wire = isTcp ? frames.ask(request) : request;
        const transaction = ((wire[0] as number) << 8) | (wire[1] as number);
        const put = (rtu: Uint8Array, back = 0) => (isTcp ? mbap(transaction - back, rtu) : rtu);
        const act = done[asked++ % done.length];
        const right = put(saidBy(5, 1, request));
        time.after(40, () => {
          if (act instanceof Uint8Array) deliver(act);
          if (act === 'stale' && isTcp) deliver(put(saidBy(5, 3, request), 1));
          if (act === 'otherUnit') deliver(put(saidBy(6, 3, request)));
          if (act === 'none') return;
          if (act === 'split') for (const byte of right) deliver(Uint8Array.of(byte));
          else deliver(right);
          if (act === 'twice') deliver(right);
        });
      },
      close: () => {},
    };
  };
  const source = createBusSource({
    time,
    line: { id: 'bus', kind: 'rs485', port: 'tcp://there:502', baud: 115_200 },
    openSerial,
    meters: [{ settings: meterSettings('m', 5, { sampleMs: 500 }), profile: eastronSdm630, sink }],
    log: noLog,
  });
  source.start();
  time.advance(6_000);
  source.stop();
  const values = samples.flatMap(sample => Object.entries(sample.values));
  const wrong = values.filter(([quantity, value]) => value !== trueValue(quantity as QuantityId));
  return { wrong, count: values.length };
}

/** The frame on the wire: what came of it before its CRC. */
function mbap(transaction: number, rtu: Uint8Array): Uint8Array {
  const adu = rtu.subarray(0, rtu.length - 2);
  return Uint8Array.of(
    (transaction >> 8) & 0xff,
    transaction & 0xff,
    0,
    0,
    adu.length >> 8,
    adu.length & 0xff,
    ...adu,
  );
}

describe('a meter read through a socket', () => {
  it.each([true, false])(
    'gives no value of bytes of chance, late answers or other units (Modbus TCP: %s)',
    isTcp => {
      expect(polled(isTcp, ['split']).count).toBeGreaterThan(100);
      fc.assert(
        fc.property(fc.array(mischief, { minLength: 5, maxLength: 25 }), done => {
          expect(polled(isTcp, done).wrong).toEqual([]);
        }),
        { numRuns: 10 },
      );
    },
  );
});
