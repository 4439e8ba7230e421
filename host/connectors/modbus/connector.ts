import { defineConnector } from '../connector.ts';
import { modbusFields } from './fields.ts';
import { ModbusSource } from './modbus-source.ts';
import { modbusMeters, modbusMistakes, modbusSettings } from './settings.ts';

export const connector = defineConnector({
  id: 'modbus',
  name: { en: 'Modbus', de: 'Modbus', pt: 'Modbus' },
  about: {
    en: 'Meters and SunSpec inverters over Modbus TCP, RS485 converters in the network, or an RS485 adapter on USB.',
    de: 'Zähler und SunSpec-Wechselrichter über Modbus TCP, RS485-Wandler im Netz oder einen RS485-Adapter an USB.',
    pt: 'Contadores e inversores SunSpec por Modbus TCP, conversores RS485 na rede ou um adaptador RS485 em USB.',
  },
  fields: modbusFields,
  settings: modbusSettings,
  mistakes: modbusMistakes,
  meters: modbusMeters,
  open: options => new ModbusSource(options),
  discover: async options => (await import('./discover.ts')).discoverModbus(options),
});
