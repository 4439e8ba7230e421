import { defineConnector } from '../connector.ts';
import { tuyaFields } from './fields.ts';
import { tuyaMeters, tuyaMistakes, tuyaSettings } from './settings.ts';
import { TuyaSource } from './source.ts';

export const connector = defineConnector({
  id: 'tuya',
  name: { en: 'Tuya (local)', de: 'Tuya (lokal)', pt: 'Tuya (local)' },
  about: {
    en: 'Plugs and DIN rail meters of Tuya (Smart Life), read in your own network without a cloud.',
    de: 'Steckdosen und Hutschienenzähler von Tuya (Smart Life), im eigenen Netz ohne Cloud gelesen.',
    pt: 'Tomadas e contadores de calha DIN da Tuya (Smart Life), lidos na sua rede, sem nuvem.',
  },
  fields: tuyaFields,
  settings: tuyaSettings,
  mistakes: tuyaMistakes,
  meters: tuyaMeters,
  open: options => new TuyaSource(options),
  discover: async options => (await import('./discover.ts')).discoverTuya(options),
});
