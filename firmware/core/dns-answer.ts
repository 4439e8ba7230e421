const headerBytes = 12;
const typeA = 1;
const classIn = 1;
const longestQuery = 512;

/**
 * The answer of a captive page's DNS (RFC 1035): the same IPv4 address for every name, for a minute at most; to questions
 * about anything else that there is nothing. Undefined for what is no question of one name.
 */
export function dnsAnswer(query: Uint8Array, address: readonly number[]): Uint8Array | undefined {
  const word = (at: number) => ((query[at] as number) << 8) | (query[at + 1] as number);
  if (query.length < headerBytes || query.length > longestQuery) return undefined;
  // A standard query, of one question; whatever follows that (EDNS) is left out of the answer.
  if ((word(2) & 0xf800) !== 0 || word(4) !== 1 || word(6) !== 0 || word(8) !== 0) return undefined;
  let end = headerBytes;
  for (let length = query[end]; length !== 0; length = query[end]) {
    if (length === undefined || length > 63) return undefined;
    end += length + 1;
  }
  end += 5;
  if (end > query.length) return undefined;
  const isAddress = word(end - 4) === typeA && word(end - 2) === classIn;
  const answer = new Uint8Array(end + (isAddress ? 16 : 0));
  answer.set(query.subarray(0, end));
  // Answer, authoritative, recursion as it was desired and available; no error.
  answer[2] = 0x84 | ((query[2] as number) & 1);
  answer[3] = 0x80;
  answer[7] = isAddress ? 1 : 0;
  answer.fill(0, 8, headerBytes);
  if (isAddress)
    answer.set([0xc0, headerBytes, 0, typeA, 0, classIn, 0, 0, 0, 60, 0, 4, ...address.slice(0, 4)], end);
  return answer;
}
