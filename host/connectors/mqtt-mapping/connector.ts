import { isTopicFilter } from '../../broker/topic-filter.ts';
import { Type } from '../../typebox.ts';
import { defineConnector } from '../connector.ts';
import { parsePointer } from '../json-pointer.ts';
import {
  everyColumn,
  meterColumns,
  meterSchema,
  quantityColumn,
  quantitySchema,
  rowMistakes,
} from '../meter-settings.ts';
import { rowListeners, rowMeters } from '../mqtt-rows.ts';
import { brokerFields, brokerMistakes, brokerOf, brokerSchema } from '../mqtt-settings.ts';
import { MqttSource } from '../mqtt-source.ts';
import { discoverNumbers } from './discover.ts';
import { type MappedValue, mappedRow } from './row.ts';

const settings = Type.Object({
  ...brokerSchema,
  values: Type.Array(
    Type.Object({
      ...meterSchema,
      topic: Type.String({ minLength: 1, maxLength: 256 }),
      pointer: Type.Optional(Type.String({ maxLength: 256 })),
      quantity: quantitySchema,
      factor: Type.Optional(Type.Number({ minimum: -1e9, maximum: 1e9 })),
    }),
    { minItems: 1, maxItems: 256 },
  ),
});

const mistakesOf = (values: readonly MappedValue[]) =>
  values.flatMap(({ topic, pointer = '' }, index) => [
    ...(isTopicFilter(topic)
      ? []
      : [
          {
            field: `values.${index}.topic`,
            message: `${JSON.stringify(topic)} is no topic; such as home/+/power, with + for one level and # as the last`,
          },
        ]),
    ...(parsePointer(pointer) === undefined
      ? [
          {
            field: `values.${index}.pointer`,
            message: `${JSON.stringify(pointer)} is no JSON pointer; such as /ENERGY/Power, or empty where the message is the number`,
          },
        ]
      : []),
  ]);

export const connector = defineConnector({
  id: 'mqtt-mapping',
  name: { en: 'Any MQTT topic', de: 'Beliebiges MQTT-Topic', pt: 'Qualquer tópico MQTT' },
  about: {
    en: 'Numbers on any topic: the whole message, or a place in its JSON.',
    de: 'Zahlen auf beliebigen Topics: die ganze Nachricht oder eine Stelle in ihrem JSON.',
    pt: 'Números em qualquer tópico: a mensagem inteira ou um ponto do seu JSON.',
  },
  fields: [
    ...brokerFields,
    {
      name: 'values',
      kind: 'rows',
      label: { en: 'Values', de: 'Werte', pt: 'Valores' },
      hint: {
        en: 'Rows with the same id are one meter.',
        de: 'Zeilen mit derselben Kennung sind ein Zähler.',
        pt: 'Linhas com o mesmo identificador são um contador.',
      },
      columns: [
        ...meterColumns,
        {
          name: 'topic',
          kind: 'text',
          label: { en: 'Topic', de: 'Topic', pt: 'Tópico' },
          hint: {
            en: '+ stands for one level, # at the end for all below.',
            de: '+ steht für eine Ebene, # am Ende für alles darunter.',
            pt: '+ representa um nível, # no fim tudo o que está abaixo.',
          },
        },
        {
          name: 'pointer',
          kind: 'text',
          isOptional: true,
          label: { en: 'Place in the JSON', de: 'Stelle im JSON', pt: 'Ponto no JSON' },
          hint: {
            en: 'A JSON pointer, such as /ENERGY/Power. Empty: the message is the number.',
            de: 'Ein JSON-Pointer, etwa /ENERGY/Power. Leer: Die Nachricht ist die Zahl.',
            pt: 'Um JSON Pointer, como /ENERGY/Power. Vazio: a mensagem é o número.',
          },
        },
        quantityColumn,
        {
          name: 'factor',
          kind: 'number',
          isOptional: true,
          label: { en: 'Factor', de: 'Faktor', pt: 'Fator' },
          hint: {
            en: '1000 for kW and kWh; -1 turns the direction.',
            de: '1000 bei kW und kWh; -1 kehrt die Richtung um.',
            pt: '1000 para kW e kWh; -1 inverte o sentido.',
          },
        },
        everyColumn,
      ],
    },
  ],
  settings,
  mistakes: ({ values, ...broker }) => [
    ...brokerMistakes(broker),
    ...mistakesOf(values),
    ...rowMistakes(values, 'values'),
  ],
  meters: ({ values }) => rowMeters('mqtt-mapping', values.map(mappedRow)),
  open: ({ settings: { values, ...broker }, ...options }) =>
    new MqttSource(options, brokerOf(broker), rowListeners(values.map(mappedRow))),
  discover: discoverNumbers,
});
