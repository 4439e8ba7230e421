import { crc32 } from '#core/crc.ts';
import type { Field, Words } from '../set-up/fields.ts';
import type { Mistake } from '../set-up/settings-mistakes.ts';
import { modbusServerFields } from './fields.ts';
import type { RegisterMap } from './register-map.ts';
import { sdm630Map } from './sdm630.ts';
import { type ModbusServerSettings, modbusServerMistakes, modbusServerSettings, unitOf } from './settings.ts';

/** A meter that is played: its registers, and what a person says of it. */
export interface PlayedMeter {
  readonly id: string;
  readonly name: Words;
  readonly about: Words;
  readonly fields: readonly Field[];
  readonly settings: typeof modbusServerSettings;
  mistakes(settings: ModbusServerSettings): readonly Mistake[];
  /** `id` is of the server that was set up. */
  map(id: string, settings: ModbusServerSettings): RegisterMap;
}

const sdm630: PlayedMeter = {
  id: 'eastron-sdm630',
  name: { en: 'Eastron SDM630-Modbus V2', de: 'Eastron SDM630-Modbus V2', pt: 'Eastron SDM630-Modbus V2' },
  about: {
    en: 'The meter is shown as an SDM630 over Modbus TCP, to inverters and wall boxes that want one.',
    de: 'Der Zähler erscheint als SDM630 über Modbus TCP, für Wechselrichter und Wallboxen, die einen erwarten.',
    pt: 'O contador apresenta-se como um SDM630 por Modbus TCP, a inversores e carregadores que o esperam.',
  },
  fields: modbusServerFields,
  settings: modbusServerSettings,
  mistakes: modbusServerMistakes,
  map: (id, settings) => sdm630Map(unitOf(settings), settings.serial ?? madeSerial(id)),
};

/** Meters that can be played, by id. */
export const playedMeters: ReadonlyMap<string, PlayedMeter> = new Map([[sdm630.id, sdm630]]);

/** The same at each start; never 0, which some clients take for no meter. */
const madeSerial = (id: string): number => crc32(new TextEncoder().encode(id)) || 1;
