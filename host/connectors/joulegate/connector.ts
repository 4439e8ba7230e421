import { fault } from '../../faults/fault.ts';
import { Type } from '../../typebox.ts';
import { defineConnector } from '../connector.ts';
import { RecordsReceiver } from './receiver.ts';
import { recordsRoutes } from './routes.ts';

export const connector = defineConnector({
  id: 'joulegate',
  name: { en: 'Joulegate', de: 'Joulegate', pt: 'Joulegate' },
  about: {
    en: 'Another Joulegate that forwards what it stores: windows whole, with what is missing and why.',
    de: 'Ein anderes Joulegate, das weiterleitet, was es speichert: vollständige Fenster, mit dem, was fehlt, und warum.',
    pt: 'Outro Joulegate que encaminha o que guarda: janelas completas, com o que falta e porquê.',
  },
  fields: [],
  settings: Type.Object({}, { additionalProperties: false }),
  meters: () => [],
  announcesNone: true,
  // Nobody sends to what is not saved.
  open: ({ store, isProbe = false }) =>
    new RecordsReceiver(store, isProbe ? fault('records.noTrial', {}) : undefined),
  routes: recordsRoutes,
});
