import { defineConnector } from '../connector.ts';
import { discoverHttp } from './discover.ts';
import { HttpReceiver } from './receiver.ts';
import { began, ended, probing, takenOf } from './receivers.ts';
import { httpRoutes } from './routes.ts';
import { httpFields, httpMistakes, httpSettings, usualEveryS } from './settings.ts';
import { standingRoutes } from './standing.ts';

export const connector = defineConnector({
  id: 'http',
  name: { en: 'HTTP and InfluxDB', de: 'HTTP und InfluxDB', pt: 'HTTP e InfluxDB' },
  about: {
    en: 'Programs that send readings: as JSON, or as InfluxDB lines where only the address changes.',
    de: 'Programme, die Messwerte senden: als JSON oder als InfluxDB-Zeilen, wobei sich nur die Adresse ändert.',
    pt: 'Programas que enviam leituras: em JSON ou em linhas do InfluxDB, mudando apenas o endereço.',
  },
  fields: httpFields,
  settings: httpSettings,
  mistakes: httpMistakes,
  meters: ({ meters }) =>
    meters.map(({ id, name, everyS = usualEveryS }) => ({
      id,
      name,
      profile: 'http',
      windowS: everyS,
      sampleMs: everyS * 1000,
      series: [],
      isStoredBySource: true,
    })),
  open(options) {
    const { store, isProbe = false } = options;
    const receiver = new HttpReceiver(options, takenOf(store));
    return {
      start() {
        if (isProbe) probing.add(receiver);
        else began(store, receiver);
        receiver.start();
      },
      stop() {
        ended(store, receiver);
        receiver.stop();
      },
      counters: () => receiver.counters(),
      fault: () => (isProbe ? undefined : receiver.fault()),
    };
  },
  discover: discoverHttp,
  routes: (api, parts) => {
    httpRoutes(api, parts);
    standingRoutes(api, parts);
  },
});
