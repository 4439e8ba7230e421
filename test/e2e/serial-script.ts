/** Stands for the browser's serial port: what the page writes goes to the board by `toBoard`, and back by `window.fromBoard`. */
export const serialScript = `
  let controller;
  window.fromBoard = bytes => controller.enqueue(Uint8Array.from(bytes));
  const port = {
    readable: null,
    writable: null,
    async open() {
      port.readable = new ReadableStream({ start: made => { controller = made; } });
      port.writable = new WritableStream({ write: bytes => window.toBoard([...bytes]) });
    },
    async close() { port.readable = null; port.writable = null; },
    async setSignals() {},
    async setBaudRate() {},
    getInfo: () => ({}),
  };
  Object.defineProperty(navigator, 'serial', { value: { requestPort: async () => port } });
`;
