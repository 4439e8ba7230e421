import {
  connectPacket,
  flagsOf,
  type Login,
  length,
  number,
  packet,
  publishPacket,
  subscribePacket,
  text,
} from './mqtt-packets.ts';

/** A small generator of chance that a seed repeats (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Packets as clients really send them, to be spoiled; what they publish is no message of the protocol. */
const realPackets = (login: Login): readonly Buffer[] => [
  connectPacket(login),
  connectPacket({ ...login, version: 3 }),
  connectPacket({ ...login, version: 5 }),
  connectPacket({ ...login, will: { topic: `joulegate/${login.id}/status`, payload: 'gone' } }),
  publishPacket(`joulegate/${login.id}/records`, 'no records', 0),
  publishPacket(`joulegate/${login.id}/records`, 'no records', 1),
  publishPacket(`joulegate/${login.id}/health`, '{"v":1}', 2, true),
  packet(4, 0, number(7)),
  packet(5, 0, number(7)),
  packet(6, 2, number(7)),
  packet(7, 0, number(7)),
  subscribePacket(`joulegate/${login.id}/ack`, `joulegate/${login.id}/command`),
  packet(10, 2, number(9), text(`joulegate/${login.id}/ack`)),
  packet(12, 0),
  packet(14, 0),
];

/** Texts that someone may have forgotten to look at. */
const oddTexts = ['', '\0', '#', '+', '$SYS/#', '/'.repeat(200), '__proto__', 'constructor', '\ud800', '../'];

/** Spoiled packets without end: real ones with other bits, lengths and parts, well-formed ones with odd content, and noise. */
export function malformedPackets(seed: number, login: Login): () => Buffer {
  const random = chance(seed);
  const below = (most: number) => Math.floor(random() * most);
  const bytes = (count: number) => Buffer.from(Array.from({ length: count }, () => below(256)));
  const one = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const real = realPackets(login);
  const ways: readonly (() => Buffer)[] = [
    // Other bits.
    () => {
      const spoiled = Buffer.from(one(real));
      for (let count = 1 + below(4); count > 0; count--) {
        const at = below(spoiled.length);
        spoiled[at] = (spoiled[at] ?? 0) ^ (1 << below(8));
      }
      return spoiled;
    },
    // Cut off, and with something in between.
    () => {
      const whole = one(real);
      return whole.subarray(0, 1 + below(whole.length));
    },
    () => {
      const whole = one(real);
      const at = below(whole.length);
      return Buffer.concat([whole.subarray(0, at), bytes(1 + below(20)), whole.subarray(at)]);
    },
    // Another length than it has: shorter, longer, of five bytes.
    () => {
      const [first = 0, , ...rest] = one(real);
      return Buffer.from([first, below(128), ...rest]);
    },
    () => {
      const [first = 0, , ...rest] = one(real);
      return Buffer.concat([Buffer.from([first, 0x80 | below(128), 0x80, 0x80, 0x80]), Buffer.from(rest)]);
    },
    // Any type with any flags, its length right and its body anything.
    () => packet(below(16), below(16), bytes(below(64))),
    () => packet(1 + below(14), flagsOf(1 + below(14)), text(one(oddTexts)), bytes(below(16))),
    // Well-formed with odd content.
    () => publishPacket(one(oddTexts), bytes(below(50)), below(4), random() < 0.5),
    () => subscribePacket(one(oddTexts), one(oddTexts)),
    () => connectPacket({ ...login, id: one(oddTexts), clientId: one(oddTexts), version: below(8) }),
    () =>
      Buffer.concat([connectPacket({ ...login, version: 5 }).subarray(0, 12), length(below(300)), bytes(40)]),
    // Noise.
    () => bytes(1 + below(200)),
  ];
  return () => one(ways)();
}
