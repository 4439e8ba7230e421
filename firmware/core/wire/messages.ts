import { deepFreeze } from '../freeze.ts';
import { jsonText } from '../json.ts';
import { limits } from '../limits.ts';
import { fail, ok, type Result } from '../result.ts';
import { mistakesOf, type Rule, type Ruled } from '../rules.ts';
import { decodeUtf8, encodeUtf8 } from '../utf8.ts';
import { command, diagnosis, probe, scan, trace } from './diagnosis.ts';
import { alarm, chips, resetReasons, update } from './life.ts';
import { reasons } from './reasons.ts';
import { settingsRule } from './settings.ts';
import { type Channel, protocolVersion, upChannels } from './topics.ts';

const count = { is: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER } as const satisfies Rule;
const text = { is: 'text', max: 256 } as const satisfies Rule;
const epoch = {
  is: 'text',
  max: 16,
  pattern: '^[0-9a-f]{16}$',
  hint: '16 hex digits are allowed',
} as const satisfies Rule;
const wallMs = { is: 'integer', min: 0, max: 8.64e15 } as const satisfies Rule;
const v = { is: 'integer', min: protocolVersion, max: protocolVersion } as const satisfies Rule;

/** Whether the gateway is connected; `offline` is its last will. */
const status = {
  is: 'object',
  fields: { v, state: { is: 'choice', of: ['online', 'offline'] } },
} as const satisfies Rule;

const identityText = { is: 'text', max: limits.nameCharacters } as const satisfies Rule;

/** What the gateway is and which meters it runs. Series are the quantity ids that a meter's profile gives. */
const about = {
  is: 'object',
  fields: {
    v,
    firmware: text,
    board: text,
    epoch,
    settingsVersion: count,
    meters: {
      is: 'list',
      max: limits.metersPerGateway,
      of: {
        is: 'object',
        fields: {
          id: text,
          name: text,
          profile: text,
          line: text,
          windowS: count,
          sampleMs: count,
          series: { is: 'list', of: text, max: limits.seriesPerMeter },
        },
        optional: {
          /** What the meter says of itself, once it was read. */
          identity: {
            is: 'object',
            fields: {},
            optional: { serial: identityText, model: identityText, firmware: identityText },
          },
        },
      },
    },
  },
  optional: {
    chip: { is: 'choice', of: chips },
    /** Whether this firmware is on trial: not confirmed yet, and taken back at the next start. */
    isOnTrial: { is: 'boolean' },
    /** Where it is reached and where it goes; never a password. */
    network: {
      is: 'object',
      fields: {},
      optional: { wifiName: text, address: text, broker: text, port: count, isOnTrial: { is: 'boolean' } },
    },
    /** Outputs of the board that alarm rules may switch. */
    outputs: { is: 'list', of: text, max: 16 },
  },
} as const satisfies Rule;

/**
 * The newest sample of each meter, by quantity id, in the quantity's unit. `atMs` is the wall time of the newest of them;
 * `agesMs` has how much older those are that were sampled more than a second before it.
 */
const live = {
  is: 'object',
  fields: {
    v,
    meters: {
      is: 'map',
      max: limits.metersPerGateway,
      of: {
        is: 'object',
        fields: {
          atMs: wallMs,
          values: { is: 'map', max: limits.seriesPerMeter, of: { is: 'number', min: -1e15, max: 1e15 } },
        },
        optional: { agesMs: { is: 'map', max: limits.seriesPerMeter, of: count } },
      },
    },
  },
} as const satisfies Rule;

/**
 * How the gateway and each meter are. `state`: `well` answers, `failing` answered before and fails now,
 * `silent` is backed off, `waiting` has not been asked yet. Counters count since the start of the gateway.
 */
