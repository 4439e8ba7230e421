import { describe, expect, it } from 'vitest';
import type { CommandOutcome } from '#app/poll-commands.ts';
import { createBusSource } from '#app/poller.ts';
import { encodeValue } from '#core/modbus/encode.ts';
import { eastronSdm120 } from '#profiles/eastron-sdm120.ts';
import type { ModbusCommand, ModbusProfile } from '#profiles/profile.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { lineRig, meterSettings, recordingSink } from './line-rig.ts';
import { framed, scriptedLine } from './scripted-line.ts';

const commands: readonly ModbusCommand[] = [
  {
    id: 'limit',
    name: 'Limit',
    fc: 16,
    address: 100,
    type: 'float32',
    order: 'big',
    scale: 1,
    min: 0,
    max: 4000,
    unit: 'W',
  },
  {
    id: 'setpoint',
    name: 'Setpoint',
    fc: 6,
    address: 7,
    type: 'int16',
    order: 'big',
    scale: 0.1,
    min: -50,
    max: 50,
    unit: 'A',
  },
  { id: 'relay', name: 'Relay', fc: 5, address: 3, type: 'bool', order: 'big', scale: 1, min: 0, max: 1 },
  { id: 'lamps', name: 'Lamps', fc: 15, address: 4, type: 'bool', order: 'big', scale: 1, min: 0, max: 1 },
  { id: 'reset', name: 'Reset', fc: 6, address: 9, type: 'uint16', order: 'big', scale: 1, min: 1, max: 1 },
];
const profile: ModbusProfile = { ...eastronSdm120, commands };

/** A line with one SDM120 that also takes writes, or does with them what `answer` says. */
function rig(
  answer: (request: Uint8Array) => readonly number[] | undefined = request => [...request.subarray(0, 6)],
  afterMs = 10,
) {
  const time = new VirtualTime();
  const written: string[] = [];
  const openSerial = scriptedLine(time, request => {
    const fc = request[1] as number;
    if (fc > 4) {
      written.push(Buffer.from(request.subarray(0, -2)).toString('hex'));
      const body = answer(request);
      return body === undefined ? [] : [{ afterMs, bytes: framed(body) }];
    }
    const bytes = (request[5] as number) * 2;
    return [{ afterMs: 10, bytes: framed([1, fc, bytes, ...Array.from({ length: bytes }, () => 0)]) }];
  });
  const { sink, samples, failures } = recordingSink();
  const log: string[] = [];
  const source = createBusSource({
    time,
    line: { id: 'bus', kind: 'rs485', port: 'scripted' },
    openSerial,
    meters: [{ settings: meterSettings('m', 1), profile, sink }],
    log: (level, text) => log.push(`${level}: ${text}`),
  });
  source.start();
  time.advance(2500);
  const give = (command: string, value?: number, meter = 'm'): CommandOutcome | undefined => {
    let came: CommandOutcome | undefined;
    source.command?.(meter, command, value, outcome => {
      came = outcome;
    });
    time.advance(1000);
    return came;
  };
  return { time, source, give, written, samples, failures, log };
}

