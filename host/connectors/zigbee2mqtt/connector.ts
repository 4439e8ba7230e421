import { Type } from '../../typebox.ts';
import { defineConnector } from '../connector.ts';
import { isObject } from '../json-object.ts';
import {
  deviceMeters,
  everyColumn,
  meterColumns,
  meterMistakes,
  meterSchema,
  metersOptions,
} from '../meter-settings.ts';
import { brokerIn, Found, hear, proposalsOf } from '../mqtt-discovery.ts';
import { brokerFields, brokerMistakes, brokerOf, brokerSchema, topicSchema } from '../mqtt-settings.ts';
import { MqttSource } from '../mqtt-source.ts';
import { metersIn, zigbeeReader } from './state.ts';

/** Plugs report changes, and otherwise at intervals of their makers: a minute is usual, some take ten. */
const usualEveryS = 60;
/** Both the base topic of a bridge and the name of a device may have slashes: nobody tells where one ends. */
const bridgesOf = (topic: string): string[] => {
  const levels = topic.split('/');
  return levels.slice(1).map((_, at) => `${levels.slice(0, at + 1).join('/')}/bridge/state`);
};

export const connector = defineConnector({
  id: 'zigbee2mqtt',
  name: { en: 'Zigbee2MQTT', de: 'Zigbee2MQTT', pt: 'Zigbee2MQTT' },
  about: {
    en: 'Zigbee plugs and meters that Zigbee2MQTT brings to a broker.',
    de: 'Zigbee-Steckdosen und -Zähler, die Zigbee2MQTT zu einem Broker bringt.',
    pt: 'Tomadas e contadores Zigbee que o Zigbee2MQTT leva a um broker.',
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
            en: 'zigbee2mqtt/ and the name of the device there',
            de: 'zigbee2mqtt/ und der Name des Geräts dort',
            pt: 'zigbee2mqtt/ e o nome do dispositivo',
          },
        },
        {
          name: 'endpoint',
          kind: 'text',
          isOptional: true,
          label: { en: 'Outlet', de: 'Ausgang', pt: 'Saída' },
          hint: {
            en: 'Where one device has several, such as l1 of power_l1. Empty: none.',
            de: 'Wo ein Gerät mehrere hat, etwa l1 bei power_l1. Leer: keiner.',
            pt: 'Se o dispositivo tiver várias, como l1 em power_l1. Vazio: nenhuma.',
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
        topic: topicSchema,
        endpoint: Type.Optional(Type.String({ maxLength: 32 })),
      }),
      metersOptions,
    ),
  }),
  mistakes: settings => [...brokerMistakes(settings), ...meterMistakes(settings.meters)],
  meters: ({ meters }) => deviceMeters('zigbee2mqtt', meters, usualEveryS),
  open({ settings, ...options }) {
    const meters = settings.meters.map(({ id, topic, endpoint, everyS = usualEveryS }) => ({
      id,
      sampleMs: everyS * 1000,
      filters: [topic, `${topic}/availability`, ...bridgesOf(topic)],
      read: zigbeeReader(topic, endpoint === '' ? undefined : endpoint),
    }));
    return new MqttSource(options, brokerOf(settings), meters);
  },
  async discover(options) {
    const broker = brokerIn(options.settings);
    const found = new Found();
    await hear(options, broker, {
      filters: ['zigbee2mqtt/#'],
      onMessage({ topic, payload }) {
        if (/\/(bridge|set|get|availability)(\/|$)/.test(topic)) return;
        const content = payload.json;
        const name = topic.slice('zigbee2mqtt/'.length);
        for (const endpoint of isObject(content) ? metersIn(content) : []) {
          const title = endpoint === undefined ? name : `${name} ${endpoint}`;
          found.set(`${topic} ${endpoint ?? ''}`, {
            title,
            detail: title === name ? topic : `${topic} ${endpoint}`,
            idFrom: title,
            row: { name: title.slice(0, 64), topic, ...(endpoint !== undefined && { endpoint }) },
          });
        }
      },
    });
    return proposalsOf(broker, [...found.values()]);
  },
});
