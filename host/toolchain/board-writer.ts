import { createHash } from 'node:crypto';
import { ESPLoader, Transport } from 'esptool-js';

/** A serial port as browsers have it (Web Serial), as far as `esptool-js` uses one. */
export interface SerialDevice {
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
  open(options: { readonly baudRate: number }): Promise<void>;
  close(): Promise<void>;
  setSignals(signals: { dataTerminalReady?: boolean; requestToSend?: boolean }): Promise<void>;
  setBaudRate(baud: number): Promise<void>;
  getInfo(): { usbVendorId?: number; usbProductId?: number };
}

export interface Piece {
  readonly name: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface WriteOptions {
  readonly device: SerialDevice;
  readonly baud: number;
  /** The pieces for a chip, once it is known: `esp32s3`. Throws where there are none. */
  readonly piecesFor: (chip: string) => Promise<readonly Piece[]>;
  readonly say: (line: string) => void;
  /** `before` is `no_reset` where the board is in download mode already. */
  readonly before: 'default_reset' | 'no_reset';
}

/**
 * Writes firmware to a board through Espressif's `esptool-js`: finds the chip, writes each piece, has the board check
 * each by its MD5, and restarts it.
 * @throws Error that says what the board did not do
 */
export async function writeBoard({ device, baud, piecesFor, say, before }: WriteOptions): Promise<void> {
  const transport = new Transport(device);
  // It writes to the console whatever it is asked.
  transport.trace = () => {};
  const terminal = { clean: () => {}, write: () => {}, writeLine: () => {} };
  const loader = new ESPLoader({ transport, baudrate: baud, romBaudrate: 115_200, terminal });
  try {
    say('connecting');
    await loader.main(before);
    const chip = loader.chip.CHIP_NAME.toLowerCase().replaceAll('-', '');
    say(`found ${chip}`);
    const pieces = await piecesFor(chip);
    await loader.writeFlash({
      fileArray: pieces.map(({ bytes, offset }) => ({ data: bytes, address: offset })),
      flashMode: 'keep',
      flashFreq: 'keep',
      flashSize: 'keep',
      eraseAll: false,
      compress: true,
      calculateMD5Hash: bytes => createHash('md5').update(bytes).digest('hex'),
      reportProgress: (index, written, total) => {
        const { name = '' } = pieces[index] ?? {};
        if (written === total) say(`${name}: written`);
      },
    });
    say('checked; the board starts anew');
    await loader.after('hard_reset');
  } finally {
    await transport.disconnect().catch(() => {});
  }
}
