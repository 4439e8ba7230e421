/** The SDK's parts take and give ArrayBuffers: a Uint8Array throws in the serial port on Linux. Copies. */
export function bufferOf(bytes: Uint8Array, from = 0, to = bytes.length): ArrayBuffer {
  const copy = new Uint8Array(to - from);
  copy.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to));
  return copy.buffer;
}
