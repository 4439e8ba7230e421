import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bus, broadcastPauseMs } from '#app/bus.ts';
import { lateAnswerMs } from '#app/owed-answers.ts';
import { Slave } from '#app/slave.ts';
import { answerBytes, type ReadRequest } from '#core/modbus/frame.ts';
import type { Result } from '#core/result.ts';
import type { Reason } from '#core/wire/reasons.ts';
import type { Ports, SerialHandlers, TimePort } from '#ports';
import { eastronSdm120 } from '#profiles/eastron-sdm120.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { lineRig, noLog } from './line-rig.ts';
import { characterMs, framed, scriptedLine } from './scripted-line.ts';

const line = { id: 'bus', kind: 'rs485', port: 'test' } as const;
const slave = (address: number) => ({ address, profile: eastronSdm120, read: () => address });
const block = (address: number): ReadRequest => ({ address, fc: 4, start: 0, count: 2 });

interface Done {
  readonly outcome: Result<number[], Reason>;
  readonly ticksMs: number;
}

/** Reads once and runs time until it is done. */
function readOnce(bus: Bus, time: VirtualTime, request: ReadRequest, timeoutMs = 300, attempts = 1): Done {
  let done: Done | undefined;
  const slave = new Slave(request.address, { timeoutMs });
  while (bus.freeAtTicks(request, slave) > time.ticksMs()) {
    time.advance(bus.freeAtTicks(request, slave) - time.ticksMs());
  }
  bus.ask(request, slave, attempts, (outcome, ticksMs) => {
    done = { outcome: outcome.ok ? { ok: true, value: [...outcome.value] } : outcome, ticksMs };
  });
  for (let steps = 0; done === undefined && steps < 10_000; steps++) time.advance(time.untilNextMs() ?? 1);
  if (done === undefined) throw new Error('the read never ended');
  return done;
}

function openBus(rig: ReturnType<typeof lineRig>): Bus {
  const bus = new Bus({ time: rig.time, line: rig.settings, openSerial: rig.openSerial, log: noLog });
  bus.link.open();
  return bus;
}

const errorOf = ({ outcome }: Done): Reason | 'none' => (outcome.ok ? 'none' : outcome.error);

