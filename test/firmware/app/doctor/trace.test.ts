import { describe, expect, it } from 'vitest';
import { requestNote } from '#app/doctor/note.ts';
import { Trace } from '#app/doctor/trace.ts';
import { fromHex } from '#core/bytes.ts';
import type { Message } from '#core/wire/messages.ts';
import { VirtualTime } from '../../../../simulator/gateway/virtual-time.ts';
import { doctorRig } from './doctor-rig.ts';

type Frame = Message<'trace'>['frames'][number];

const frame = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);

describe('a trace', () => {
  it('tells each frame with its bytes and its meaning, four times a second at most, until its time is over', () => {
    const rig = doctorRig({ slaves: [{ address: 1, profile: 'eastron-sdm630' }] });
    rig.time.advance(2000);
    expect(rig.told.trace).toEqual([]);
    expect(rig.doctor.trace(rig.command({ name: 'trace', seconds: 10 }))).toBeUndefined();
    rig.time.advance(60_000);
    const { trace } = rig.told;
    const frames = trace.flatMap(({ message }) => message.frames);
    for (const [index, { ticksMs }] of trace.slice(1).entries()) {
      expect(ticksMs - (trace[index]?.ticksMs ?? 0)).toBeGreaterThanOrEqual(250);
    }
    expect((trace.at(-1)?.ticksMs ?? 0) - 3000).toBeLessThanOrEqual(10_000);
    const requests = frames.filter(({ is }) => is === 'request');
    expect(requests.length).toBeGreaterThanOrEqual(10);
    expect(frames.filter(({ is }) => is === 'answer').length).toBeGreaterThanOrEqual(10);
    expect(requests[0]).toMatchObject({
      hex: '010400000050f036',
      bytes: 8,
      note: 'read 80 input registers from 0x0000 of slave 1',
    });
    expect(frames.find(({ bytes }) => bytes === 165)?.note).toBe('answer, 160 bytes, of slave 1');
    expect(trace.every(({ message }) => message.dropped === 0)).toBe(true);
  });

  it('tells exceptions, echoes, noise and late answers for what they are', () => {
    const rig = doctorRig({ slaves: [{ address: 1, profile: 'eastron-sdm120' }] });
    const kinds = (): Set<Frame['is']> =>
      new Set(rig.told.trace.flatMap(({ message }) => message.frames.map(({ is }) => is)));
    rig.doctor.trace(rig.command({ name: 'trace', seconds: 120 }));
    rig.line.setFaults({ echo: true });
    rig.time.advance(3000);
    expect([...kinds()]).toEqual(expect.arrayContaining(['request', 'echo', 'answer']));
    expect(kinds()).not.toContain('noise');
    rig.line.setFaults({ echo: false, doubledShare: 1 });
    rig.time.advance(5000);
    expect(kinds()).toContain('late');
    rig.line.setFaults({ doubledShare: 0, bitErrorRate: 0.01 });
    rig.time.advance(5000);
    expect(kinds()).toContain('noise');
  });

  it('tells what a scan asks, too', () => {
    const rig = doctorRig({ slaves: [{ address: 1, profile: 'eastron-sdm120' }], polled: [] });
    rig.doctor.scan(rig.command({ name: 'scan', scan: { fromAddress: 1, toAddress: 2 } }));
    rig.doctor.trace(rig.command({ name: 'trace', seconds: 60 }));
    rig.time.advance(10_000);
    const notes = rig.told.trace.flatMap(({ message }) => message.frames.map(({ note }) => note));
    expect(notes).toContain('read 2 input registers from 0x0000 of slave 2');
    expect(notes.some(note => note?.startsWith('exception'))).toBe(true);
  });

  it('holds no more than a few kilobytes and counts what it leaves out', () => {
    const time = new VirtualTime();
    const told: Message<'trace'>[] = [];
    const trace = new Trace({ time, line: 'bus', publish: message => told.push(message) });
    const noise = new Uint8Array(600).fill(0x55);
    for (let count = 0; count < 1000; count++) trace.heard({ is: 'noise', count: 600 }, noise, 0, false);
    time.advance(250);
    expect(told.length).toBe(1);
    const [message] = told;
    expect((message?.frames.length ?? 0) + (message?.dropped ?? 0)).toBe(1000);
    expect(message?.frames.every(({ hex, bytes }) => hex.length === 512 && bytes === 600)).toBe(true);
    expect(JSON.stringify(message).length).toBeLessThan(10_000);
  });

  it.each([
    ['01030000000ac5cd', 'read 10 registers from 0x0000 of slave 1'],
    ['02010013002573d8', 'read 37 coils from 0x0013 of slave 2'],
    ['0005000aff00ac29', 'switch coil 0x000a of all slaves on'],
    ['0106001c00024bcd', 'write 0x0002 to register 0x001c of slave 1'],
    ['0110001c00020440000000e6cc', 'write 2 registers from 0x001c of slave 1'],
    ['014211', 'function 66 of slave 1'],
  ])('of %s says: %s', (hex, note) => {
    expect(requestNote(frame(hex))).toBe(note);
  });
});

describe('a doctor to whom nobody listens', () => {
  it('hears nothing of the line and tells nothing', () => {
    const rig = doctorRig({ slaves: [{ address: 1, profile: 'eastron-sdm120' }] });
    rig.time.advance(10_000);
    rig.doctor.trace(rig.command({ name: 'trace', seconds: 1 }));
    rig.doctor.diagnose(rig.command({ name: 'diagnose', seconds: 1 }));
    rig.time.advance(2000);
    const before = rig.published();
    expect(before).toBeGreaterThan(0);
    rig.time.advance(60_000);
    expect(rig.published()).toBe(before);
  });

  it.each(['diagnose', 'trace'] as const)('%s ends when it is told to, and by the end of all', name => {
    for (const end of ['command', 'end'] as const) {
      const rig = doctorRig({ slaves: [{ address: 1, profile: 'eastron-sdm120' }] });
      const ask = (seconds: number) =>
        name === 'trace'
          ? rig.doctor.trace(rig.command({ name, seconds }))
          : rig.doctor.diagnose(rig.command({ name, seconds }));
      ask(60);
      rig.time.advance(5000);
      if (end === 'command') ask(0);
      else rig.doctor.end(true);
      const before = rig.published();
      expect(before).toBeGreaterThan(3);
      rig.time.advance(20_000);
      expect(rig.published()).toBe(before);
    }
  });

  it('refuses what lacks something', () => {
    const rig = doctorRig({ slaves: [] });
    expect(rig.doctor.trace(rig.command({ name: 'trace' }))).toBe(
      'seconds: is missing; trace needs a whole number from 1 to 3600, 0 ends it',
    );
    expect(rig.doctor.diagnose({ v: 1, id: 'a', name: 'diagnose', seconds: 5 })).toBe(
      'line: nothing given; one of bus is allowed',
    );
  });
});
