import { ccittRemainder } from '../crc.ts';
import { limits } from '../limits.ts';
import { unescapeInto } from './escape.ts';

/**
 * Why bytes did not become a frame. junk: outside any frame. restart: a new start inside a frame. escape: an
 * escape of no known meaning. crc: neither X.25 nor Kermit fits. padding, alignment: the CRC fits, the frame's
 * own bookkeeping does not. incomplete: the stream ended inside. tooLong: past the limit. version2: the start
 * of an SML transport version 2 block, which no known meter sends and which is not decoded.
 */
export type SmlFault =
  | 'junk'
  | 'restart'
  | 'escape'
  | 'crc'
  | 'padding'
  | 'alignment'
  | 'incomplete'
  | 'tooLong'
  | 'version2';

/** A frame whose transport is good. Its payload is `bytes[start]` to `bytes[end - 1]`, valid during the call only. */
export interface SmlFrame {
  /** Of the frame's first start byte, counted from the first byte ever pushed. */
  readonly offset: number;
  /** Bytes on the wire, from the first start byte to the CRC. */
  readonly length: number;
  readonly padding: number;
  readonly crc: 'x25' | 'kermit';
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export interface SmlTransportHandlers {
  readonly onFrame: (frame: SmlFrame) => void;
  /** `length` bytes from `offset` on are given up. Frames and faults together cover every byte of the stream once. */
  readonly onFault: (fault: SmlFault, offset: number, length: number) => void;
}

const escapeByte = 0x1b;
const markBytes = 8;
// How much is taken in at once beyond a frame; a compromise between RAM and copying.
const roomBytes = 1024;

/**
 * SML transport version 1 (BSI TR-03109-1 annex IV, SML 1.04 chapter 8) out of a byte stream in pieces of any
 * size. It looks for the start byte by byte, lets a start inside a frame win, and after a broken frame looks
 * again inside it, so that one lost byte costs one frame and never its neighbour.
 */
export class SmlTransport {
  readonly #handlers: SmlTransportHandlers;
  readonly #longest: number;
  #bytes!: Uint8Array;
  #view!: DataView;
  #scratch: Uint8Array | undefined;
  /** Stream offset of `#bytes[0]`. */
  #base = 0;
  #end = 0;
  /** First byte not looked at yet. */
  #scan = 0;
  /** First byte not accounted for yet. */
  #mark = 0;
  /** Start of the open frame, or -1 while hunting for one. */
  #frame = -1;
  #hasEscapes = false;
  /** A broken frame from `#mark` to `#brokenEnd`, told once it is known that no other frame begins inside it. */
  #broken: SmlFault | undefined;
  #brokenEnd = 0;
  /** The CRC of the last good frame, tried first on the next: a meter does not change it. */
  #crc: 'x25' | 'kermit' = 'x25';

  /** Takes memory for `firstBytes` of a telegram, and more, up to `longest`, when one comes that needs it. */
  constructor(
    handlers: SmlTransportHandlers,
    longest: number = limits.smlTelegramBytes,
    firstBytes: number = longest,
  ) {
    this.#handlers = handlers;
    this.#longest = longest;
    this.reserve(firstBytes + roomBytes);
  }