const health = {
  is: 'object',
  fields: {
    v,
    uptimeS: count,
    clock: { is: 'choice', of: ['synced', 'unsynced'] },
    journal: {
      is: 'object',
      fields: { records: count, bytes: count, capacityBytes: count, dropped: count },
      /** Whose `dropped` it is: the host holds it against what it misses of this epoch. */
      optional: { epoch },
    },
    uplink: { is: 'object', fields: { connects: count, sent: count, resent: count, acknowledged: count } },
    undatedDropped: count,
    meters: {
      is: 'map',
      max: limits.metersPerGateway,
      of: {
        is: 'object',
        fields: {
          state: { is: 'choice', of: ['well', 'failing', 'silent', 'waiting'] },
          reason: { is: 'nullable', of: { is: 'choice', of: reasons } },
          samples: count,
          failures: { is: 'map', of: count, max: reasons.length },
        },
        optional: {
          /** What happened to its counters, by kind (`core/counter`): readings that were kept out are `glitch`. */
          counterEvents: { is: 'map', of: count, max: 8 },
        },
      },
    },
    lines: { is: 'map', max: limits.linesPerGateway, of: { is: 'map', of: count, max: 32 } },
  },
  optional: {
    heapFreeBytes: count,
    rssiDbm: { is: 'number', min: -200, max: 50 },
    /** Lines whose port or chip cannot be used, and why, in words for people. */
    lineFaults: {
      is: 'map',
      max: limits.linesPerGateway,
      of: { is: 'text', max: limits.faultCharacters },
    },
    /** Steps of the wall clock of a second or more. */
    clockJumps: count,
    /** The time server, how many agree with it, and the seconds since it said the time last. */
    time: { is: 'object', fields: { server: text, agreeing: count, ageS: count } },
    /** Messages of the host that were not understood. */
    refusedMessages: count,
    /** Starts since the board was made, and why the last one was. */
    boots: count,
    resetReason: { is: 'choice', of: resetReasons },
    /** `safe` after too many bad starts: nothing is measured, updates and settings work. */
    mode: { is: 'choice', of: ['normal', 'safe'] },
    memory: { is: 'object', fields: { slotBytes: count, chunkBytes: count, stackPeakBytes: count } },
    /** The longest that a timer came late since the last health message. */
    loopDelayMs: count,
    /** Erases of the block of the journal's flash that has the most. */
    journalErases: count,
    /** Blocks of it that failed since the start. */
    journalBadBlocks: count,
    /** Changes of alarms that came too fast to be kept until there was a connection. */
    alarmsDropped: count,
  },
} as const satisfies Rule;

/** All records of `epoch` up to and including `sequence` are on the host's disk, or reported lost. */
const ack = { is: 'object', fields: { v, epoch, sequence: count } } as const satisfies Rule;

const result = {
  is: 'object',
  fields: { v, id: text, ok: { is: 'boolean' } },
  optional: { message: text },
} as const satisfies Rule;

const mistake = {
  is: 'object',
  fields: { field: text, message: { is: 'text', max: 512 } },
} as const satisfies Rule;

/** Which settings run, and the mistakes for which a newer version was refused. */
const reported = {
  is: 'object',
  fields: { v, running: settingsRule },
  optional: {
    refused: {
      is: 'object',
      fields: { version: { is: 'nullable', of: count }, mistakes: { is: 'list', of: mistake, max: 20 } },
    },
  },
} as const satisfies Rule;

const desired = { is: 'object', fields: { v, settings: { is: 'anything' } } } as const satisfies Rule;

/** Every JSON message of the protocol by its channel; `records` is binary (`records.ts`). */
export const messageRules = deepFreeze({
  status,
  about,
  live,
  health,
  result,
  diagnosis,
  trace,
  scan,
  probe,
  update,
  alarm,
  'settings/reported': reported,
  ack,
  command,
  'settings/desired': desired,
} as const satisfies Record<Exclude<Channel, 'records'>, Rule>);

export type JsonChannel = keyof typeof messageRules;
export type Message<C extends JsonChannel> = Ruled<(typeof messageRules)[C]>;

export type MessageError = 'message.tooLarge' | 'message.tooDeep' | 'message.notJson' | 'message.shape';

export const encodeMessage = <C extends JsonChannel>(_channel: C, message: Message<C>): Uint8Array =>
  encodeUtf8(jsonText(message));

const largest = (channel: JsonChannel): number =>
  (upChannels as readonly string[]).includes(channel) ? limits.mqttPacketUpBytes : limits.mqttPacketDownBytes;

/** Whether brackets nest no deeper than allowed. JSON.parse recurses, and a device's stack is a few kilobytes. */
function isShallow(json: Uint8Array): boolean {
  let depth = 0;
  let isInText = false;
  for (let index = 0; index < json.length; index++) {
    const byte = json[index];
    if (isInText) {
      if (byte === 0x5c) index++;
      else if (byte === 0x22) isInText = false;
    } else if (byte === 0x22) isInText = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > limits.jsonNesting) return false;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return true;
}

/** The message of a payload, or what is wrong with it: size first, then nesting, then JSON, then shape. */
export function decodeMessage<C extends JsonChannel>(
  channel: C,
  payload: Uint8Array,
): Result<Message<C>, MessageError> {
  const most = largest(channel);
  if (payload.length > most) {
    return fail('message.tooLarge', `${payload.length} bytes on ${channel}; at most ${most} are allowed`);
  }
  if (!isShallow(payload)) {
    return fail(
      'message.tooDeep',
      `payload on ${channel} nests deeper than ${limits.jsonNesting} lists and objects, which is the most allowed`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(decodeUtf8(payload) ?? '');
  } catch {
    return fail('message.notJson', `payload on ${channel} is not JSON in UTF-8`);
  }
  const mistakes = mistakesOf(messageRules[channel], json);
  const [first] = mistakes;
  if (first !== undefined) return fail('message.shape', `${channel}: ${first.field}: ${first.message}`);
  return ok(json as Message<C>);
}
