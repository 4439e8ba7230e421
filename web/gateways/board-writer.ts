import { ESPLoader, Transport } from 'esptool-js';

/** Loaded when a board is to be written: `esptool-js` is larger than the page. */

export interface Piece {
  readonly name: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** MD5 of the bytes, filled up with 0xff to whole words, as the board counts it; 32 hex digits. */
  readonly md5: string;
}

export type WriteStep =
  | { readonly step: 'connecting' }
  | { readonly step: 'found'; readonly chip: string }
  /** `share` is how much of all pieces is written, 0 to 1. */
  | { readonly step: 'writing'; readonly name: string; readonly share: number }
  | { readonly step: 'done' };

/** The port of Web Serial; TypeScript's own library does not have it. */
export type BoardPort = ConstructorParameters<typeof Transport>[0];

/**
 * Writes firmware to a board: finds the chip, writes each piece, has the board check each by its MD5, and restarts it.
 * @throws Error that says what the board did not do
 */
export async function writeBoard(
  port: BoardPort,
  piecesFor: (chip: string) => Promise<readonly Piece[]>,
  tell: (step: WriteStep) => void,
): Promise<void> {
  const transport = new Transport(port);
  // It writes to the console whatever it is asked.
  transport.trace = () => {};
  const terminal = { clean: () => {}, write: () => {}, writeLine: () => {} };
  const loader = new ESPLoader({ transport, baudrate: 460_800, romBaudrate: 115_200, terminal });
  try {
    tell({ step: 'connecting' });
    await loader.main();
    const chip = loader.chip.CHIP_NAME.toLowerCase().replaceAll('-', '');
    tell({ step: 'found', chip });
    const pieces = await piecesFor(chip);
    const totalBytes = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const sums = [...pieces];
    let beforeBytes = 0;
    await loader.writeFlash({
      fileArray: pieces.map(({ bytes, offset }) => ({ data: bytes, address: offset })),
      flashMode: 'keep',
      flashFreq: 'keep',
      flashSize: 'keep',
      eraseAll: false,
      compress: true,
      // Asked once for each piece, in order.
      calculateMD5Hash: () => sums.shift()?.md5 ?? '',
      reportProgress: (index, written, total) => {
        const piece = pieces[index];
        if (piece === undefined) return;
        const share = (beforeBytes + (piece.bytes.length * written) / total) / totalBytes;
        tell({ step: 'writing', name: piece.name, share });
        if (written === total) beforeBytes += piece.bytes.length;
      },
    });
    await loader.after('hard_reset');
    tell({ step: 'done' });
  } finally {
    await transport.disconnect().catch(() => {});
  }
}
