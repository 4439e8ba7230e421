import config from 'mc/config';
import { conforms, type Rule } from '../core/rules.ts';
import type { LineSettings } from '../core/wire/settings.ts';
import { boardOf } from './boards.ts';

const pin = { is: 'integer', min: 0, max: 48 } as const satisfies Rule;
const uart = {
  is: 'object',
  fields: { port: { is: 'integer', min: 0, max: 2 }, receive: pin, transmit: pin },
  // DE and /RE of an RS485 transceiver that does not switch by itself.
  optional: { direction: pin },
} as const satisfies Rule;
const i2c = {
  is: 'object',
  fields: { data: pin, clock: pin, hz: { is: 'integer', min: 10_000, max: 400_000 } },
} as const satisfies Rule;

/** What `port` of a line means on this board (`boards.ts`); `lines` in the build's configuration go before its own. */
export const uartOf = (line: LineSettings) => lineOf(line, uart, 'a UART');
export const i2cOf = (line: LineSettings) => lineOf(line, i2c, 'an I2C bus');

function lineOf<R extends Rule>(line: LineSettings, rule: R, what: string) {
  const lines: Readonly<Record<string, unknown>> = {
    ...boardOf(String(config.board ?? 'esp32')).lines,
    ...config.lines,
  };
  const found = lines[line.port];
  if (conforms(rule, found)) return found;
  const known = Object.keys(lines).filter(name => conforms(rule, lines[name]));
  throw new Error(
    `port ${line.port} of line ${line.id} is not ${what} of this board; allowed are ${known.join(', ') || 'none'}`,
  );
}
