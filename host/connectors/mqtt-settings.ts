import { isId } from '#core/wire/topics.ts';
import type { Field } from '../set-up/fields.ts';
import type { Mistake } from '../set-up/settings-mistakes.ts';
import { Type } from '../typebox.ts';
import type { TopicBroker } from './topics.ts';

/** What all connectors that hear MQTT ask for first. */
export const brokerFields: readonly Field[] = [
  {
    name: 'url',
    kind: 'text',
    isPlace: true,
    isOptional: true,
    label: { en: 'Broker', de: 'Broker', pt: 'Broker' },
    hint: {
      en: 'mqtt://HOST:1883, or mqtts:// with TLS. Empty: the devices log in at this host.',
      de: 'mqtt://HOST:1883, oder mqtts:// mit TLS. Leer: Die Geräte melden sich bei diesem Host an.',
      pt: 'mqtt://HOST:1883, ou mqtts:// com TLS. Vazio: os dispositivos ligam-se a este servidor.',
    },
  },
  {
    name: 'user',
    kind: 'text',
    isPlace: true,
    isOptional: true,
    label: { en: 'User name', de: 'Benutzername', pt: 'Nome de utilizador' },
    hint: {
      en: 'At this host: the one you enter in the devices. Lower-case letters, digits, - and _.',
      de: 'Bei diesem Host: der, den Sie in den Geräten eintragen. Kleinbuchstaben, Ziffern, - und _.',
      pt: 'Neste servidor: o que introduz nos dispositivos. Letras minúsculas, algarismos, - e _.',
    },
  },
  {
    name: 'password',
    kind: 'secret',
    isOptional: true,
    label: { en: 'Password', de: 'Passwort', pt: 'Palavra-passe' },
    hint: {
      en: 'At this host: one made for these devices, of at least 20 characters.',
      de: 'Bei diesem Host: eines nur für diese Geräte, mit mindestens 20 Zeichen.',
      pt: 'Neste servidor: uma só para estes dispositivos, com pelo menos 20 caracteres.',
    },
  },
];

export const brokerSchema = {
  url: Type.Optional(Type.String({ maxLength: 256 })),
  user: Type.Optional(Type.String({ maxLength: 128 })),
  password: Type.Optional(Type.String({ maxLength: 256 })),
};

export interface BrokerSettings {
  readonly url?: string;
  readonly user?: string;
  readonly password?: string;
}

/** Empty is as absent: forms send both. */
export const brokerOf = ({ url, user, password }: BrokerSettings): TopicBroker => ({
  ...(url !== undefined && url !== '' && { url }),
  ...(user !== undefined && user !== '' && { username: user }),
  ...(password !== undefined && password !== '' && { password }),
});

/** A secret whose tries nobody counts must be too long to be tried out. */
const madePassword = /^[\x21-\x7e]([\x20-\x7e]{18,254})[\x21-\x7e]$/;

export function brokerMistakes(settings: BrokerSettings): Mistake[] {
  const { url, username, password } = brokerOf(settings);
  if (url !== undefined) {
    if (isBrokerUrl(url)) return [];
    // What may be a password is not told again.
    if (url.includes('@'))
      return [
        {
          field: 'url',
          message: 'user name and password are fields of their own; mqtt://HOST:1883 is allowed',
        },
      ];
    const message = `${JSON.stringify(url)} is no MQTT broker; mqtt://HOST:1883 or mqtts://HOST:8883 is allowed`;
    return [{ field: 'url', message }];
  }
  const mistakes: Mistake[] = [];
  if (username === undefined || !isId(username))
    mistakes.push({
      field: 'user',
      message:
        'without a broker elsewhere the devices log in here: a user name of lower-case letters, digits, - and _ is needed',
    });
  if (password === undefined || !madePassword.test(password))
    mistakes.push({
      field: 'password',
      message:
        'without a broker elsewhere the devices log in here: a password of 20 to 256 letters, digits and signs is needed',
    });
  return mistakes;
}

function isBrokerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, username, password, search, hash } = new URL(text);
  const isPlace = hostname !== '' && (pathname === '' || pathname === '/') && search + hash === '';
  return (protocol === 'mqtt:' || protocol === 'mqtts:') && isPlace && username === '' && password === '';
}

/** A device's topic, without wildcards. */
export const topicSchema = Type.String({
  minLength: 1,
  maxLength: 128,
  pattern: '^[^#+\\u0000]+$',
  description: 'a topic without # and + is allowed',
});
