import { describe, expect, it } from 'vitest';
import { Doctor } from '#app/doctor/doctor.ts';
import { createHeadSource } from '#app/head-reader.ts';
import { decodeMessage, encodeMessage, type Message } from '#core/wire/messages.ts';
import type { LineSettings } from '#core/wire/settings.ts';
import type { Ports, SerialHandlers } from '#ports';
import { d0MeterAsked } from '#profiles/d0-meter.ts';
import { p1Meter } from '#profiles/p1-meter.ts';
import type { HeadProfile } from '#profiles/profile.ts';
import { profiles } from '#profiles/registry.ts';
import { smlMeter } from '#profiles/sml-meter.ts';
import { bareBoard, noCrypto } from '../../../../simulator/gateway/board.ts';
import { memoryStore } from '../../../../simulator/gateway/stores.ts';
import { VirtualTime } from '../../../../simulator/gateway/virtual-time.ts';
import { D0Head } from '../../../../simulator/meters/d0-head.ts';
import { P1Head } from '../../../../simulator/meters/p1-head.ts';
import { SmlHead } from '../../../../simulator/meters/sml-head.ts';
import { meterSettings, recordingSink } from '../line-rig.ts';

const read = (quantity: string) =>
  quantity === 'powerW' ? -250.4 : quantity === 'energyImportWh' ? 12_345 : undefined;

/** A doctor and a head, and the frames that it told, which have gone through the wire's own rules. */
function headRig(profile: HeadProfile, hasMeter = true) {
  const time = new VirtualTime({ ticksMs: 1000 });
  const settings: LineSettings = { id: 'ir', kind: 'ir', port: 'simulated' };
  let handlers: SerialHandlers | undefined;
  const openSerial: Ports['openSerial'] = (_, given) => {
    handlers = given;
    return { write: () => {}, close: () => {} };
  };
  const meter = { settings: meterSettings('grid', 1, {}), profile, ...recordingSink() };
  const log = () => {};
  const source = hasMeter ? createHeadSource({ time, line: settings, openSerial, meter, log }) : undefined;
  const frames: Message<'trace'>['frames'][number][] = [];
  const doctor = new Doctor({
    ports: {
      time,
      random: { bytes: count => new Uint8Array(count), unit: () => 0.5 },
      mqtt: { connect: () => ({ subscribe: () => {}, publish: () => {}, close: () => {} }) },
      openSerial,
      openI2c: () => {
        throw new Error('no I2C');
      },
      store: memoryStore(),
      crypto: noCrypto,
      board: bareBoard(),
      log,
    },
    line: id => (id === 'ir' ? { settings, source, meters: [meter], fault: undefined } : undefined),
    lineIds: () => ['ir'],
    profiles: () => profiles,
    publish: (channel, message) => {
      const decoded = decodeMessage(channel, encodeMessage(channel, message));
      if (!decoded.ok) throw new Error(decoded.detail);
      if (channel === 'trace' && 'frames' in decoded.value) frames.push(...decoded.value.frames);
    },
  });
  source?.start();
  const trace = (seconds = 3600) => doctor.trace({ v: 1, id: 'c', name: 'trace', line: 'ir', seconds });
  return { time, frames, trace, source, send: (bytes: Uint8Array) => handlers?.onBytes(bytes) };
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('a trace of an optical head', () => {
  it('tells each telegram with all of its bytes, however they came, and only while it is asked for', () => {
    const { time, frames, trace, send } = headRig(smlMeter);
    const head = new SmlHead({ read });
    send(head.telegram(0));
    time.advance(1000);
    expect(trace()).toBeUndefined();
    const telegrams = [1, 2, 3].map(second => head.telegram(second));
    for (const telegram of telegrams) {
      for (let from = 0; from < telegram.length; from += 37) send(telegram.subarray(from, from + 37));
      time.advance(1000);
    }
    expect(frames.map(({ is, hex }) => [is, hex])).toEqual(
      telegrams.map(bytes => ['telegram', hexOf(bytes)]),
    );
    trace(0);
    send(head.telegram(4));
    time.advance(1000);
    expect(frames.length).toBe(3);
  });

  it('tells what is damaged with its bytes and in words, and what is between as noise', () => {
    const { time, frames, trace, send } = headRig(smlMeter);
    const telegram = new SmlHead({ read }).telegram(1);
    trace();
    send(telegram);
    const spoilt = telegram.slice();
    spoilt[60] = (spoilt[60] as number) ^ 1;
    send(spoilt);
    send(Uint8Array.of(0xde, 0xad));
    send(telegram);
    time.advance(1000);
    expect(frames.map(({ is, bytes }) => [is, bytes])).toEqual([
      ['telegram', telegram.length],
      ['damaged', spoilt.length],
      ['noise', 2],
      ['telegram', telegram.length],
    ]);
    expect(frames[1]).toMatchObject({
      note: 'the CRC of a telegram was wrong: bytes were lost or changed',
      hex: hexOf(spoilt).slice(0, 512),
    });
    expect(frames[2]?.hex).toBe('dead');
  });

  it('has P1 telegrams whole, and those of a meter that began before it without their bytes', () => {
    const { time, frames, trace, send } = headRig(p1Meter);
    const telegram = new P1Head({ read, version: '5.0' }).telegram(1_700_000_000_000);
    send(telegram.subarray(0, 100));
    trace();
    send(telegram.subarray(100));
    send(telegram);
    time.advance(1000);
    expect(frames.map(({ is, hex, bytes }) => [is, hex, bytes])).toEqual([
      ['telegram', '', telegram.length],
      ['telegram', hexOf(telegram), telegram.length],
    ]);
  });

  it('tells what a meter is asked, and answers that are another format than before', () => {
    const { time, frames, trace, send } = headRig(d0MeterAsked);
    trace();
    time.advance(11_000);
    expect(frames[0]).toMatchObject({ is: 'request' });
    const asked = Buffer.from(frames[0]?.hex ?? '', 'hex').map(byte => byte & 0x7f);
    expect(Buffer.from(asked).toString('latin1')).toBe('/?!\r\n');
    const d0 = new D0Head({ read }).telegram();
    send(d0);
    send(d0);
    time.advance(1000);
    expect(frames.filter(({ is }) => is === 'telegram').at(-1)?.hex).toBe(hexOf(d0));
  });

  it('shows bytes that are nothing it knows, and stays within bounds', () => {
    const { time, frames, trace, send } = headRig(smlMeter);
    trace();
    const junk = new Uint8Array(20_000).fill(0x55);
    for (let from = 0; from < junk.length; from += 1000) {
      send(junk.subarray(from, from + 1000));
      time.advance(1000);
    }
    expect(frames.length).toBeGreaterThan(10);
    expect(frames.every(({ is, hex }) => is === 'noise' && hex.length <= 512)).toBe(true);
    const told = frames.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(told).toBeGreaterThan(17_000);
    expect(told).toBeLessThanOrEqual(junk.length);
  });

  it('is refused where nothing reads the line, and says what to do', () => {
    expect(headRig(smlMeter, false).trace()).toBe(
      'line: nothing reads ir; a trace of an optical head needs a meter on its line in the settings',
    );
  });
});
