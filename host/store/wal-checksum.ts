const multiplierLow = 0x1ce4e5b9;
const multiplierHigh = 0xbf58476d;
const remainderMultiplier = 0xc6a4a7935bd1e995n;
const remainderSeed = 0xe17a1465n;

/**
 * DuckDB's checksum of a block or of an entry of its write-ahead log (`src/common/checksum.cpp`): words of 8 bytes
 * each times a constant, joined by exclusive or; what remains by a hash of its own.
 */
export function checksumOf(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wordsEnd = bytes.length - (bytes.length % 8);
  let low = 5381;
  let high = 0;
  // 64 bits in two halves: BigInt would take ten times as long, and a start waits for this.
  for (let offset = 0; offset < wordsEnd; offset += 8) {
    const wordLow = view.getUint32(offset, true);
    const wordHigh = view.getUint32(offset + 4, true);
    low ^= Math.imul(wordLow, multiplierLow);
    high ^= highOfProduct(wordLow) + Math.imul(wordHigh, multiplierLow) + Math.imul(wordLow, multiplierHigh);
  }
  const ofWords = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  return wordsEnd === bytes.length ? ofWords : ofWords ^ remainderOf(bytes.subarray(wordsEnd));
}

/** The upper 32 of the 64 bits of `word * multiplierLow`. */
function highOfProduct(word: number): number {
  const wordLow = word & 0xffff;
  const wordHigh = word >>> 16;
  const low = multiplierLow & 0xffff;
  const high = multiplierLow >>> 16;
  const middle = wordHigh * low + ((wordLow * low) >>> 16);
  const crossed = wordLow * high + (middle & 0xffff);
  return wordHigh * high + Math.floor(middle / 65_536) + Math.floor(crossed / 65_536);
}

const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);

/** Of 1 to 7 bytes. */
function remainderOf(bytes: Uint8Array): bigint {
  let hash = remainderSeed ^ wrap(BigInt(bytes.length) * remainderMultiplier);
  for (const [index, byte] of bytes.entries()) hash ^= BigInt(byte) << BigInt(index * 8);
  hash = wrap(hash * remainderMultiplier);
  hash = wrap((hash ^ (hash >> 47n)) * remainderMultiplier);
  return hash ^ (hash >> 47n);
}
