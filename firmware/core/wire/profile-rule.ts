import { deepFreeze } from '../freeze.ts';
import { limits } from '../limits.ts';
import type { Rule, Ruled } from '../rules.ts';

/** What settings name lines, meters and profiles by. */
export const idRule = deepFreeze({
  is: 'text',
  max: 64,
  pattern: '^[a-z0-9][a-z0-9_-]{0,63}$',
  hint: 'an id is allowed: 1 to 64 lower-case letters, digits, - and _',
} as const satisfies Rule);

const text = { is: 'text', max: limits.nameCharacters } as const satisfies Rule;
const longText = { is: 'text', max: 512 } as const satisfies Rule;
const address = { is: 'integer', min: 0, max: 0xffff } as const satisfies Rule;
const order = { is: 'choice', of: ['big', 'wordSwapped', 'byteSwapped', 'little'] } as const satisfies Rule;
const scale = { is: 'number', min: -1e9, max: 1e9 } as const satisfies Rule;

const type = {
  is: 'choice',
  of: [
    'bool',
    'bit',
    'uint16',
    'int16',
    'uint32',
    'int32',
    'uint64',
    'int64',
    'float32',
    'float64',
    'bcd16',
    'bcd32',
    'bcd64',
  ],
} as const satisfies Rule;

const register = {
  is: 'object',
  fields: {
    quantity: { is: 'text', max: 64 },
    fc: { is: 'integer', min: 1, max: 4 },
    address,
    type,
    order,
    scale,
  },
  optional: {
    bit: { is: 'integer', min: 0, max: 15 },
    scaleRegister: address,
    offset: { is: 'number', min: -1e9, max: 1e9 },
    absentRaw: { is: 'list', of: { is: 'anything' }, max: 8 },
    resolution: { is: 'number', min: 0, max: 1e9 },
    everyMs: { is: 'integer', min: 100, max: 86_400_000 },
    isDoubtful: { is: 'boolean' },
  },
} as const satisfies Rule;

const identityField = {
  is: 'object',
  fields: {
    fc: { is: 'integer', min: 3, max: 4 },
    address,
    words: { is: 'integer', min: 1, max: 32 },
    type: { is: 'choice', of: ['text', 'bcd', 'uint'] },
    order,
  },
} as const satisfies Rule;

const command = {
  is: 'object',
  fields: {
    id: idRule,
    name: text,
    fc: { is: 'integer', min: 5, max: 16 },
    address,
    type,
    order,
    scale,
    min: { is: 'number', min: -1e15, max: 1e15 },
    max: { is: 'number', min: -1e15, max: 1e15 },
  },
  optional: { unit: { is: 'text', max: 16 } },
} as const satisfies Rule;

/**
 * The JSON form of a Modbus profile, as settings carry those that a user wrote. What no shape tells (known
 * quantities, registers that overlap, reads that a meter refuses) is checked by `profiles/profile-check.ts`.
 */
export const profileRule = deepFreeze({
  is: 'object',
  fields: {
    kind: { is: 'choice', of: ['modbus'] },
    id: idRule,
    manufacturer: text,
    model: text,
    defaults: {
      is: 'object',
      fields: {},
      optional: {
        baud: { is: 'integer', min: 1200, max: 115_200 },
        parity: { is: 'choice', of: ['none', 'even', 'odd'] },
        stopBits: { is: 'integer', min: 1, max: 2 },
        address: { is: 'integer', min: 1, max: 247 },
      },
    },
    limits: {
      is: 'object',
      fields: {
        maxRegistersPerRead: { is: 'integer', min: 1, max: limits.modbusRegistersPerRead },
        maxHoleRegisters: { is: 'integer', min: 0, max: limits.modbusRegistersPerRead },
      },
      optional: {
        boundaries: { is: 'list', of: address, max: 32 },
        readAtValueStart: { is: 'boolean' },
        turnaroundMs: { is: 'integer', min: 0, max: 5000 },
        unitSwitchMs: { is: 'integer', min: 0, max: 5000 },
      },
    },
    registers: { is: 'list', of: register, max: limits.seriesPerMeter },
  },
  optional: {
    identity: {
      is: 'object',
      fields: {},
      optional: { serial: identityField, model: identityField, firmware: identityField },
    },
    commands: { is: 'list', of: command, max: limits.commandsPerProfile },
    source: longText,
    note: longText,
  },
} as const satisfies Rule);

export type ProfileForm = Ruled<typeof profileRule>;
