/**
 * Copies the payload `bytes[start]` to `bytes[end - 1]` into `target` with every doubled escape (`1b` eight
 * times) made single, and gives the length. `target` must be as long as the payload.
 */
export function unescapeInto(bytes: Uint8Array, start: number, end: number, target: Uint8Array): number {
  let length = 0;
  let run = 0;
  for (let index = start; index < end; index++) {
    const byte = bytes[index] as number;
    target[length++] = byte;
    run = byte === 0x1b ? run + 1 : 0;
    if (run === 4) {
      // Only a pair reaches the payload; any other escape has ended the frame.
      index += 4;
      run = 0;
    }
  }
  return length;
}
