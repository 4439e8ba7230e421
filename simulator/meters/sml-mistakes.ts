import { deepFreeze } from '#core/freeze.ts';
import type { SmlError } from '#core/sml/telegram.ts';
import type { SmlFault } from '#core/sml/transport.ts';
import { frame, message, type SmlBytes } from './sml-encode.ts';
import type { SmlForm } from './sml-form.ts';
import type { SmlHead } from './sml-head.ts';

/** What can be wrong with a telegram. `gives` is the mistake that a reader names, or `values` where it finds its way. */
export interface SmlMistake {
  readonly what: string;
  readonly form?: Partial<SmlForm>;
  /** Makes the telegram in a way of its own. */
  readonly telegram?: (head: SmlHead, uptimeS: number) => Uint8Array;
  readonly gives: SmlFault | SmlError | 'values';
}

const getList = 0x0701;

/** A GetList response with this body and a good CRC, in a good frame: what is wrong is inside. */
const odd =
  (body: SmlBytes) =>
  (_: SmlHead, uptimeS: number): Uint8Array =>
    frame(message(uptimeS + 1, getList, body));

/** The telegram with some of its bytes changed, and no check put right. */
const changed =
  (change: (bytes: number[]) => number[]) =>
  (head: SmlHead, uptimeS: number): Uint8Array =>
    Uint8Array.from(change([...head.telegram(uptimeS)]));

/** The telegram with messages whose length is no multiple of 4. */
function unaligned(head: SmlHead, uptimeS: number): Uint8Array {
  const payload = head.payload(uptimeS);
  return head.framed(payload.length % 4 === 0 ? [...payload, 0] : payload);
}

const made = {
  'wrong-crc': {
    what: 'a wrong CRC of the transport',
    gives: 'crc',
    telegram: changed(bytes => bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1)),
  },
  'swapped-crc': {
    what: 'the CRC of the transport with its high byte first',
    gives: 'crc',
    telegram: changed(bytes => [...bytes.slice(0, -2), bytes.at(-1) ?? 0, bytes.at(-2) ?? 0]),
  },
  'missing-crc': {
    what: 'no CRC behind the end',
    gives: 'crc',
    telegram: changed(bytes => bytes.slice(0, -2)),
  },
  'wrong-message-crc': {
    what: 'a wrong CRC of a message in a good frame',
    gives: 'sml.messageCrc',
    telegram: (head, uptimeS) => {
      const payload = head.payload(uptimeS);
      return head.framed(payload.with(payload.length - 2, (payload.at(-2) ?? 0) ^ 1));
    },
  },
  'five-escapes': {
    what: 'a fifth 1b before the start',
    telegram: changed(bytes => [0x1b, ...bytes]),
    gives: 'values',
  },
  'not-escaped': {
    what: 'escapes in values that are not doubled',
    form: { extras: ['escapes'], escapes: false },
    gives: 'restart',
  },
  'unknown-escape': {
    what: 'an escape of no meaning',
    telegram: changed(bytes => [
      ...bytes.slice(0, 16),
      0x1b,
      0x1b,
      0x1b,
      0x1b,
      0x77,
      0,
      0,
      0,
      ...bytes.slice(16),
    ]),
    gives: 'escape',
  },
  'not-padded': {
    what: 'no padding: the length is no multiple of 4',
    form: { padding: 'none' },
    telegram: unaligned,
    gives: 'alignment',
  },
  'padding-of-ones': {
    what: 'padding that is not zero',
    form: { padding: 'ones' },
    telegram: unaligned,
    gives: 'padding',
  },
  'version-2': {
    what: 'blocks of transport version 2, which no meter is known for',
    telegram: (_, uptimeS) =>
      Uint8Array.from([0x1b, 0x1b, 0x1b, 0x1b, 2, 0, 0, uptimeS & 255, ...Array(40).fill(0x55)]),
    gives: 'version2',
  },
  'too-long': {
    what: 'a telegram without an end, longer than any meter’s',
    telegram: changed(bytes => [...bytes.slice(0, -8), ...Array(5000).fill(0x55)]),
    gives: 'tooLong',
  },
  'value-cut': {
    what: 'a value that ends behind the telegram',
    telegram: odd([0x77, 0x01, 0x0b, 1, 2, 3]),
    gives: 'sml.truncated',
  },
  'unknown-type': {
    what: 'a value of a type that there is not',
    telegram: odd([0x77, 0x01, 0x02, 9, 0x22, 9, 0x01, 0x71, 0x01, 0x01, 0x01]),
    gives: 'sml.type',
  },
  'no-length': {
    what: 'a value of length 0, which not even its length fits in',
    telegram: odd([0x77, 0x01, 0x02, 9, 0x50, 0x01, 0x71, 0x01, 0x01, 0x01]),
    gives: 'sml.length',
  },
  'nested-deep': {
    what: 'lists in lists in lists',
    telegram: odd([0x77, 0x01, 0x02, 9, 0x01, ...Array(20).fill(0x71), 0x01, 0x01, 0x01, 0x01]),
    gives: 'sml.nesting',
  },
  'huge-list': {
    what: 'a list that says it has 65,535 elements',
    telegram: odd([0x77, 0x01, 0x02, 9, 0x01, 0x01, 0xff, 0x8f, 0x8f, 0x0f, 0x01]),
    gives: 'sml.listTooLong',
  },
  'not-a-list': {
    what: 'a number in the place of the list of values',
    telegram: odd([0x77, 0x01, 0x02, 9, 0x01, 0x01, 0x62, 5, 0x01, 0x01]),
    gives: 'sml.unexpected',
  },
} as const satisfies Readonly<Record<string, SmlMistake>>;

export type SmlMistakeName = keyof typeof made;

export const smlMistakes: Readonly<Record<SmlMistakeName, SmlMistake>> = deepFreeze(made);
