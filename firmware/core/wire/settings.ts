import { deepFreeze } from '../freeze.ts';
import { ina219Adcs } from '../ina219/setup.ts';
import { limits } from '../limits.ts';
import type { Rule, Ruled } from '../rules.ts';
import { idRule as id, profileRule } from './profile-rule.ts';

/** A wire that meters hang on. `port` is the machine's own name of it: `uart1`, `/dev/ttyUSB0`, `tcp://host:port`. */
const line = {
  is: 'object',
  fields: {
    id,
    kind: { is: 'choice', of: ['rs485', 'ir', 'i2c'] },
    port: { is: 'text', max: 128 },
  },
  optional: {
    baud: { is: 'integer', min: 1200, max: 115_200 },
    parity: { is: 'choice', of: ['none', 'even', 'odd'] },
    stopBits: { is: 'integer', min: 1, max: 2 },
  },
} as const satisfies Rule;

/**
 * A meter: its profile, the line it hangs on and its address there (Modbus unit 1 to 247, or I2C address;
 * none for SML). `windowS` is the length of its windows, `sampleMs` the time between two samples. From `shuntOhm` on
 * they are of an INA219: its shunt and ranges (`core/ina219/setup.ts`), and factors and offsets that a better
 * instrument gave.
 */
const meter = {
  is: 'object',
  fields: {
    id,
    name: { is: 'text', max: limits.nameCharacters },
    profile: id,
    line: id,
  },
  optional: {
    address: { is: 'integer', min: 1, max: 247 },
    windowS: { is: 'integer', min: limits.windowMinS, max: limits.windowMaxS },
    sampleMs: { is: 'integer', min: 100, max: 900_000 },
    timeoutMs: { is: 'integer', min: 20, max: 10_000 },
    shuntOhm: { is: 'number', min: 0.000_01, max: 10 },
    maxCurrentA: { is: 'number', min: 0.01, max: 1000 },
    busRangeV: { is: 'integer', min: 16, max: 32 },
    shuntRangeMv: { is: 'integer', min: 40, max: 320 },
    adc: { is: 'choice', of: ina219Adcs },
    currentFactor: { is: 'number', min: 0.5, max: 2 },
    currentOffsetA: { is: 'number', min: -10, max: 10 },
    voltageFactor: { is: 'number', min: 0.5, max: 2 },
    voltageOffsetV: { is: 'number', min: -5, max: 5 },
  },
} as const satisfies Rule;

export const alarmOperators = deepFreeze(['>', '<', '>=', '<='] as const);

/**
 * A threshold that the gateway watches by itself: `threshold` and `hysteresis` in the quantity's unit. It switches an
 * `output` of its board, or tells the host where `publish` is true, which it is where it is left out.
 */
const alarm = {
  is: 'object',
  fields: {
    id,
    meter: id,
    quantity: { is: 'text', max: limits.nameCharacters },
    operator: { is: 'choice', of: alarmOperators },
    threshold: { is: 'number', min: -1e12, max: 1e12 },
  },
  optional: {
    hysteresis: { is: 'number', min: 0, max: 1e12 },
    delayS: { is: 'integer', min: 0, max: 3600 },
    output: { is: 'text', max: limits.nameCharacters },
    publish: { is: 'boolean' },
  },
} as const satisfies Rule;

/**
 * What a gateway measures. The host sends it retained on `settings/desired` with a version of its own
 * counting; the gateway runs it and reports it back, or refuses it and keeps the old one. `profiles` are of Modbus
 * meters that the gateway does not know by itself, for its meters to name.
 */
export const settingsRule = deepFreeze({
  is: 'object',
  fields: {
    version: { is: 'integer', min: 0, max: 2_147_483_647 },
    lines: { is: 'list', of: line, max: limits.linesPerGateway },
    meters: { is: 'list', of: meter, max: limits.metersPerGateway },
  },
  optional: {
    profiles: { is: 'list', of: profileRule, max: limits.profilesPerGateway },
    alarms: { is: 'list', of: alarm, max: limits.alarmsPerGateway },
  },
} as const satisfies Rule);

export type GatewaySettings = Ruled<typeof settingsRule>;
export type LineSettings = Ruled<typeof line>;
export type MeterSettings = Ruled<typeof meter>;
export type AlarmSettings = Ruled<typeof alarm>;

export const settingsDefaults = deepFreeze({
  baud: 9600,
  parity: 'none',
  stopBits: 1,
  windowS: 10,
  sampleMs: 1000,
} as const);

/**
 * The window lengths a gateway runs. They divide a minute, or are whole minutes that divide a quarter of an hour:
 * so no window lies across the edge of a minute (or of a quarter) into which the host gathers them.
 */
export const windowLengthsS: readonly number[] = deepFreeze([
  1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 180, 300, 900,
]);