  push(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; ) {
      if (this.#end === this.#bytes.length - 1) {
        this.reserve(Math.min(2 * this.#end, this.#longest + roomBytes));
      }
      const count = Math.min(chunk.length - from, this.#bytes.length - 1 - this.#end);
      this.#bytes.set(count === chunk.length ? chunk : chunk.subarray(from, from + count), this.#end);
      this.#end += count;
      from += count;
      this.run();
      this.makeRoom();
    }
  }

  /** The stream is over: what is still open is incomplete. The next push begins a new stream behind it. */
  finish(): void {
    // Nothing in it is known to be damaged, so what looks like a start inside is of a doubled escape.
    if (this.#frame >= 0) this.tell('incomplete', this.#frame, this.#end);
    this.#frame = -1;
    this.settle(this.#end);
    this.#scan = this.#end;
    this.makeRoom();
  }

  private run(): void {
    this.#bytes[this.#end] = escapeByte;
    while (this.#frame < 0 ? this.hunt() : this.follow());
  }

  /** Looks for `1b1b1b1b 01010101`; false when more bytes are needed. */
  private hunt(): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.#scan;
    for (;;) {
      at = bytes.indexOf(escapeByte, at);
      if (at >= end) break;
      let fits = 1;
      while (fits < markBytes && at + fits < end && bytes[at + fits] === (fits < 4 ? escapeByte : 0x01))
        fits++;
      if (fits === markBytes) {
        this.open(at);
        return true;
      }
      if (at + fits === end) break;
      if (fits === 4 && bytes[at + 4] === 0x02 && this.#broken === undefined) this.tellVersion2(at);
      at++;
    }
    this.#scan = at;
    if (this.#broken !== undefined && at >= this.#brokenEnd) this.settleBroken(this.#brokenEnd);
    return false;
  }

  /** Looks for the open frame's end; false when more bytes are needed. */
  private follow(): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.#scan;
    for (;;) {
      // Four in a row have one at every fourth place, so three of four bytes need no look.
      let probe = at + 3;
      while (probe < end && bytes[probe] !== escapeByte) probe += 4;
      if (probe >= end) {
        at = Math.min(probe - 3, end);
        while (at < end && bytes[at] !== escapeByte) at++;
      } else {
        while (probe > at && bytes[probe - 1] === escapeByte) probe--;
        at = probe;
      }
      let run = 1;
      while (run < 4 && at + run < end && bytes[at + run] === escapeByte) run++;
      if (at + run < end && run < 4) {
        at += run + 1;
        continue;
      }
      if (at + markBytes - this.#frame > this.#longest) return this.abandon('tooLong', Math.min(at, end));
      if (at + markBytes > end) {
        this.#scan = Math.min(at, end);
        return false;
      }
      const next = bytes[at + 4] as number;
      if (next === 0x1a) return this.close(at + markBytes);
      if (next === 0x01 && bytes[at + 5] === 0x01 && bytes[at + 6] === 0x01 && bytes[at + 7] === 0x01) {
        this.tell('restart', this.#frame, at);
        this.open(at);
        return true;
      }
      let more = 0;
      while (more < 4 && bytes[at + 4 + more] === escapeByte) more++;
      const behind = bytes[at + 4 + more];
      if (more === 4) {
        this.#hasEscapes = true;
        at += markBytes;
      } else if (more > 0 && (behind === 0x1a || behind === 0x01)) {
        // The payload ends in one to three 1b of its own: the true escape begins behind them.
        at += more;
      } else {
        return this.abandon(next >= 0x02 && next <= 0x04 ? 'version2' : 'escape', at + markBytes);
      }
    }
  }

  private open(at: number): void {
    this.settle(at);
    this.#frame = at;
    this.#scan = at + markBytes;
    this.#hasEscapes = false;
  }

  /** Judges the frame that ends before `end`. A false CRC may hide a lost end, so the search goes on inside. */
  private close(end: number): true {
    const bytes = this.#bytes;
    const start = this.#frame;
    const padding = bytes[end - 3] as number;
    const payloadEnd = end - markBytes - padding;
    if (!this.isCrcGood(start, end)) return this.abandon('crc', end);
    this.#frame = -1;
    this.#scan = end;
    if ((end - start) % 4 !== 0) this.tell('alignment', start, end);
    else if (!isPadding(bytes, Math.max(payloadEnd, start + markBytes), padding))
      this.tell('padding', start, end);
    else {
      this.#mark = end;
      this.deliver(start, payloadEnd, end, padding);
    }
    return true;
  }

  private deliver(start: number, payloadEnd: number, end: number, padding: number): void {
    let bytes = this.#bytes;
    let from = start + markBytes;
    let to = payloadEnd;
    if (this.#hasEscapes) {
      if (this.#scratch === undefined || this.#scratch.length < this.#bytes.length) {
        this.#scratch = new Uint8Array(this.#bytes.length);
      }
      bytes = this.#scratch;
      to = unescapeInto(this.#bytes, from, payloadEnd, bytes);
      from = 0;
    }
    this.#handlers.onFrame({
      offset: this.#base + start,
      length: end - start,
      padding,
      crc: this.#crc,
      bytes,
      start: from,
      end: to,
    });
  }

  /** X.25 goes out low byte first; Kermit, which old Holley meters send, high byte first. */
  private isCrcGood(start: number, end: number): boolean {
    const high = this.#bytes[end - 2] as number;
    const low = this.#bytes[end - 1] as number;
    for (let attempt = 0; attempt < 2; attempt++) {
      const crc =
        this.#crc === 'x25'
          ? (ccittRemainder(this.#view, 0xffff, start, end - 2) ^ 0xffff) === (high | (low << 8))
          : ccittRemainder(this.#view, 0, start, end - 2) === ((high << 8) | low);
      if (crc) return true;
      this.#crc = this.#crc === 'x25' ? 'kermit' : 'x25';
    }
    return false;
  }

  private abandon(fault: SmlFault, end: number): true {
    this.#broken = fault;
    this.#brokenEnd = end;
    this.#scan = Math.min(this.#frame + markBytes, end);
    this.#frame = -1;
    return true;
  }

  private tellVersion2(at: number): void {
    this.settle(at);
    this.tell('version2', at, at + 4);
  }

  /** Accounts for the bytes before `at`: first the broken frame, if one is open, then junk. */
  private settle(at: number): void {
    if (this.#broken !== undefined) this.settleBroken(Math.min(at, this.#brokenEnd));
    if (at > this.#mark) this.tell('junk', this.#mark, at);
  }

  private settleBroken(end: number): void {
    const fault = this.#broken;
    this.#broken = undefined;
    if (fault !== undefined) this.tell(fault, this.#mark, end);
  }

  private tell(fault: SmlFault, start: number, end: number): void {
    this.#mark = end;
    this.#handlers.onFault(fault, this.#base + start, end - start);
  }

  private reserve(bytes: number): void {
    const before = this.#bytes;
    // One byte more holds the sentinel that ends each search.
    this.#bytes = new Uint8Array(bytes + 1);
    if (this.#end > 0) this.#bytes.set(before.subarray(0, this.#end));
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Moves what is still needed to the front. */
  private makeRoom(): void {
    const keep = this.#frame >= 0 ? this.#frame : this.#scan;
    if (keep === 0) return;
    if (this.#frame < 0 && this.#broken === undefined) this.settle(keep);
    this.#bytes.copyWithin(0, keep, this.#end);
    this.#base += keep;
    this.#end -= keep;
    this.#scan -= keep;
    this.#mark -= keep;
    this.#brokenEnd -= keep;
    if (this.#frame >= 0) this.#frame = 0;
  }
}

/** 0 to 3 zero bytes fill up to a multiple of 4; DZG meters send 4 where none is needed. */
function isPadding(bytes: Uint8Array, start: number, padding: number): boolean {
  if (padding > 4) return false;
  for (let index = start; index < start + padding; index++) if (bytes[index] !== 0) return false;
  return true;
}
