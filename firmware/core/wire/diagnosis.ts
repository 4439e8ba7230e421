import { deepFreeze } from '../freeze.ts';
import { limits } from '../limits.ts';
import type { Rule } from '../rules.ts';
import { networkOrder, updateOrder } from './life.ts';

/**
 * What a gateway tells while a person looks for what is wrong on a line: asked for by a command, for some minutes,
 * and never stored.
 */

const count = { is: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER } as const satisfies Rule;
const text = { is: 'text', max: 256 } as const satisfies Rule;
const v = { is: 'integer', min: 1, max: 1 } as const satisfies Rule;
const address = { is: 'integer', min: 0, max: 255 } as const satisfies Rule;
const values = {
  is: 'map',
  max: limits.seriesPerMeter,
  of: { is: 'number', min: -1e15, max: 1e15 },
} as const satisfies Rule;

/** What is most likely wrong on a line, by what was heard on it. */
export const lineCauses = deepFreeze([
  'wrongBaud',
  'wrongParity',
  'swappedWires',
  'addressClash',
  'noise',
  'noAnswer',
  'portClosed',
  'headMisaligned',
  'pinMissing',
] as const);

/**
 * Upper bounds of the classes of a latency histogram, ms; the last class is all above. Latency is from the last byte of
 * the request to the last byte of the answer, less the time that the answer takes on the wire.
 */
export const latencyBoundsMs: readonly number[] = deepFreeze([
  2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000,
]);

/** A line as it is, once a second while asked for. Counts of slaves are since the gateway's start. */
export const diagnosis = {
  is: 'object',
  fields: {
    v,
    line: text,
    kind: { is: 'choice', of: ['rs485', 'ir', 'i2c'] },
    causes: {
      is: 'list',
      max: 16,
      of: {
        is: 'object',
        fields: { code: { is: 'choice', of: lineCauses } },
        // Where it is a slave's and not the whole line's, and how sure it is, 0 to 1.
        optional: { address, sureness: { is: 'number', min: 0, max: 1 } },
      },
    },
    slaves: {
      is: 'list',
      max: limits.metersPerGateway,
      of: {
        is: 'object',
        fields: {
          address,
          meter: text,
          state: { is: 'choice', of: ['answering', 'failing', 'silent', 'waiting'] },
          timeoutMs: count,
          requests: count,
          answers: count,
          timeouts: count,
          crcErrors: count,
          exceptions: count,
          foreign: count,
          late: count,
          latency: { is: 'list', of: count, max: latencyBoundsMs.length + 1 },
        },
      },
    },
  },
  optional: {
    /** Of a line of kind ir: what the head heard in the last `windowS` seconds, to aim it by. */
    head: {
      is: 'object',
      fields: {
        windowS: count,
        bytesPerS: { is: 'number', min: 0, max: 1e6 },
        telegrams: count,
        crcErrors: count,
        broken: count,
        format: { is: 'nullable', of: { is: 'choice', of: ['sml', 'd0', 'p1'] } },
        lastError: { is: 'nullable', of: text },
        /** Without its PIN: whole kWh and no power. */
        isReduced: { is: 'boolean' },
      },
    },
  },
} as const satisfies Rule;

/** Frames as they were on the wire, several to a message; behind them `dropped` were more than can be told. */
export const trace = {
  is: 'object',
  fields: {
    v,
    line: text,
    dropped: count,
    frames: {
      is: 'list',
      max: 64,
      of: {
        is: 'object',
        fields: {
          // By the gateway's own ticks: differences tell latency.
          ticksMs: { is: 'number', min: 0, max: Number.MAX_SAFE_INTEGER },
          is: {
            is: 'choice',
            of: ['request', 'answer', 'exception', 'echo', 'foreign', 'late', 'noise', 'telegram', 'damaged'],
          },
          hex: {
            is: 'text',
            max: 2 * limits.traceFrameBytes,
            pattern: '^([0-9a-f]{2})*$',
            hint: 'hex digits',
          },
          // More than `hex` has, where the frame was longer.
          bytes: count,
        },
        optional: { note: text },
      },
    },
  },
  optional: {
    /** How many frames the trace had before this message, told or dropped: what is missing between two is seen by it. */
    before: count,
  },
} as const satisfies Rule;

/** How far a scan has come and what it found. `profile` is null where something answers that no profile fits. */
export const scan = {
  is: 'object',
  fields: {
    v,
    id: text,
    line: text,
    state: { is: 'choice', of: ['running', 'done', 'stopped', 'failed'] },
    tried: count,
    total: count,
    found: {
      is: 'list',
      max: limits.metersPerGateway,
      of: {
        is: 'object',
        fields: {
          address,
          baud: count,
          parity: { is: 'choice', of: ['none', 'even', 'odd'] },
          stopBits: { is: 'integer', min: 1, max: 2 },
          profile: { is: 'nullable', of: text },
          sureness: { is: 'choice', of: ['sure', 'likely', 'unknown'] },
          values,
        },
        optional: { serial: text },
      },
    },
  },
  // How long each address is waited for.
  optional: { message: text, timeoutMs: count },
} as const satisfies Rule;

/** What a profile, also one that is not in the settings yet, reads of a meter on the line. */
export const probe = {
  is: 'object',
  fields: {
    v,
    id: text,
    registers: {
      is: 'list',
      max: limits.seriesPerMeter,
      of: {
        is: 'object',
        fields: { quantity: text, address: { is: 'integer', min: 0, max: 65_535 } },
        // Either a value in the quantity's unit, or why there is none; hex is what the meter sent.
        optional: { value: { is: 'number', min: -1e15, max: 1e15 }, hex: text, error: text },
      },
    },
  },
  optional: { message: text },
} as const satisfies Rule;

/**
 * Requests of the host. `live` keeps live values coming for `seconds`; `about` asks for a new `about`; `diagnose` and
 * `trace` of a line for `seconds` (0 ends it); `scan` looks for meters on a line, `stopScan` ends it; `probe` reads by
 * `profile` (an id, or a whole profile) at `address` of a line; `write` carries out a named command of a meter's
 * profile. `update` fetches and tries another firmware, `cancelUpdate` ends that before its restart; `network` goes to another
 * network or broker; `identify` blinks the gateway's light for `seconds`; `factoryReset` forgets everything.
 */
export const command = {
  is: 'object',
  fields: {
    v,
    id: text,
    name: {
      is: 'choice',
      of: [
        'live',
        'about',
        'restart',
        'diagnose',
        'trace',
        'scan',
        'stopScan',
        'probe',
        'write',
        'update',
        'cancelUpdate',
        'network',
        'identify',
        'factoryReset',
      ],
    },
  },
  optional: {
    seconds: { is: 'integer', min: 0, max: 3600 },
    line: text,
    meter: text,
    address,
    profile: { is: 'anything' },
    scan: {
      is: 'object',
      fields: { fromAddress: address, toAddress: address },
      // Left out: the line's own.
      optional: {
        bauds: { is: 'list', of: { is: 'integer', min: 1200, max: 115_200 }, max: 10 },
        parities: { is: 'list', of: { is: 'choice', of: ['none', 'even', 'odd'] }, max: 3 },
        // How long each address is waited for; left out: as the line's meters need, 100 ms at least.
        timeoutMs: { is: 'integer', min: 20, max: 2000 },
      },
    },
    update: updateOrder,
    network: networkOrder,
    write: {
      is: 'object',
      fields: { command: text },
      optional: { value: { is: 'number', min: -1e15, max: 1e15 } },
    },
  },
} as const satisfies Rule;
