import { Type } from '../../typebox.ts';
import { defineConnector } from '../connector.ts';
import { RecordsReceiver } from './receiver.ts';
import { recordsRoutes } from './routes.ts';

/** Nobody sends to what is not saved. */
const nothingToTry =
  'there is nothing to try here: save this source, then set up the forward at the other Joulegate; Test there says whether it comes here';

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
  open: ({ store, isProbe = false }) => new RecordsReceiver(store, isProbe ? nothingToTry : undefined),
  routes: recordsRoutes,
});
