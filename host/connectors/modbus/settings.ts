import { limits } from '#core/limits.ts';
import type { QuantityId } from '#core/quantities.ts';
import { settingsDefaults, windowLengthsS } from '#core/wire/settings.ts';
import { nearestIds } from '#profiles/nearest.ts';
import { type ModbusProfile, profileQuantities } from '#profiles/profile.ts';
import { findProfile, profiles } from '#profiles/registry.ts';
import type { Mistake } from '../../set-up/settings-mistakes.ts';
import { type Static, Type } from '../../typebox.ts';
import type { ConnectorMeter } from '../connector.ts';
import { meterSchema } from '../meter-settings.ts';
import { wayMistakes } from './way.ts';

const bauds = { minimum: 1200, maximum: 115_200 };

/** The way to the meters, as a form gives it. */
const way = {
  transport: Type.Union([Type.Literal('rtu'), Type.Literal('tcp'), Type.Literal('serial')]),
  host: Type.Optional(Type.String({ maxLength: 253 })),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  path: Type.Optional(Type.String({ maxLength: 128 })),
  baud: Type.Optional(Type.Integer(bauds)),
  parity: Type.Optional(Type.Union([Type.Literal('none'), Type.Literal('even'), Type.Literal('odd')])),
  stopBits: Type.Optional(Type.Integer({ minimum: 1, maximum: 2 })),
};

const meter = Type.Object({
  id: meterSchema.id,
  name: meterSchema.name,
  profile: Type.String({ minLength: 1, maxLength: 64 }),
  unit: Type.Integer({ minimum: 0, maximum: 255 }),
  windowS: Type.Optional(Type.Integer({ minimum: limits.windowMinS, maximum: limits.windowMaxS })),
  sampleMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 900_000 })),
  timeoutMs: Type.Optional(Type.Integer({ minimum: 20, maximum: 10_000 })),
});

export const modbusSettings = Type.Object({
  ...way,
  meters: Type.Array(meter, { minItems: 1, maxItems: limits.metersPerGateway }),
});

/** What a search needs: the way alone. */
export const waySettings = Type.Object({ ...way, transport: Type.Optional(way.transport) });

export type ModbusSettings = Static<typeof modbusSettings>;
export type MeterRow = Static<typeof meter>;

/** The profile of a row, where it is one of a Modbus meter. */
export function modbusProfile(id: string): ModbusProfile | undefined {
  const found = findProfile(id);
  return found?.kind === 'modbus' ? found : undefined;
}

/** Mistakes beyond the schema: the gateway's own rules for lines and meters, and units as Modbus TCP has them. */
export function modbusMistakes(settings: ModbusSettings): Mistake[] {
  const mistakes = wayMistakes(settings);
  for (const [index, row] of settings.meters.entries()) {
    const refuse = (field: string, message: string) =>
      void mistakes.push({ field: `meters.${index}.${field}`, message });
    const before = settings.meters.slice(0, index);
    if (before.some(({ id }) => id === row.id))
      refuse('id', `${row.id} is given twice; each meter needs its own`);
    checkUnit(settings.transport, row, before, refuse);
    checkTimes(row, refuse);
    if (modbusProfile(row.profile) === undefined) {
      const known = profiles.filter(({ kind }) => kind === 'modbus').map(({ id }) => id);
      const nearest = nearestIds(row.profile, known).join(', ');
      refuse('profile', `${row.profile} is no profile of a Modbus meter; the nearest are ${nearest}`);
    }
  }
  return mistakes;
}

type Refuse = (field: string, message: string) => void;

function checkUnit(
  transport: ModbusSettings['transport'],
  { unit, profile }: MeterRow,
  before: readonly MeterRow[],
  refuse: Refuse,
): void {
  const isSlave = unit >= 1 && unit <= 247;
  if (transport === 'tcp' && !isSlave && unit !== 0 && unit !== 255)
    refuse(
      'unit',
      `${unit} given; 1 to 247 is allowed, and 0 or 255 for a device that speaks Modbus TCP itself`,
    );
  if (transport !== 'tcp' && !isSlave) refuse('unit', `${unit} given; 1 to 247 is allowed on an RS485 line`);
  const other = before.find(row => row.unit === unit && !areParts(row.profile, profile));
  if (other !== undefined)
    refuse('unit', `${unit} is given twice, and ${other.id} has it; each meter needs its own`);
}

/** Whether these are an inverter and the meter behind it, which answer at one unit. */
function areParts(one: string, other: string): boolean {
  const [first, second] = [modbusProfile(one)?.sunspec, modbusProfile(other)?.sunspec];
  return first !== undefined && second !== undefined && first.part !== second.part;
}

function checkTimes(
  { windowS = settingsDefaults.windowS, sampleMs = settingsDefaults.sampleMs }: MeterRow,
  refuse: Refuse,
) {
  if (!windowLengthsS.includes(windowS))
    refuse('windowS', `${windowS} given; one of ${windowLengthsS.join(', ')} is allowed`);
  if (sampleMs > windowS * 1000)
    refuse('sampleMs', `${sampleMs} given; at most the length of a window is allowed, ${windowS * 1000}`);
}

/** The meters of these settings, with the series that their profiles give, as far as the message has room for them. */
export function modbusMeters({ meters }: ModbusSettings): ConnectorMeter[] {
  let room: number = limits.seriesPerAbout;
  return meters.map(({ id, name, profile, windowS, sampleMs }) => {
    const found = modbusProfile(profile);
    const series: readonly QuantityId[] = found === undefined ? [] : profileQuantities(found);
    room -= series.length;
    return {
      id,
      name,
      profile,
      windowS: windowS ?? settingsDefaults.windowS,
      sampleMs: sampleMs ?? settingsDefaults.sampleMs,
      series: room < 0 ? [] : series,
    };
  });
}