describe('bus', () => {
  it('takes as long as the wire takes, and is silent for 3.5 characters before the next request', () => {
    const rig = lineRig([slave(1)]);
    const bus = openBus(rig);
    const { characterMs, gapMs } = rig.line;
    const first = readOnce(bus, rig.time, block(1));
    const wireMs = (8 + answerBytes(block(1))) * characterMs + 20;
    expect(first.ticksMs).toBeCloseTo(wireMs, 6);
    const second = readOnce(bus, rig.time, block(1));
    expect(second.ticksMs - first.ticksMs).toBeCloseTo(wireMs + gapMs, 6);
  });

  it('times out after the time that request and answer take on the wire and the time-out itself', () => {
    const rig = lineRig([]);
    const done = readOnce(openBus(rig), rig.time, block(1), 100);
    expect(errorOf(done)).toBe('timeout');
    expect(done.ticksMs).toBeCloseTo(100 + (8 + 9) * rig.line.characterMs, 6);
  });

  it('asks again as often as allowed, and not once more', () => {
    const rig = lineRig([]);
    const bus = openBus(rig);
    readOnce(bus, rig.time, block(1), 50, 3);
    expect(bus.counts).toMatchObject({ requests: 3, retries: 2, timeouts: 3, answers: 0 });
  });

  it('gives the exception of a slave as the reason, at once and without a second try', () => {
    const rig = lineRig([slave(1)]);
    const bus = openBus(rig);
    const done = readOnce(bus, rig.time, { address: 1, fc: 4, start: 1, count: 2 }, 300, 3);
    expect(done.outcome).toMatchObject({
      ok: false,
      error: 'exception',
      detail: expect.stringContaining('2'),
    });
    expect(bus.counts.requests).toBe(1);
    expect(done.ticksMs).toBeLessThan(100);
  });

  it('discards the echo of its own bytes', () => {
    const rig = lineRig([slave(1)]);
    rig.line.setFaults({ echo: true });
    const bus = openBus(rig);
    for (let count = 0; count < 20; count++) expect(readOnce(bus, rig.time, block(1)).outcome.ok).toBe(true);
    expect(bus.counts).toMatchObject({ echoes: 20, answers: 20, foreign: 0, noiseBytes: 0 });
  });

  it('calls an answer with wrong bits damaged, long before the time-out', () => {
    const rig = lineRig([slave(1)]);
    const bus = openBus(rig);
    rig.line.setFaults({ bitErrorRate: 0.01 });
    let damaged = 0;
    for (let count = 0; count < 200; count++) {
      const done = readOnce(bus, rig.time, block(1), 5000);
      if (done.outcome.ok) expect(done.outcome.value).toEqual([0x3f, 0x80, 0, 0]);
      else if (done.outcome.error === 'crc') damaged++;
    }
    expect(damaged).toBeGreaterThan(20);
    expect(bus.counts.crcErrors).toBe(damaged);
  });

  it('waits for the answer behind a damaged echo', () => {
    const time = new VirtualTime();
    const openSerial: Ports['openSerial'] = (_, { onBytes }) => ({
      write: request => {
        const echo = request.map(byte => byte ^ 0x10);
        time.after(8, () => onBytes(echo));
        time.after(100, () => onBytes(framed([1, 4, 4, 1, 2, 3, 4])));
      },
      close: () => {},
    });
    const bus = new Bus({ time, line, openSerial, log: noLog });
    bus.link.open();
    expect(readOnce(bus, time, block(1)).outcome).toEqual({ ok: true, value: [1, 2, 3, 4] });
  });

  it('tells apart an answer of another, one that does not fit, a late one, and none', () => {
    const answers: Record<number, Uint8Array> = {
      1: framed([9, 4, 4, 1, 2, 3, 4]),
      2: framed([2, 4, 2, 1, 2]),
      3: framed([1, 4, 4, 1, 2, 3, 4]),
      4: framed([4, 4, 4, 1, 2, 3, 4]).subarray(0, 5),
    };
    const time = new VirtualTime();
    const openSerial: Ports['openSerial'] = (_, { onBytes }) => ({
      write: request => {
        const answer = answers[request[0] as number];
        if (answer) time.after(30, () => onBytes(answer));
      },
      close: () => {},
    });
    const bus = new Bus({ time, line, openSerial, log: noLog });
    bus.link.open();
    const errors = [1, 2, 3, 4, 5].map(address => errorOf(readOnce(bus, time, block(address))));
    // The third hears what the first owes: nothing for it, so it counts as no answer.
    expect(errors).toEqual(['foreign', 'malformed', 'timeout', 'crc', 'timeout']);
    expect(bus.counts).toMatchObject({
      foreign: 1,
      malformed: 1,
      late: 1,
      crcErrors: 1,
      timeouts: 2,
      answers: 0,
    });
  });

  it('leaves a slave alone that needs a pause after each answer, and asks others meanwhile', () => {
    const time = new VirtualTime();
    const asked: { address: number; ticksMs: number }[] = [];
    const openSerial = scriptedLine(time, request => {
      asked.push({ address: request[0] as number, ticksMs: time.ticksMs() });
      return [{ afterMs: 5, bytes: framed([request[0] as number, 4, 4, request[0] as number, 2, 3, 4]) }];
    });
    const bus = new Bus({ time, line, openSerial, log: noLog });
    bus.link.open();
    const slow = new Slave(1, { timeoutMs: 300, turnaroundMs: 500 });
    const quick = new Slave(2, { timeoutMs: 300 });
    let endTicks = 0;
    bus.ask(block(1), slow, 1, (_, ticksMs) => {
      endTicks = ticksMs;
    });
    while (bus.isBusy) time.advance(1);
    expect(bus.freeAtTicks(block(1), slow)).toBe(endTicks + 500);
    expect(() => bus.ask(block(1), slow, 1, () => {})).toThrow('not free');
    expect(bus.freeAtTicks(block(2), quick)).toBeLessThanOrEqual(time.ticksMs());
    bus.ask(block(2), quick, 1, () => {});
    while (bus.isBusy) time.advance(1);
    expect(asked.map(({ address }) => address)).toEqual([1, 2]);
  });

  it('is silent for longer before a slave that needs it, where another was asked before', () => {
    const time = new VirtualTime();
    const sentTicks: number[] = [];
    const openSerial = scriptedLine(time, request => {
      sentTicks.push(time.ticksMs());
      return [{ afterMs: 5, bytes: framed([request[0] as number, 4, 4, request[0] as number, 2, 3, 4]) }];
    });
    const bus = new Bus({ time, line, openSerial, log: noLog });
    bus.link.open();
    const careful = new Slave(1, { timeoutMs: 300, unitSwitchMs: 200 });
    const other = new Slave(2, { timeoutMs: 300 });
    const endTicks: number[] = [];
    for (const slave of [careful, careful, other, careful]) {
      bus.ask(block(slave.address), slave, 1, (_, ticksMs) => endTicks.push(ticksMs));
      while (bus.isBusy) time.advance(time.untilNextMs() ?? 1);
    }
    const pauses = endTicks.slice(0, 3).map((end, index) => (sentTicks[index + 1] as number) - end);
    const gapMs = 3.5 * characterMs;
    expect(pauses[0]).toBeCloseTo(gapMs, 6);
    expect(pauses[1]).toBeCloseTo(gapMs, 6);
    expect(pauses[2]).toBeCloseTo(200, 6);
  });

  it('waits for nobody after a broadcast, and gives all time to carry it out', () => {
    const time = new VirtualTime();
    const sent: string[] = [];
    const openSerial = scriptedLine(time, request => {
      sent.push(Buffer.from(request.subarray(0, 6)).toString('hex'));
      return [];
    });
    const bus = new Bus({ time, line, openSerial, log: noLog });
    bus.link.open();
    const all = new Slave(0, { timeoutMs: 300 });
    const write = { address: 0, fc: 6, start: 2, count: 1, data: Uint8Array.of(0, 7) } as const;
    let done: Done | undefined;
    bus.ask(write, all, 3, (outcome, ticksMs) => {
      done = { outcome: outcome.ok ? { ok: true, value: [...outcome.value] } : outcome, ticksMs };
    });
    while (bus.isBusy) time.advance(1);
    expect(sent).toEqual(['000600020007']);
    expect(done?.outcome).toEqual({ ok: true, value: [] });
    expect(done?.ticksMs).toBeCloseTo(8 * characterMs + broadcastPauseMs, 6);
    expect(bus.counts).toMatchObject({ requests: 1, timeouts: 0 });
    expect(bus.freeAtTicks(write, all)).toBeLessThanOrEqual(time.ticksMs());
  });

  it('hears an answer to its end that comes in drops, and what came while the machine was busy', () => {
    const time = new VirtualTime();
    const answer = framed([1, 4, 4, 1, 2, 3, 4]);
    let answers: { afterMs: number; bytes: Uint8Array }[] = [];
    const openSerial = scriptedLine(time, () => answers);
    let timersLateMs = 0;
    const busy: TimePort = {
      ticksMs: () => time.ticksMs(),
      wallMs: () => undefined,
      after: (delayMs, callback) => time.after(delayMs + timersLateMs, callback),
    };
    const bus = new Bus({ time: busy, line, openSerial, log: noLog });
    bus.link.open();
    const slave = new Slave(1, { timeoutMs: 300 });
    const ask = () => {
      let isAnswered = false;
      bus.ask(block(1), slave, 1, ({ ok }) => {
        isAnswered = ok;
      });
      while (bus.isBusy) time.advance(time.untilNextMs() ?? 1);
      time.advance(10);
      return isAnswered;
    };
    for (let count = 0; count < 20; count++) {
      answers = [{ afterMs: 0, bytes: answer }];
      expect(ask()).toBe(true);
    }
    expect(slave.timeoutMs).toBeLessThan(25);
    answers = [0, 3, 6].map((from, index) => ({
      afterMs: 10 + index * 15,
      bytes: answer.subarray(from, from + 3),
    }));
    expect(ask()).toBe(true);
    // The timer of the time-out comes when the answer is there already, and has not been heard.
    answers = [{ afterMs: 50, bytes: answer }];
    timersLateMs = 25;
    expect(ask()).toBe(true);
    timersLateMs = 0;
    expect(bus.counts.timeouts).toBe(0);
  });

  it('tells a tap all that goes over the line, byte for byte', () => {
    const time = new VirtualTime();
    const answer = framed([1, 4, 4, 1, 2, 3, 4]);
    const stray = framed([9, 4, 2, 1, 2]);
    const openSerial = scriptedLine(time, request => [
      { afterMs: 1, bytes: request },
      { afterMs: 10, bytes: Uint8Array.of(0xff) },
      { afterMs: 15, bytes: stray },
      { afterMs: 30, bytes: answer },
      { afterMs: 400, bytes: answer },
    ]);
    const told: string[] = [];
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
    const bus = new Bus({
      time,
      line,
      openSerial,
      log: noLog,
      tap: {
        sent: frame => told.push(`sent ${hex(frame)}`),
        heard: ({ is }, bytes, _, isLate) => told.push(`${is} ${hex(bytes)}${isLate ? ' late' : ''}`),
      },
    });
    bus.link.open();
    readOnce(bus, time, block(1));
    time.advance(1000);
    expect(told).toEqual([
      'sent 01040000000271cb',
      'echo 01040000000271cb',
      'noise ff',
      `frame ${hex(stray)}`,
      `answer ${hex(answer)}`,
      `frame ${hex(answer)} late`,
    ]);
    bus.listen(undefined);
    readOnce(bus, time, block(1));
    expect(told).toHaveLength(6);
  });

  it('never waits for ever on a line that babbles', () => {
    const time = new VirtualTime();
    let handlers: SerialHandlers | undefined;
    const openSerial: Ports['openSerial'] = (_, given) => {
      handlers = given;
      return { write: () => {}, close: () => {} };
    };
    const bus = new Bus({ time, line, openSerial, log: noLog });
    bus.link.open();
    const babble = () => {
      handlers?.onBytes(Uint8Array.of(0x55));
      time.after(1, babble);
    };
    babble();
    const done = readOnce(bus, time, block(1), 100, 1);
    expect(errorOf(done)).toBe('crc');
    expect(bus.counts.requests).toBe(0);
  });

  it('gives the time-out as the reason when the line is lost in the middle', () => {
    const time = new VirtualTime();
    const openSerial: Ports['openSerial'] = (_, { onClosed }) => ({
      write: () => onClosed('unplugged'),
      close: () => {},
    });
    const bus = new Bus({ time, line, openSerial, log: noLog });
    bus.link.open();
    expect(errorOf(readOnce(bus, time, block(1)))).toBe('timeout');
    expect(bus.link.closedReason).toBe('timeout');
  });

  it('credits no answer to a question it does not answer, however late, lost, doubled with noise or cut in pieces', () => {
    const fate = fc.record({
      address: fc.integer({ min: 1, max: 3 }),
      block: fc.nat(3),
      attempts: fc.constantFrom(1, 2),
      answers: fc.array(
        fc.record({
          kind: fc.constantFrom('answer', 'answer', 'answer', 'exception', 'none'),
          delayMs: fc.oneof(fc.constant(5), fc.nat(80), fc.nat(lateAnswerMs)),
          noise: fc.uint8Array({ maxLength: 3 }),
          pieces: fc.integer({ min: 1, max: 9 }),
          hasEcho: fc.boolean(),
        }),
        { minLength: 2, maxLength: 2 },
      ),
    });
    let credited = 0;
    let late = 0;
    fc.assert(
      fc.property(fc.array(fate, { minLength: 10, maxLength: 40 }), fates => {
        const time = new VirtualTime();
        const fatesOfRequests: (typeof fates)[number]['answers'] = [];
        const openSerial: Ports['openSerial'] = (_, { onBytes }) => ({
          write: request => answerLater(time, Uint8Array.from(request), fatesOfRequests.shift(), onBytes),
          close: () => {},
        });
        const bus = new Bus({ time, line, openSerial, log: noLog });
        bus.link.open();
        for (const { address, block: number, attempts, answers } of fates) {
          fatesOfRequests.length = 0;
          fatesOfRequests.push(...answers);
          const request: ReadRequest = { address, fc: 4, start: number * 2, count: 2 };
          const { outcome } = readOnce(bus, time, request, 50, attempts);
          if (!outcome.ok) continue;
          credited++;
          expect(outcome.value).toEqual([address, number * 2, address ^ 0xff, (number * 2) ^ 0xff]);
        }
        late += bus.counts.late;
      }),
      { numRuns: 300 },
    );
    // Thousands of answers came, and many of them when another one was awaited.
    expect(credited).toBeGreaterThan(1500);
    expect(late).toBeGreaterThan(200);
  });
});

interface Fate {
  readonly kind: string;
  readonly delayMs: number;
  readonly noise: Uint8Array;
  readonly pieces: number;
  readonly hasEcho: boolean;
}

/** A slave behind a careless converter: its answer names the question, and comes when it likes. */
function answerLater(
  time: VirtualTime,
  request: Uint8Array,
  fate: Fate | undefined,
  onBytes: (bytes: Uint8Array) => void,
): void {
  if (fate === undefined) return;
  if (fate.hasEcho) time.after(1, () => onBytes(request));
  if (fate.kind === 'none') return;
  const address = request[0] as number;
  const start = request[3] as number;
  const body =
    fate.kind === 'exception'
      ? [address, 0x84, 6]
      : [address, 4, 4, address, start, address ^ 0xff, start ^ 0xff];
  const bytes = Uint8Array.from([...fate.noise, ...framed(body)]);
  for (let from = 0; from < bytes.length; from += fate.pieces) {
    const piece = bytes.slice(from, from + fate.pieces);
    time.after(fate.delayMs + from * 0.1, () => onBytes(piece));
  }
}
