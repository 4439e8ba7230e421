import type { SmlTelegram } from '#core/sml/telegram.ts';
import { SmlDecoder } from '#core/sml/telegram.ts';
import { type SmlFault, type SmlFrame, SmlTransport } from '#core/sml/transport.ts';
import { type CaptureCounts, type CapturePrint, type CaptureReader, noCounts } from './capture.ts';
import { RecentBytes } from './recent-bytes.ts';
import { damagedPayload, smlDamage } from './sml-damage.ts';
import { SmlJsonLines } from './sml-json.ts';
import { SmlWords } from './sml-words.ts';

/** No known meter sends a quarter of it; a telegram that is longer has lost its end. */
const longestTelegram = 16 * 1024;
const longestPiece = 16 * 1024;

/** An SML capture: telegrams whose CRCs are all good are printed, all others counted by what is wrong with them. */
export class SmlCapture implements CaptureReader {
  readonly counts: CaptureCounts = noCounts();
  readonly #print: CapturePrint;
  readonly #decoder = new SmlDecoder();
  readonly #recent = new RecentBytes(2 * longestTelegram, longestPiece);
  readonly #transport: SmlTransport;
  readonly #json: SmlJsonLines;
  readonly #words: SmlWords;
  #version2 = 0;

  constructor(print: CapturePrint) {
    this.#print = print;
    this.#json = new SmlJsonLines(print.out);
    this.#words = new SmlWords(print.out);
    this.#transport = new SmlTransport(
      {
        onFrame: frame => this.#frame(frame),
        onFault: (fault, offset, length) => this.#fault(fault, offset, length),
      },
      longestTelegram,
    );
  }

  push(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += longestPiece) {
      const piece = bytes.subarray(from, from + longestPiece);
      this.#recent.push(piece);
      this.#transport.push(piece);
    }
  }

  finish(): void {
    this.#transport.finish();
  }

  hints(): readonly string[] {
    const hints: string[] = [];
    if (this.#words.isPinMissing) {
      hints.push(
        'The meter sends energy in whole kWh and no power: it does so until its PIN was entered. Ask its operator for the PIN, enter it at the meter, and switch "InF" on there.',
      );
    }
    if (this.#version2 > 0)
      hints.push(`${this.#version2} blocks of SML transport version 2 were there, which is not decoded.`);
    return hints;
  }

  #frame(frame: SmlFrame): void {
    const { counts } = this;
    counts.starts++;
    const telegram = this.#decoder.decode(frame.bytes, frame.start, frame.end);
    if (telegram.ok) {
      counts.valid++;
      counts.values += telegram.value.values.length;
      this.#tell(frame, telegram.value);
    } else this.#countDamage(frame.bytes.subarray(frame.start, frame.end));
  }

  #tell(frame: SmlFrame, telegram: SmlTelegram): void {
    const offset = this.#print.offset + frame.offset;
    if (this.#print.isJson) this.#json.telegram(frame, offset, telegram);
    else this.#words.telegram(frame, offset, telegram);
  }

  #fault(fault: SmlFault, offset: number, length: number): void {
    const { counts } = this;
    // Four bytes are the mark of a version 2 block alone, outside of any telegram.
    if (fault === 'junk' || (fault === 'version2' && length === 4)) {
      if (fault === 'version2') this.#version2++;
      counts.junkBytes += length;
      return;
    }
    counts.starts++;
    if (fault === 'restart') counts.restarts++;
    else if (fault === 'incomplete' || fault === 'tooLong') counts.incomplete++;
    else if (fault === 'escape' || fault === 'version2') counts.invalidEscapes++;
    else {
      if (fault === 'crc') counts.transportCrcErrors++;
      const frame = this.#recent.at(offset, length);
      if (frame !== undefined) this.#countDamage(damagedPayload(frame));
    }
  }

  #countDamage(payload: Uint8Array): void {
    const { messageCrcErrors, isBroken } = smlDamage(payload);
    this.counts.messageCrcErrors += messageCrcErrors;
    if (isBroken) this.counts.parseErrors++;
  }
}
