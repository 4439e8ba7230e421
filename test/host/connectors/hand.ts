import type { MeterSink } from '#app/source.ts';
import { defineConnector } from '../../../host/connectors/connector.ts';
import { Type } from '../../../host/typebox.ts';

const inAll = (text: string) => ({ en: text, de: text, pt: text });

/** A source that gives 100 W each second, counting its energy; one whose password is `wrong` does not open. */
export const hand = defineConnector({
  id: 'hand',
  name: inAll('By hand'),
  about: inAll('Gives what the test says.'),
  fields: [
    { name: 'password', label: inAll('Password'), kind: 'secret' },
    { name: 'meter', label: inAll('Meter'), kind: 'text' },
  ],
  settings: Type.Object({ password: Type.String(), meter: Type.String({ minLength: 1 }) }),
  meters: ({ meter }) => [
    {
      id: meter,
      name: meter,
      profile: 'hand',
      windowS: 10,
      sampleMs: 1000,
      series: ['powerW', 'energyImportWh'],
    },
  ],
  open({ settings, sinks, time }) {
    if (settings.password === 'wrong') throw new Error('the password is not taken there');
    let cancel = () => {};
    let count = 0;
    const sink = sinks.get(settings.meter) as MeterSink;
    const tick = () => {
      cancel = time.after(1000, tick);
      count++;
      sink.samples(time.ticksMs(), [
        { quantity: 'powerW', value: 100 },
        { quantity: 'energyImportWh', value: 1000 + Math.floor(count / 36) },
      ]);
    };
    return {
      start: () => {
        cancel = time.after(1000, tick);
      },
      stop: () => cancel(),
      counters: () => ({ ticks: count }),
      fault: () => undefined,
    };
  },
  discover: async () => [
    { title: 'A plug', detail: '100 W', settings: { password: 'hush', meter: 'found' } },
  ],
});
