import { defineConnector } from '../connector.ts';
import { opcUaFields } from './fields.ts';
import { OpcUaSource } from './opcua-source.ts';
import { opcUaMeters, opcUaMistakes, opcUaSettings } from './settings.ts';

export const connector = defineConnector({
  id: 'opcua',
  name: { en: 'OPC UA', de: 'OPC UA', pt: 'OPC UA' },
  about: {
    en: 'Numbers of an OPC UA server: controllers, energy managers, inverters, building automation.',
    de: 'Zahlen eines OPC-UA-Servers: Steuerungen, Energiemanager, Wechselrichter, Gebäudeautomation.',
    pt: 'Números de um servidor OPC UA: controladores, gestores de energia, inversores, automação de edifícios.',
  },
  fields: opcUaFields,
  settings: opcUaSettings,
  mistakes: opcUaMistakes,
  meters: opcUaMeters,
  open: options => new OpcUaSource(options),
  discover: async options => (await import('./discover.ts')).discoverOpcUa(options),
});
