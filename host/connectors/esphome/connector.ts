import type { QuantityId } from '#core/quantities.ts';
import { Type } from '../../typebox.ts';
import { defineConnector } from '../connector.ts';
import { numberIn, scaled } from '../exact-numbers.ts';
import {
  everyColumn,
  meterColumns,
  meterSchema,
  quantityColumn,
  quantitySchema,
  rowMistakes,
} from '../meter-settings.ts';
import { rowListeners, rowMeters, type ValueRow } from '../mqtt-rows.ts';
import { brokerFields, brokerMistakes, brokerOf, brokerSchema, topicSchema } from '../mqtt-settings.ts';
import { MqttSource, nothing, presence } from '../mqtt-source.ts';
import { discoverEsphome } from './discover.ts';

/** The usual `update_interval` of ESPHome. */
const usualEveryS = 60;

/** What one of its units is of ours. */
const unitFactors = { base: 1, kilo: 1000, milli: 0.001 } as const;

interface EsphomeValue {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly sensor: string;
  readonly quantity: QuantityId;
  readonly unit: keyof typeof unitFactors;
  readonly everyS?: number;
}

const rowOf = ({
  id,
  name,
  prefix,
  sensor,
  quantity,
  unit,
  everyS = usualEveryS,
}: EsphomeValue): ValueRow => ({
  id,
  name,
  quantity,
  everyS,
  filter: `${prefix}/sensor/${sensor}/state`,
  read(payload) {
    const text = payload.text?.trim().toLowerCase() ?? '';
    // So it says that there is no value.
    if (text === 'nan' || text === '') return undefined;
    const number = numberIn(text);
    return number === undefined ? null : scaled(number, unitFactors[unit], quantity);
  },
});

export const connector = defineConnector({
  id: 'esphome',
  name: { en: 'ESPHome', de: 'ESPHome', pt: 'ESPHome' },
  about: {
    en: 'Sensors of ESPHome devices, over MQTT.',
    de: 'Sensoren von ESPHome-Geräten, über MQTT.',
    pt: 'Sensores de dispositivos ESPHome, por MQTT.',
  },
  fields: [
    ...brokerFields,
    {
      name: 'values',
      kind: 'rows',
      label: { en: 'Sensors', de: 'Sensoren', pt: 'Sensores' },
      hint: {
        en: 'Rows with the same id are one meter.',
        de: 'Zeilen mit derselben Kennung sind ein Zähler.',
        pt: 'Linhas com o mesmo identificador são um contador.',
      },
      columns: [
        ...meterColumns,
        {
          name: 'prefix',
          kind: 'text',
          label: { en: 'Device', de: 'Gerät', pt: 'Dispositivo' },
          hint: {
            en: 'Its topic_prefix: the name of the node, where it was not changed.',
            de: 'Sein topic_prefix: der Name des Knotens, wenn es nicht geändert wurde.',
            pt: 'O seu topic_prefix: o nome do nó, se não foi alterado.',
          },
        },
        {
          name: 'sensor',
          kind: 'text',
          label: { en: 'Sensor', de: 'Sensor', pt: 'Sensor' },
          hint: {
            en: 'As in the topic DEVICE/sensor/SENSOR/state',
            de: 'Wie im Topic GERÄT/sensor/SENSOR/state',
            pt: 'Como no tópico DISPOSITIVO/sensor/SENSOR/state',
          },
        },
        quantityColumn,
        {
          name: 'unit',
          kind: 'choice',
          label: { en: 'Unit', de: 'Einheit', pt: 'Unidade' },
          choices: [
            { value: 'base', label: { en: 'W, Wh, V, A', de: 'W, Wh, V, A', pt: 'W, Wh, V, A' } },
            { value: 'kilo', label: { en: 'kW, kWh', de: 'kW, kWh', pt: 'kW, kWh' } },
            { value: 'milli', label: { en: 'mW, mV, mA', de: 'mW, mV, mA', pt: 'mW, mV, mA' } },
          ],
        },
        everyColumn,
      ],
    },
  ],
  settings: Type.Object({
    ...brokerSchema,
    values: Type.Array(
      Type.Object({
        ...meterSchema,
        prefix: topicSchema,
        sensor: Type.String({
          minLength: 1,
          maxLength: 128,
          pattern: '^[^#+/\\u0000]+$',
          description: 'the part before /state, without #, + and /, is allowed',
        }),
        quantity: quantitySchema,
        unit: Type.Union([Type.Literal('base'), Type.Literal('kilo'), Type.Literal('milli')]),
      }),
      { minItems: 1, maxItems: 256 },
    ),
  }),
  mistakes: ({ values, ...broker }) => [...brokerMistakes(broker), ...rowMistakes(values, 'values')],
  meters: ({ values }) => rowMeters('esphome', values.map(rowOf)),
  open({ settings: { values, ...broker }, ...options }) {
    const listeners = rowListeners(values.map(rowOf), id => ({
      filters: [...new Set(values.filter(value => value.id === id).map(({ prefix }) => `${prefix}/status`))],
      read({ payload }) {
        const said = payload.text?.trim();
        return said === 'online' || said === 'offline' ? presence(said === 'online') : nothing;
      },
    }));
    return new MqttSource(options, brokerOf(broker), listeners);
  },
  discover: discoverEsphome,
});
