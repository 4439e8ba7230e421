import { brokerFields, brokerMistakes, brokerOf, brokerSchema } from '../connectors/mqtt-settings.ts';
import type { TopicBroker } from '../connectors/topics.ts';
import type { Field } from '../set-up/fields.ts';
import type { Mistake } from '../set-up/settings-mistakes.ts';
import { type Static, Type } from '../typebox.ts';
import type { Places } from './topics.ts';

const userHint = {
  en: 'At that broker; nothing where Home Assistant logs in at this host.',
  de: 'An jenem Broker; nichts, wenn Home Assistant sich bei diesem Host anmeldet.',
  pt: 'Nesse broker; nada se o Home Assistant se ligar a este servidor.',
};

/** What a person fills in; the page makes its form of these. */
export const homeAssistantFields: readonly Field[] = [
  ...brokerFields.map(field =>
    field.name === 'url'
      ? {
          ...field,
          hint: {
            en: "Home Assistant's, such as mqtt://homeassistant.local:1883. Empty: Home Assistant logs in at this host.",
            de: 'Der von Home Assistant, etwa mqtt://homeassistant.local:1883. Leer: Home Assistant meldet sich bei diesem Host an.',
            pt: 'O do Home Assistant, como mqtt://homeassistant.local:1883. Vazio: o Home Assistant liga-se a este servidor.',
          },
        }
      : { ...field, hint: userHint },
  ),
  {
    name: 'prefix',
    kind: 'text',
    isOptional: true,
    label: { en: 'Discovery prefix', de: 'Discovery-Präfix', pt: 'Prefixo de descoberta' },
    hint: {
      en: 'homeassistant, unless it was changed in Home Assistant.',
      de: 'homeassistant, wenn es in Home Assistant nicht geändert wurde.',
      pt: 'homeassistant, se não foi alterado no Home Assistant.',
    },
  },
  {
    name: 'base',
    kind: 'text',
    isOptional: true,
    label: { en: 'Name of this host', de: 'Name dieses Hosts', pt: 'Nome deste servidor' },
    hint: {
      en: 'Begins topics and ids; joulegate. Another one for each host at the same broker.',
      de: 'Damit beginnen Topics und Kennungen; joulegate. Ein anderer für jeden Host am selben Broker.',
      pt: 'Inicia tópicos e identificadores; joulegate. Outro para cada servidor no mesmo broker.',
    },
  },
  {
    name: 'everyS',
    kind: 'number',
    unit: 's',
    isOptional: true,
    label: { en: 'Values every', de: 'Werte alle', pt: 'Valores a cada' },
    hint: {
      en: '10. Below 10, gateways are asked for live values all the time.',
      de: '10. Unter 10 werden Gateways ständig nach Live-Werten gefragt.',
      pt: '10. Abaixo de 10, pedem-se sempre valores em tempo real aos gateways.',
    },
  },
];

const Settings = Type.Object(
  {
    ...brokerSchema,
    prefix: Type.Optional(Type.String({ pattern: '^[a-zA-Z0-9_-]{0,32}$' })),
    base: Type.Optional(Type.String({ pattern: '^([a-z0-9][a-z0-9-]{0,31})?$' })),
    everyS: Type.Optional(Type.Integer({ minimum: 1, maximum: 600 })),
  },
  { additionalProperties: false },
);
export type HomeAssistantSettings = Static<typeof Settings>;

/** All that the check of a set-up needs. */
export const homeAssistantKind = Object.freeze({
  fields: homeAssistantFields,
  settings: Settings,
  mistakes(given: unknown): readonly Mistake[] {
    // Checked by the schema before.
    const settings = given as HomeAssistantSettings;
    const { url, username, password } = brokerOf(settings);
    if (url !== undefined) return brokerMistakes(settings);
    if (username === undefined && password === undefined) return [];
    const message =
      'given without a broker elsewhere; leave it out, and let Home Assistant log in here as an MQTT client (POST /api/v1/mqtt-clients)';
    return [{ field: username === undefined ? 'password' : 'user', message }];
  },
});

/** What holds where nothing was said. */
export interface Wishes extends Places {
  readonly broker: TopicBroker;
  readonly everyMs: number;
}

export const wishesOf = (settings: HomeAssistantSettings): Wishes => ({
  broker: brokerOf(settings),
  prefix: settings.prefix || 'homeassistant',
  base: settings.base || 'joulegate',
  everyMs: (settings.everyS ?? 10) * 1000,
});