describe('commands of a profile', () => {
  it('are written between polls, each by its function, and told in the log', () => {
    const { give, written, samples, failures, log } = rig();
    const before = samples.length;
    expect(give('limit', 1500)).toEqual({ ok: true });
    expect(give('setpoint', -12.3)).toEqual({ ok: true });
    expect(give('relay', 1)).toEqual({ ok: true });
    expect(give('lamps', 1)).toEqual({ ok: true });
    expect(give('reset')).toEqual({ ok: true });
    expect(written).toEqual([
      '01100064000204' + '44bb8000',
      '01060007' + 'ff85',
      '01050003' + 'ff00',
      '010f0004000101' + '01',
      '01060009' + '0001',
    ]);
    expect(failures).toEqual([]);
    expect(samples.length - before).toBeGreaterThanOrEqual(5);
    expect(log[0]).toBe('info: meter m (address 1 on line bus) carried out the command limit = 1500');
    expect(log).toHaveLength(5);
  });

  it('are confirmed by a meter that takes longer for them than for anything that it was asked before', () => {
    // Reads are answered within 10 ms, and waited for little longer.
    const { give, written } = rig(undefined, 250);
    expect(give('limit', 1500)).toEqual({ ok: true });
    expect(written).toHaveLength(1);
  });

  it.each([
    ['limit', 4001, 'm', 'value: 4001 given; 0 to 4000 W is allowed'],
    ['limit', Number.NaN, 'm', 'value: NaN given; 0 to 4000 W is allowed'],
    ['limit', undefined, 'm', 'value: is missing; 0 to 4000 W is allowed'],
    ['setpoint', 0.25, 'm', 'value: 0.25 given; the meter holds it as int16 in steps of 0.1'],
    ['reset', 2, 'm', 'value: 2 given; 1 is allowed'],
    [
      'explode',
      1,
      'm',
      'command: "explode" given; profile eastron-sdm120 allows limit, setpoint, relay, lamps, reset',
    ],
    ['limit', 1, 'other', 'meter: "other" is not on line bus'],
  ])('%s %s of %s is refused with words and nothing is written', (command, value, meter, message) => {
    const { give, written } = rig();
    expect(give(command, value, meter)).toEqual({ ok: false, message });
    expect(written).toEqual([]);
  });

  it('are done only when the meter repeated them: refused, unanswered and wrongly answered ones are told', () => {
    const refused = rig(() => [1, 0x90, 3]);
    expect(refused.give('limit', 10)).toMatchObject({
      ok: false,
      message: expect.stringContaining('exception 3'),
    });
    const unanswered = rig(() => undefined);
    const outcome = unanswered.give('limit', 10);
    expect(outcome).toMatchObject({
      ok: false,
      message: expect.stringContaining('whether it was done is not known'),
    });
    // Asked once: a second write is a person's decision.
    expect(unanswered.written).toHaveLength(1);
    const wrong = rig(request =>
      [1, 16, 0, 101, 0, 2].map((byte, at) => (at === 0 ? (request[0] as number) : byte)),
    );
    expect(wrong.give('limit', 10)?.ok).toBe(false);
    expect(refused.log[0]).toMatch(/^warn: meter m .+ did not confirm the command limit = 10: /);
  });

  it('end with the line, and each is answered', () => {
    const { source, time, written } = rig();
    const outcomes: CommandOutcome[] = [];
    for (let count = 0; count < 10; count++)
      source.command?.('m', 'reset', undefined, outcome => outcomes.push(outcome));
    source.stop();
    time.advance(10_000);
    // One had gone out already.
    expect(outcomes.filter(({ ok }) => !ok)).toHaveLength(10);
    expect(written.length).toBeLessThanOrEqual(1);
    source.command?.('m', 'reset', undefined, outcome => outcomes.push(outcome));
    expect(outcomes[10]).toMatchObject({ ok: false });
  });

  it('reach the simulated meter', () => {
    const rigged = lineRig([{ address: 1, profile, read: () => 0.5 }]);
    const { time, openSerial, settings } = rigged;
    const meters = [{ settings: meterSettings('m', 1), profile, sink: recordingSink().sink }];
    const source = createBusSource({ time, line: settings, openSerial, meters, log: () => {} });
    source.start();
    time.advance(1500);
    const outcomes: CommandOutcome[] = [];
    source.command?.('m', 'limit', 250, outcome => outcomes.push(outcome));
    time.advance(1000);
    expect(outcomes).toEqual([{ ok: true }]);
    source.stop();
  });
});

describe('the bytes of a written value', () => {
  const hex = (
    value: number,
    type: ModbusCommand['type'],
    order: ModbusCommand['order'] = 'big',
    scale = 1,
  ) => {
    const bytes = encodeValue(value, { type, order, scale });
    return bytes && Buffer.from(bytes).toString('hex');
  };

  it('are those of its type and order', () => {
    expect(hex(0x1234, 'uint16')).toBe('1234');
    expect(hex(0x1234, 'uint16', 'byteSwapped')).toBe('3412');
    expect(hex(-2, 'int32', 'wordSwapped')).toBe('fffeffff');
    expect(hex(0x01020304, 'uint32', 'little')).toBe('04030201');
    expect(hex(-1, 'int64')).toBe('ffffffffffffffff');
    expect(hex(1234, 'bcd16')).toBe('1234');
    expect(hex(12345678, 'bcd32')).toBe('12345678');
    expect(hex(1, 'bool')).toBe('ff00');
    expect(hex(0.3, 'uint16', 'big', 0.1)).toBe('0003');
    expect(hex(3000, 'uint16', 'big', 1000)).toBe('0003');
  });

  it('are none where the type does not hold it', () => {
    expect(hex(65_536, 'uint16')).toBeUndefined();
    expect(hex(-1, 'uint16')).toBeUndefined();
    expect(hex(-32_769, 'int16')).toBeUndefined();
    expect(hex(10_000, 'bcd16')).toBeUndefined();
    expect(hex(-1, 'bcd16')).toBeUndefined();
    expect(hex(0.5, 'uint16')).toBeUndefined();
    expect(hex(2, 'bool')).toBeUndefined();
    expect(hex(1, 'bit')).toBeUndefined();
    expect(hex(2 ** 60, 'int64')).toBeUndefined();
    expect(hex(Number.POSITIVE_INFINITY, 'float32')).toBeUndefined();
  });
});
