import { planReads } from '#core/modbus/plan.ts';
import {
  type MeterProfile,
  type ModbusProfile,
  profileQuantities,
  trustedRegisters,
} from '#profiles/profile.ts';
import { profiles } from '#profiles/registry.ts';

const begin = '<!-- meters, written by: npm run meters -->';
const end = '<!-- end of meters -->';

/** The text with the table of meters between its marks. @throws Error where a mark is missing. */
export function withMeterTable(text: string): string {
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`the text lacks ${begin} or ${end}`);
  return `${before}${begin}\n${meterTable()}\n${end}${after}`;
}

/** Every meter that Joulegate knows, as a table in Markdown, by manufacturer. */
export function meterTable(): string {
  const rows = [...profiles].sort((a, b) => textOf(a).localeCompare(textOf(b), 'en')).map(rowOf);
  return [
    '| manufacturer | model | profile | values | requests | line | to know |',
    '|---|---|---|---|---|---|---|',
    ...rows.map(cells => `| ${cells.join(' | ')} |`),
  ].join('\n');
}

const textOf = ({ manufacturer, model }: MeterProfile): string => `${manufacturer} ${model}`;

const rowOf = (profile: MeterProfile): string[] => [
  profile.manufacturer,
  profile.model,
  `\`${profile.id}\``,
  `${profile.kind === 'modbus' && profile.sunspec ? 'up to ' : ''}${profileQuantities(profile).length}`,
  profile.kind === 'modbus' && !profile.sunspec ? requestsOf(profile) : '',
  lineOf(profile),
  profile.kind === 'modbus' ? noteOf(profile) : '',
];

/** Reads at each sample, each 5 s and each minute. */
function requestsOf(profile: ModbusProfile): string {
  const paces = [undefined, 5000, 60_000] as const;
  return paces
    .map(pace => {
      const registers = trustedRegisters(profile).filter(({ everyMs }) => everyMs === pace);
      return planReads(registers, profile.limits).length;
    })
    .join(' / ');
}

function lineOf(profile: MeterProfile): string {
  if (profile.kind === 'ina219') return 'I2C';
  if (profile.kind === 'head') return `head or cable, ${profile.defaults.baud} 8N1`;
  const { baud, parity, stopBits, address } = profile.defaults;
  const frame = parity && stopBits ? `8${parity[0]?.toUpperCase()}${stopBits}` : '';
  const speed = [baud, frame || (baud && 'baud')].filter(Boolean).join(' ');
  return (
    [speed, address === undefined ? '' : `address ${address}`].filter(Boolean).join(', ') ||
    'set at the meter'
  );
}

/** What to know, and which registers are told of and not read. */
function noteOf({ note, registers }: ModbusProfile): string {
  const doubtful = registers.filter(({ isDoubtful }) => isDoubtful).map(({ quantity }) => `\`${quantity}\``);
  const told = doubtful.length === 0 ? [] : [`Doubtful, not read: ${doubtful.join(', ')}.`];
  return [...(note === undefined ? [] : [note]), ...told].join(' ');
}
