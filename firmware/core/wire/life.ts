import { deepFreeze } from '../freeze.ts';
import { hexRule } from '../hex-rule.ts';
import type { Rule } from '../rules.ts';

/** What a gateway tells of its own life: what it is made of, why it began anew, how an update goes, what it alarmed. */

export const chips = deepFreeze(['esp32', 'esp32s3', 'esp32c3', 'esp32c6', 'linux'] as const);
export type Chip = (typeof chips)[number];

/** Why a board began anew (ESP-IDF, `esp_reset_reason`, in our words). */
export const resetReasons = deepFreeze([
  'powerOn',
  'restart',
  'panic',
  'watchdog',
  'brownOut',
  'deepSleep',
  'unknown',
] as const);
export type ResetReason = (typeof resetReasons)[number];

export const updateStates = deepFreeze([
  'fetching',
  'checking',
  'restarting',
  'onTrial',
  'confirmed',
  'rolledBack',
  'refused',
  'failed',
  'cancelled',
] as const);

const v = { is: 'integer', min: 1, max: 1 } as const satisfies Rule;
const text = { is: 'text', max: 256 } as const satisfies Rule;
const bytes = { is: 'integer', min: 0, max: 16 * 1024 * 1024 } as const satisfies Rule;

/** How the newest update goes, said at each change of state and each 5 % of the image. */
export const update = {
  is: 'object',
  fields: {
    v,
    id: text,
    version: text,
    state: { is: 'choice', of: updateStates },
    fetchedBytes: bytes,
    imageBytes: bytes,
  },
  optional: { message: text },
} as const satisfies Rule;

/** A rule of the settings' `alarms` that began or ended, with the value that made it so. */
export const alarm = {
  is: 'object',
  fields: {
    v,
    id: text,
    meter: text,
    quantity: text,
    isOn: { is: 'boolean' },
    value: { is: 'nullable', of: { is: 'number', min: -1e15, max: 1e15 } },
    atMs: { is: 'nullable', of: { is: 'integer', min: 0, max: 8.64e15 } },
  },
} as const satisfies Rule;

/** A board as `firmware/esp32/boards.ts` names it. */
export const boardRule = {
  is: 'text',
  max: 64,
  pattern: '^[a-z0-9][a-z0-9-]{0,63}$',
  hint: 'the name of a board is allowed: lower-case letters, digits and -',
} as const satisfies Rule;

/**
 * An image to fetch. `signature` is Ed25519 over the manifest's text (`updateText`), which holds the image's SHA-256:
 * version, chip, board and length are signed with it. `url` is `http://…`, or `:port/path`: that port of the machine where the
 * gateway finds its broker, which the host itself cannot know the name of.
 */
export const updateOrder = {
  is: 'object',
  fields: {
    version: text,
    chip: { is: 'choice', of: chips },
    url: { is: 'text', max: 512 },
    imageBytes: bytes,
    sha256: hexRule(32),
    signature: hexRule(64),
  },
  /** Takes the version that runs once more; without it only a later one is taken. */
  optional: { board: boardRule, isAgain: { is: 'boolean' } },
} as const satisfies Rule;

/** A network or broker to go to: kept where it works, taken back after 5 minutes where it does not. */
export const networkOrder = {
  is: 'object',
  fields: {},
  optional: {
    wifiName: { is: 'text', max: 32 },
    wifiPassword: { is: 'text', max: 64 },
    broker: { is: 'text', max: 128 },
    port: { is: 'integer', min: 1, max: 65_535 },
    timeServers: { is: 'list', of: { is: 'text', max: 128 }, max: 4 },
  },
} as const satisfies Rule;
