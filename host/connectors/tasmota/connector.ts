import { Type } from '../../typebox.ts';
import { defineConnector } from '../connector.ts';
import {
  deviceMeters,
  everyColumn,
  meterColumns,
  meterMistakes,
  meterSchema,
  metersOptions,
} from '../meter-settings.ts';
import { brokerFields, brokerMistakes, brokerOf, brokerSchema, topicSchema } from '../mqtt-settings.ts';
import { MqttSource } from '../mqtt-source.ts';
import { discoverTasmota } from './discover.ts';
import { tasmotaReader } from './sensor.ts';
import { tasmotaTopics } from './topics.ts';

/** Tasmota sends each 300 s unless it was told otherwise (`TelePeriod`). */
const usualEveryS = 300;

export const connector = defineConnector({
  id: 'tasmota',
  name: { en: 'Tasmota', de: 'Tasmota', pt: 'Tasmota' },
  about: {
    en: 'Plugs with Tasmota, and reading heads on smart meters such as the MT681, over MQTT.',
    de: 'Steckdosen mit Tasmota und Leseköpfe an Stromzählern wie dem MT681, über MQTT.',
    pt: 'Tomadas com Tasmota e leitores em contadores como o MT681, por MQTT.',
  },
  fields: [
    ...brokerFields,
    {
      name: 'meters',
      kind: 'rows',
      label: { en: 'Devices', de: 'Geräte', pt: 'Dispositivos' },
      columns: [
        ...meterColumns,
        {
          name: 'topic',
          kind: 'text',
          label: { en: 'Topic', de: 'Topic', pt: 'Tópico' },
          hint: {
            en: 'The topic of the device, as in its MQTT settings; or the whole topic that ends with /SENSOR.',
            de: 'Das Topic des Geräts wie in seinen MQTT-Einstellungen, oder das ganze Topic, das mit /SENSOR endet.',
            pt: 'O tópico do dispositivo, como na sua configuração MQTT, ou o tópico completo que termina em /SENSOR.',
          },
        },
        {
          name: 'group',
          kind: 'text',
          isOptional: true,
          label: { en: 'Group', de: 'Gruppe', pt: 'Grupo' },
          hint: {
            en: 'ENERGY, or the name in the meter script, such as MT681. Empty: the first that tells electricity.',
            de: 'ENERGY oder der Name im Zählerskript, etwa MT681. Leer: die erste mit Stromwerten.',
            pt: 'ENERGY ou o nome no script do contador, como MT681. Vazio: o primeiro com eletricidade.',
          },
        },
        everyColumn,
        {
          name: 'isAsked',
          kind: 'switch',
          isOptional: true,
          label: {
            en: 'Ask for values this often',
            de: 'Werte so oft abfragen',
            pt: 'Pedir os valores com esta frequência',
          },
        },
      ],
    },
  ],
  settings: Type.Object({
    ...brokerSchema,
    meters: Type.Array(
      Type.Object({
        ...meterSchema,
        topic: topicSchema,
        group: Type.Optional(Type.String({ maxLength: 64 })),
        isAsked: Type.Optional(Type.Boolean()),
      }),
      metersOptions,
    ),
  }),
  mistakes: settings => [...brokerMistakes(settings), ...meterMistakes(settings.meters)],
  meters: ({ meters }) => deviceMeters('tasmota', meters, usualEveryS),
  open({ settings, ...options }) {
    const meters = settings.meters.map(({ id, topic, group, isAsked, everyS = usualEveryS }) => {
      const { sensor, lastWill, answer, command } = tasmotaTopics(topic);
      return {
        id,
        sampleMs: everyS * 1000,
        filters: [sensor, lastWill, answer],
        read: tasmotaReader(group === '' ? undefined : group),
        ask: { topic: command, payload: '10', isRepeated: isAsked ?? false },
      };
    });
    return new MqttSource(options, brokerOf(settings), meters);
  },
  discover: discoverTasmota,
});
