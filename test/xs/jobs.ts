import { RamJournal } from '#app/ram-journal.ts';
import { CounterGuard } from '#core/aggregate/counter-guard.ts';
import { Window, type WindowContent } from '#core/aggregate/window.ts';
import { fromHex, toHex } from '#core/bytes.ts';
import { crc16Kermit, crc16Modbus, crc16X25, crc32 } from '#core/crc.ts';
import type { ReadRequest } from '#core/modbus/frame.ts';
import { encodeRead, type Heard } from '#core/modbus/frame.ts';
import { FrameReader } from '#core/modbus/frame-reader.ts';
import type { QuantityId } from '#core/quantities.ts';
import { decodeUtf8, encodeUtf8 } from '#core/utf8.ts';
import { decodeMessage, type JsonChannel } from '#core/wire/messages.ts';
import { decodeRecord, encodeRecord, type WindowRecord } from '#core/wire/records.ts';
import { checkProfile } from '#profiles/profile-check.ts';
import { Ed25519Check } from '../../firmware/moddable/ed25519-check.ts';
import { smlTelegrams, textTelegrams } from '../firmware/core/fuzz-telegrams.ts';
import { fuzzText } from '../firmware/core/iec62056/fuzz.ts';
import { fuzzSml } from '../firmware/core/sml/fuzz.ts';
import { type DecodedStream, decodeStream } from '../firmware/core/sml/stream.ts';
import { type FlashWork, workFlash } from './flash-work.ts';
import { runGateway } from './whole-gateway.ts';
import { decodeTelegrams, pollSdm630 } from './work.ts';

/**
 * What the tests have the firmware's code do, on XS and on Node alike: a job takes and gives what JSON can carry.
 * Runs on XS, so nothing here is Node's.
 */
export const jobs = {
  crc: ({ hex }: { hex: string }) => {
    const bytes = bytesOf(hex);
    return [crc16Modbus(bytes), crc16X25(bytes), crc16Kermit(bytes), crc32(bytes)];
  },

  /** The text of bytes and the bytes of that text; null where they are not UTF-8. */
  utf8: ({ hex }: { hex: string }) => {
    const text = decodeUtf8(bytesOf(hex));
    return text === undefined ? null : { text, hex: toHex(encodeUtf8(text)) };
  },

  sml: ({ hex, pieces }: { hex: string; pieces: number[] }): DecodedStream =>
    decodeStream(bytesOf(hex), pieces),

  /** Spoilt telegrams of optical heads, judged by another decoder. */
  fuzzHeads: ({ seed, count, format }: { seed: number; count: number; format: 'sml' | 'text' }) =>
    format === 'sml' ? fuzzSml(smlTelegrams, seed, count) : fuzzText(textTelegrams, seed, count),

  /** What a master hears that awaits the answer to a request, bytes coming in pieces of one size. */
  frames: ({ request, hex, piece }: { request: ReadRequest; hex: string; piece: number }) => {
    const reader = new FrameReader();
    const heard: (Exclude<Heard, { is: 'answer' }> | { is: 'answer'; data: string })[] = [];
    const bytes = bytesOf(hex);
    reader.expect(request, encodeRead(request));
    for (let from = 0; from < bytes.length; from += piece) {
      reader.push(bytes.subarray(from, from + piece), what => {
        heard.push(what.is === 'answer' ? { is: 'answer', data: toHex(what.data) } : what);
      });
    }
    return { heard, pendingBytes: reader.pendingBytes };
  },

  encodeRecord: (record: WindowRecord) => toHex(encodeRecord(record)),

  decodeRecord: ({ hex }: { hex: string }) => decodeRecord(bytesOf(hex)),

  polls: ({ count }: { count: number }) => pollSdm630(count),

  telegrams: ({ hex, count }: { hex: string; count: number }) => decodeTelegrams(hex, count),

  gateway: (run: { seconds: number; outageS: number }) => runGateway(run),

  /** Samples and failures into one window; closed when a sample of its quantity is null. */
  window: ({ steps }: { steps: [ticksMs: number, quantity: QuantityId | null, value: number][] }) => {
    const window = new Window(3000, 0, new CounterGuard(10, { happened: () => {}, confirmed: () => {} }));
    const closed: WindowContent[] = [];
    for (const [ticksMs, quantity, value] of steps) {
      if (quantity !== null) window.sample(quantity, value, ticksMs);
      else {
        if (value > 0) window.fail('crc');
        closed.push(window.close(ticksMs));
      }
    }
    return closed;
  },

  /** Records in and out of a small journal; gives what it holds after each step. */
  journal: ({ steps }: { steps: { append: number; release: number; from: number }[] }) => {
    const journal = new RamJournal({ bytes: count => new Uint8Array(count).fill(7), unit: () => 0.5 }, 5000);
    return steps.map(({ append, release, from }) => {
      journal.append(new Uint8Array(append).fill(journal.next & 0xff));
      journal.release(release);
      const { epoch, oldest, next, bytes, dropped } = journal;
      return { epoch, oldest, next, bytes, dropped, read: journal.read(from, 600, 5).map(toHex) };
    });
  },

  /** Whether a signature is right; SHA-512 is the machine's own there, and comes with the question here. */
  ed25519: ({
    key,
    message,
    signature,
    sha512,
  }: Record<'key' | 'message' | 'signature' | 'sha512', string>) => {
    const check = new Ed25519Check(bytesOf(key), bytesOf(message), bytesOf(signature), () => bytesOf(sha512));
    for (let count = 0; ; count++) {
      const isGood = check.step();
      if (isGood !== undefined) return { isGood, count };
    }
  },

  /** Records into flash and out of it, with a release each tenth; then a start with all of it there. */
  flashJournal: (work: FlashWork) => workFlash(work),

  profile: ({ profile }: { profile: unknown }) => checkProfile(profile),

  message: ({ channel, hex }: { channel: JsonChannel; hex: string }) => decodeMessage(channel, bytesOf(hex)),
};

export type Jobs = typeof jobs;
export type JobName = keyof Jobs;
export type JobInput<N extends JobName> = Parameters<Jobs[N]>[0];
export type JobResult<N extends JobName> = ReturnType<Jobs[N]>;

function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new Error('not hex');
  return bytes;
}
