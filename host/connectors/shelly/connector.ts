import { Type } from '../../typebox.ts';
import { defineConnector } from '../connector.ts';
import {
  everyColumn,
  meterColumns,
  meterMistakes,
  meterSchema,
  metersOptions,
  windowFor,
} from '../meter-settings.ts';
import { brokerFields, brokerMistakes, brokerOf, brokerSchema, topicSchema } from '../mqtt-settings.ts';
import { MqttSource } from '../mqtt-source.ts';
import { componentsOf } from './components.ts';
import { discoverShelly } from './discover.ts';
import { firstGenerationReader } from './first-generation.ts';
import { answerTopicOf, laterGenerationsReader, questionOf } from './later-generations.ts';

/** The first generation sends each 30 s; the later ones what changes, and each minute what they counted. */
const usualEveryS = { '1': 30, '2': 60 } as const;
const partOf = {
  '1': /^(relay\/\d|emeter\/\d|emeter)$/,
  '2': /^(switch|cover|light|pm1|em1?):\d{1,3}$/,
} as const;

export const connector = defineConnector({
  id: 'shelly',
  name: { en: 'Shelly', de: 'Shelly', pt: 'Shelly' },
  about: {
    en: 'Plugs, relays and meters of Shelly, of all generations, over MQTT.',
    de: 'Steckdosen, Relais und Zähler von Shelly, aller Generationen, über MQTT.',
    pt: 'Tomadas, relés e contadores da Shelly, de todas as gerações, por MQTT.',
  },
  fields: [
    ...brokerFields,
    {
      name: 'meters',
      kind: 'rows',
      label: { en: 'Channels', de: 'Kanäle', pt: 'Canais' },
      columns: [
        ...meterColumns,
        {
          name: 'generation',
          kind: 'choice',
          label: { en: 'Generation', de: 'Generation', pt: 'Geração' },
          choices: [
            { value: '1', label: { en: 'First', de: 'Erste', pt: 'Primeira' } },
            {
              value: '2',
              label: { en: 'Second and later', de: 'Zweite und spätere', pt: 'Segunda e posteriores' },
            },
          ],
        },
        {
          name: 'prefix',
          kind: 'text',
          label: { en: 'Topic', de: 'Topic', pt: 'Tópico' },
          hint: {
            en: 'First generation: shellies/DEVICE. Later ones: the MQTT prefix of the device.',
            de: 'Erste Generation: shellies/GERÄT. Spätere: das MQTT-Präfix des Geräts.',
            pt: 'Primeira geração: shellies/DISPOSITIVO. Posteriores: o prefixo MQTT do dispositivo.',
          },
        },
        {
          name: 'part',
          kind: 'text',
          label: { en: 'Channel', de: 'Kanal', pt: 'Canal' },
          hint: {
            en: 'First generation: relay/0, emeter/0, or emeter for the three phases of a 3EM. Later ones: switch:0, pm1:0, em1:0, em:0.',
            de: 'Erste Generation: relay/0, emeter/0, oder emeter für die drei Phasen eines 3EM. Spätere: switch:0, pm1:0, em1:0, em:0.',
            pt: 'Primeira geração: relay/0, emeter/0, ou emeter para as três fases de um 3EM. Posteriores: switch:0, pm1:0, em1:0, em:0.',
          },
        },
        everyColumn,
      ],
    },
  ],
  settings: Type.Object({
    ...brokerSchema,
    meters: Type.Array(
      Type.Object({
        ...meterSchema,
        generation: Type.Union([Type.Literal('1'), Type.Literal('2')]),
        prefix: topicSchema,
        part: Type.String({ minLength: 1, maxLength: 32 }),
      }),
      metersOptions,
    ),
  }),
  mistakes: settings => [
    ...brokerMistakes(settings),
    ...meterMistakes(settings.meters),
    ...settings.meters.flatMap(({ generation, part }, index) => {
      if (partOf[generation].test(part)) return [];
      const allowed = generation === '1' ? 'relay/0, emeter/0 or emeter' : 'switch:0, pm1:0, em1:0 or em:0';
      return [{ field: `meters.${index}.part`, message: `${part} given; ${allowed} is allowed` }];
    }),
  ],
  meters: ({ meters }) =>
    meters.map(({ id, name, generation, everyS = usualEveryS[generation] }) => ({
      id,
      name,
      profile: 'shelly',
      windowS: windowFor(everyS),
      sampleMs: everyS * 1000,
      series: [],
    })),
  open({ settings, ...options }) {
    const meters = settings.meters.map(
      ({ id, generation, prefix, part, everyS = usualEveryS[generation] }) => {
        const isFirst = generation === '1';
        const statuses = componentsOf(part).map(name => `${prefix}/status/${name}`);
        const parts = part === 'emeter' ? 'emeter/+' : part;
        return {
          id,
          sampleMs: everyS * 1000,
          filters: [
            `${prefix}/online`,
            ...(isFirst
              ? [`${prefix}/${parts}/+`]
              : [`${prefix}/events/rpc`, answerTopicOf(prefix), ...statuses]),
          ],
          ask: {
            ...(isFirst ? { topic: `${prefix}/command`, payload: 'update' } : questionOf(prefix)),
            // These tell what has changed alone: of a plug that is off nothing would be known for hours.
            isRepeated: !isFirst,
          },
          read: isFirst ? firstGenerationReader(prefix, part) : laterGenerationsReader(prefix, part),
        };
      },
    );
    return new MqttSource(options, brokerOf(settings), meters);
  },
  discover: discoverShelly,
});
