import { describe, expect, it } from 'vitest';
import { Bus } from '#app/bus.ts';
import { lateAnswerMs } from '#app/owed-answers.ts';
import { Slave } from '#app/slave.ts';
import type { ReadRequest } from '#core/modbus/frame.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { seededUnit } from '../../../simulator/line/bit-noise.ts';
import { seed } from '../../seed.ts';
import { noLog } from './line-rig.ts';
import { framed, type Scripted, scriptedLine, wordAt } from './scripted-line.ts';

const cases = 10_000;
const casesPerLine = 50;
const settings = { id: 'bus', kind: 'rs485', port: 'scripted' } as const;

/** An answer that says which question it answers, so a wrong credit shows. */
function answerTo(address: number, start: number, count: number): Uint8Array {
  const data = Array.from({ length: count * 2 }, (_, index) => [address, start, 0xa5][index % 3] as number);
  return framed([address, 4, data.length, ...data]);
}

/** A refusal that says which question it answers; not 8, which is asked again. */
const exceptionOf = (start: number): number => 1 + start / 3;

describe('ten thousand cases of late, doubled, foreign and cut answers', () => {
  it('credit none to a question that it does not answer', () => {
    const unit = seededUnit(seed);
    const upTo = (most: number) => Math.floor(unit() * (most + 1));
    const made = { late: 0, doubled: 0, foreign: 0, cut: 0, refused: 0, missing: 0 };
    const came = { credited: 0, refused: 0, late: 0, foreign: 0, wrong: 0 };

    /** When the last of what is under way has come. */
    let quietTicks = 0;

    /** What a careless line makes of one request. */
    const fate = (request: Uint8Array, isQuiet: boolean): Scripted[] => {
      const [address, start, count] = [request[0] as number, wordAt(request, 2), wordAt(request, 4)];
      const answer = answerTo(address, start, count);
      const afterMs = unit() < 0.4 ? upTo(lateAnswerMs) : upTo(40);
      const kind = unit();
      if (kind < 0.08) {
        made.missing++;
        return [];
      }
      if (kind < 0.14) {
        made.refused++;
        const refusal = framed([address, 0x84, exceptionOf(start)]);
        return [{ afterMs, bytes: refusal }];
      }
      if (kind < 0.24) {
        made.foreign++;
        // A slave of this master speaks for another while that is asked; slaves of other masters speak at any time.
        const other = isQuiet ? (address % 3) + 1 : address + 3;
        return [{ afterMs: isQuiet ? upTo(40) : afterMs, bytes: answerTo(other, start, count) }];
      }
      if (kind < 0.34) {
        made.cut++;
        return [{ afterMs, bytes: answer.subarray(0, 1 + upTo(answer.length - 2)) }];
      }
      if (afterMs > 60) made.late++;
      if (kind < 0.64) {
        made.doubled++;
        return [
          { afterMs, bytes: answer },
          { afterMs: afterMs + upTo(lateAnswerMs - afterMs), bytes: answer },
        ];
      }
      const noise = Array.from({ length: upTo(2) }, () => upTo(255));
      return [{ afterMs, bytes: Uint8Array.from([...noise, ...answer]) }];
    };

    for (let done = 0; done < cases; done += casesPerLine) {
      const time = new VirtualTime();
      quietTicks = 0;
      const openSerial = scriptedLine(time, request => {
        const answers = fate(request, time.ticksMs() >= quietTicks);
        for (const { afterMs } of answers) quietTicks = Math.max(quietTicks, time.ticksMs() + afterMs + 30);
        return answers;
      });
      const bus = new Bus({ time, line: settings, openSerial, log: noLog });
      const slaves = [1, 2, 3].map(address => new Slave(address, { timeoutMs: 60 }));
      bus.link.open();
      for (let asked = 0; asked < casesPerLine; asked++) {
        const slave = slaves[upTo(2)] as Slave;
        // Three blocks of one length, and one of another.
        const block = upTo(3);
        const request: ReadRequest = {
          address: slave.address,
          fc: 4,
          start: block * 3,
          count: block === 3 ? 3 : 2,
        };
        while (bus.freeAtTicks(request, slave) > time.ticksMs()) {
          time.advance(bus.freeAtTicks(request, slave) - time.ticksMs());
        }
        bus.ask(request, slave, 1 + upTo(1), outcome => {
          if (!outcome.ok) {
            if (outcome.exception === undefined) return;
            came.refused++;
            if (outcome.exception !== exceptionOf(request.start)) came.wrong++;
            return;
          }
          came.credited++;
          const [address, start] = outcome.value;
          if (address !== request.address || start !== request.start) came.wrong++;
        });
        while (bus.isBusy) time.advance(time.untilNextMs() ?? 1);
      }
      came.late += bus.counts.late;
      came.foreign += bus.counts.foreign;
    }

    const list = (counts: Record<string, number>) =>
      Object.entries(counts)
        .map(([what, count]) => `${count.toLocaleString('en')} ${what}`)
        .join(', ');
    console.log(
      `answers on a careless line, seed ${seed}: ${cases.toLocaleString('en')} requests; made ${list(made)}; heard ${list(came)}`,
    );
    expect(came.wrong).toBe(0);
    expect(came.credited).toBeGreaterThan(cases * 0.4);
    expect(came.refused).toBeGreaterThan(cases * 0.03);
    expect(came.late).toBeGreaterThan(cases * 0.1);
    expect(came.foreign).toBeGreaterThan(cases * 0.03);
  });

  it('a refusal that comes twice, on a line where all does, refuses nothing else', () => {
    const time = new VirtualTime();
    const openSerial = scriptedLine(time, request => {
      const start = wordAt(request, 2);
      const bytes = start === 0 ? framed([1, 0x84, 2]) : framed([1, 4, 4, 0, start, 0, 0]);
      return [
        { afterMs: 5, bytes },
        { afterMs: 35, bytes },
      ];
    });
    const bus = new Bus({ time, line: settings, openSerial, log: noLog });
    const slave = new Slave(1, { timeoutMs: 100 });
    bus.link.open();
    const answered: boolean[] = [];
    for (let asked = 0; asked < 10; asked++) {
      const request: ReadRequest = { address: 1, fc: 4, start: (asked % 2) * 10, count: 2 };
      bus.ask(request, slave, 1, ({ ok }) => answered.push(ok));
      while (bus.isBusy) time.advance(time.untilNextMs() ?? 1);
      // The first double is heard while nobody is asked, as most are.
      if (asked === 0) time.advance(100);
    }
    expect(answered).toEqual([false, true, false, true, false, true, false, true, false, true]);
  });

  it('two blocks of a slave that truly hold the same are both read, and soon without a doubt', () => {
    const time = new VirtualTime();
    const same = framed([1, 4, 4, 0, 0, 0, 0]);
    const openSerial = scriptedLine(time, () => [{ afterMs: 5, bytes: same }]);
    const bus = new Bus({ time, line: settings, openSerial, log: noLog });
    const slave = new Slave(1, { timeoutMs: 100 });
    bus.link.open();
    for (let round = 0; round < 20; round++) {
      for (const start of [0, 10]) {
        let isAnswered = false;
        bus.ask({ address: 1, fc: 4, start, count: 2 }, slave, 1, ({ ok }) => {
          isAnswered = ok;
        });
        while (bus.isBusy) time.advance(time.untilNextMs() ?? 1);
        expect(isAnswered).toBe(true);
        const freeAt = bus.freeAtTicks({ address: 1, fc: 4, start: 10 - start, count: 2 }, slave);
        if (freeAt > time.ticksMs()) time.advance(freeAt - time.ticksMs() + 1);
      }
    }
    // Each of the two was asked a second time, once.
    expect(bus.counts.requests).toBeLessThanOrEqual(42);
    expect(bus.counts.answers).toBe(40);
  });

  it('two blocks that hold the same and change together cost one more question, and nobody waits', () => {
    const time = new VirtualTime();
    let round = 0;
    const openSerial = scriptedLine(time, () => [{ afterMs: 5, bytes: framed([1, 4, 4, 0, 0, 0, round]) }]);
    const bus = new Bus({ time, line: settings, openSerial, log: noLog });
    const slave = new Slave(1, { timeoutMs: 100 });
    bus.link.open();
    for (round = 0; round < 20; round++) {
      for (const start of [0, 10]) {
        const request: ReadRequest = { address: 1, fc: 4, start, count: 2 };
        expect(bus.freeAtTicks(request, slave)).toBeLessThanOrEqual(time.ticksMs());
        bus.ask(request, slave, 1, ({ ok }) => expect(ok).toBe(true));
        while (bus.isBusy) time.advance(time.untilNextMs() ?? 1);
      }
    }
    expect(bus.counts.answers).toBe(40);
    expect(bus.counts.requests).toBe(60);
  });
});
