import type { BytesOfText } from './hex-text.ts';

/** The first line of `xxd` (`00000000: 1b1b …`) or `hexdump -C` (`00000000  1b 1b …`), whole. */
const firstLine = /^\s*0{4,8}(?::\s|\s\s)[0-9a-f]{2}[0-9a-f ]{6,}.*\r?\n/i;
const dumpLine = /^\s*([0-9a-f]{4,8})(:?)\s*(.*)$/i;
/** More in a line is no line of a dump. */
const longestLine = 1024;
const mostRepeatedBytes = 1024 * 1024;

/** Whether a capture's beginning is a dump with places before and text behind the bytes. */
export function dumpVerdict(beginning: Uint8Array): 'yes' | 'maybe' | 'no' {
  const text = Buffer.from(beginning.subarray(0, longestLine)).toString('latin1');
  if (firstLine.test(text)) return 'yes';
  return beginning.length < longestLine && /^\s*0{0,8}[: ]?[^\n]*$/.test(text) && text.startsWith('0')
    ? 'maybe'
    : 'no';
}

/** Makes bytes of a hexadecimal dump as `xxd` and `hexdump -C` print it, in pieces of any size. */
export class HexDump implements BytesOfText {
  #line = '';
  #previous = Buffer.alloc(0);
  #place = 0;
  /** A `*` stands for lines like the one before, up to the place of the next line. */
  #isRepeated = false;

  push(text: Uint8Array): Uint8Array {
    const lines = (this.#line + Buffer.from(text).toString('latin1')).split('\n');
    this.#line = (lines.pop() ?? '').slice(0, longestLine);
    return Buffer.concat(lines.map(line => this.#bytesOf(line)));
  }

  finish(): Uint8Array {
    const bytes = this.#bytesOf(this.#line);
    this.#line = '';
    return bytes;
  }

  #bytesOf(line: string): Buffer {
    if (line.trim() === '*') this.#isRepeated = true;
    const [, place = '', colon = '', rest = ''] = dumpLine.exec(line.trimEnd()) ?? [];
    if (place === '') return Buffer.alloc(0);
    const repeated = this.#repeatedUpTo(Number.parseInt(place, 16));
    // Behind the bytes stand the same as text: after two spaces (xxd) or a bar (hexdump).
    const [columns = ''] = colon === ':' ? rest.split('  ') : rest.split('|');
    const bytes = Buffer.from(columns.replaceAll(/[^0-9a-f]/gi, ''), 'hex');
    this.#place += bytes.length;
    this.#previous = bytes;
    return Buffer.concat([repeated, bytes]);
  }

  #repeatedUpTo(place: number): Buffer {
    const missing = place - this.#place;
    if (!this.#isRepeated || missing <= 0 || missing > mostRepeatedBytes || this.#previous.length === 0)
      return Buffer.alloc(0);
    this.#isRepeated = false;
    this.#place += missing;
    return Buffer.alloc(missing, this.#previous);
  }
}
