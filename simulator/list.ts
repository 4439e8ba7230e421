import { findProfile } from '#profiles/registry.ts';
import { command } from './command.ts';
import { busBaud, siteMeters } from './site.ts';

const lineNames = {
  'rs485-1': `RS485, ${busBaud} 8N1, Modbus RTU`,
  'ir-1': 'infrared head, 9600 8N1, SML',
  'i2c-1': 'I2C',
} as const;

/** The meters of the simulated site as a table. */
export function listText(): string {
  const rows = siteMeters.map(({ id, name, profile, line, address }) => {
    const found = findProfile(profile);
    const model = found === undefined ? profile : `${found.manufacturer} ${found.model}`;
    return [id, name, model, lineNames[line], address === undefined ? '' : `address ${address}`];
  });
  const table = [['METER', 'NAME', 'MODEL', 'LINE', ''], ...rows];
  const widths = [0, 1, 2, 3].map(column => Math.max(...table.map(row => row[column]?.length ?? 0)));
  return table
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const list = command({
  name: 'list',
  summary: 'what is simulated',
  about: 'Prints meters, lines and addresses.',
  options: {},
  run: async (_values, { out }) => {
    out(listText());
  },
});
