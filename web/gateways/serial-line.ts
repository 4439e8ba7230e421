/** A port of Web Serial, as far as the page uses it; TypeScript's own library does not have it. */
export interface SerialPort {
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
  open(options: { readonly baudRate: number }): Promise<void>;
  close(): Promise<void>;
  setSignals?(signals: {
    readonly dataTerminalReady: boolean;
    readonly requestToSend: boolean;
  }): Promise<void>;
}

interface Serial<Port> {
  requestPort(): Promise<Port>;
}

/** The browser's serial ports; not every browser has them, and none over plain HTTP but from its own machine. */
export const serialOf = <Port>(browser: Navigator): Serial<Port> | undefined =>
  'serial' in browser ? (browser.serial as Serial<Port>) : undefined;

/** The speed of a gateway's console (`firmware/esp32/console.ts`). */
const baudRate = 115_200;

/** An open port: bytes to it, and the end. */
export interface SerialLine {
  readonly write: (bytes: Uint8Array) => void;
  close(): Promise<void>;
}

/**
 * Opens a port and tells each piece that comes in, and once that it is gone by itself.
 * @throws whatever the browser says of a port that another program has
 */
export async function openSerial(
  port: SerialPort,
  onBytes: (bytes: Uint8Array) => void,
  onGone: () => void,
): Promise<SerialLine> {
  await port.open({ baudRate });
  // Neither line held: with one of them a board stays in reset or starts its boot loader.
  await port.setSignals?.({ dataTerminalReady: false, requestToSend: false }).catch(() => {});
  const reader = port.readable?.getReader();
  const writer = port.writable?.getWriter();
  let isOpen = true;
  const pump = async () => {
    for (;;) {
      const read = await reader?.read();
      if (read === undefined || read.done) return;
      onBytes(read.value);
    }
  };
  const gone = () => {
    if (isOpen) onGone();
  };
  const reading = pump().then(gone, gone);
  return {
    // What cannot be written is not answered, which is told.
    write: bytes => void writer?.write(bytes).catch(() => {}),
    close: async () => {
      isOpen = false;
      await reader?.cancel().catch(() => {});
      await reading;
      reader?.releaseLock();
      writer?.releaseLock();
      await port.close().catch(() => {});
    },
  };
}
