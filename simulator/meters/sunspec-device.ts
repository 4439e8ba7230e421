import type { SunspecMap, SunspecModel } from '#core/modbus/sunspec.ts';
import type { QuantityId } from '#core/quantities.ts';
import { sunspecDevice, sunspecProfile } from '#profiles/sunspec.ts';
import type { ModbusSlave } from './modbus-slave.ts';

/** An inverter, or a meter behind it: its models but for the common one, and where its values come from. */
export interface SunspecPartOptions {
  readonly models: readonly number[];
  readonly read: (quantity: QuantityId) => number | undefined;
  readonly serial?: string;
}

export interface SunspecDeviceOptions {
  readonly address: number;
  readonly manufacturer: string;
  readonly parts: readonly SunspecPartOptions[];
  /** Where its map begins. */
  readonly base?: 40_000 | 50_000 | 0;
}

const commonModel = 1;
const inputsModel = 160;
/** Of the inputs of an inverter this one has two. */
const inputs = 2;
const mostRegisters = 125;

/** Registers behind the header (sunspec/models 7abdf89); a model that measures nothing is given ten. */
function lengthOf(model: number): number {
  if (model === commonModel) return 66;
  if (model === inputsModel) return 8 + inputs * 20;
  if (model >= 101 && model <= 103) return 50;
  if (model >= 111 && model <= 113) return 60;
  if (model >= 201 && model <= 204) return 105;
  if (model >= 211 && model <= 214) return 124;
  return 10;
}

/** A SunSpec device as a slave: its marker, chain of models, texts, and values with scale factors that move. */
export function sunspecSlave({
  address,
  manufacturer,
  parts,
  base = 40_000,
}: SunspecDeviceOptions): ModbusSlave {
  const map = mapOf(base + 2, manufacturer, parts);
  const perPart = parts.map((part, device) => {
    const models = map.models.filter(model => model.device === device);
    const registers = sunspecProfile(sunspecDevice, { manufacturer, models })?.registers ?? [];
    return { ...part, registers };
  });
  const partOf = new Map(perPart.flatMap(part => part.registers.map(register => [register, part] as const)));
  return {
    address,
    profile: {
      ...sunspecDevice,
      limits: { maxRegistersPerRead: mostRegisters, maxHoleRegisters: mostRegisters },
      registers: [...partOf.keys()],
    },
    read: (quantity, register) => partOf.get(register)?.read(quantity),
    words: wordsOf(base, map, parts),
  };
}

function mapOf(start: number, manufacturer: string, parts: readonly SunspecPartOptions[]): SunspecMap {
  const models: SunspecModel[] = [];
  let next = start;
  for (const [device, part] of parts.entries()) {
    for (const id of [commonModel, ...part.models]) {
      const length = lengthOf(id);
      models.push({ id, start: next, length, device });
      next += 2 + length;
    }
  }
  return { manufacturer, models };
}

/** What does not change: the marker, the headers, the end, and who the parts are. */
function wordsOf(base: number, { manufacturer, models }: SunspecMap, parts: readonly SunspecPartOptions[]) {
  const words = new Map<number, number>();
  const put = (start: number, ...values: number[]) => {
    for (const [index, value] of values.entries()) words.set(start + index, value);
  };
  put(base, 0x5375, 0x6e53);
  for (const { id, start, length, device } of models) {
    put(start, id, length);
    if (id === inputsModel) put(start + 8, inputs);
    if (id !== commonModel) continue;
    put(start + 2, ...textWords(manufacturer));
    put(start + 18, ...textWords('Simulated'));
    put(start + 42, ...textWords('1.0').slice(0, 8));
    put(start + 50, ...textWords(parts[device]?.serial ?? `SIM-${device}`));
  }
  const last = models.at(-1);
  if (last !== undefined) put(last.start + 2 + last.length, 0xffff, 0);
  return words;
}

/** Sixteen registers of two characters each. */
const textWords = (text: string): number[] =>
  Array.from({ length: 16 }, (_, index) => {
    const [high, low] = [text.charCodeAt(index * 2), text.charCodeAt(index * 2 + 1)];
    return (high || 0) * 256 + (low || 0);
  });
