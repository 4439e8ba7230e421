import type { TopicBroker } from '../../connectors/topics.ts';
import { type Fault, fault } from '../../faults/fault.ts';
import { Type } from '../../typebox.ts';
import { defineChannelKind } from '../channel-kind.ts';
import { DeliveryError } from '../delivery-error.ts';
import { notifyLimits } from '../limits.ts';
import { urlMistakes } from './urls.ts';

/** A broker elsewhere. It has taken a message when it gives it back: the channel listens to its own topic. */
export const mqtt = defineChannelKind({
  id: 'mqtt',
  name: { en: 'MQTT', de: 'MQTT', pt: 'MQTT' },
  about: {
    en: 'JSON on a topic of your broker; the user must be allowed to read the topic, too.',
    de: 'JSON auf einem Topic Ihres Brokers; der Benutzer muss das Topic auch lesen dürfen.',
    pt: 'JSON num tópico do seu broker; o utilizador também tem de poder ler o tópico.',
  },
  isForHostOnly: true,
  fields: [
    { name: 'url', label: { en: 'Broker', de: 'Broker', pt: 'Broker' }, kind: 'text', isPlace: true },
    {
      name: 'user',
      label: { en: 'User', de: 'Benutzer', pt: 'Utilizador' },
      kind: 'text',
      isOptional: true,
      isPlace: true,
    },
    {
      name: 'password',
      label: { en: 'Password', de: 'Passwort', pt: 'Palavra-passe' },
      kind: 'secret',
      isOptional: true,
    },
    { name: 'topic', label: { en: 'Topic', de: 'Topic', pt: 'Tópico' }, kind: 'text' },
  ],
  settings: Type.Object(
    {
      url: Type.String({ maxLength: 1024 }),
      user: Type.Optional(Type.String({ maxLength: 256 })),
      password: Type.Optional(Type.String({ maxLength: 256 })),
      topic: Type.String({
        pattern: '^[^#+$\\u0000-\\u001f\\u007f][^#+\\u0000-\\u001f\\u007f]{0,255}$',
        description: 'one topic without # and + is allowed, that does not begin with $',
      }),
    },
    { additionalProperties: false },
  ),
  mistakes: ({ url }) => urlMistakes('url', url, ['mqtt:', 'mqtts:']),
  send({ url, user, password, topic }, { id, title, text, severity, notices }, { topics, signal }) {
    const broker: TopicBroker = {
      url,
      ...((user ?? '') !== '' && { username: user }),
      ...((password ?? '') !== '' && { password }),
    };
    const payload = JSON.stringify({ id, severity, title, text, notices });
    return new Promise((resolve, reject) => {
      let away: Fault | undefined;
      let isSaid = false;
      const until = AbortSignal.any([signal, AbortSignal.timeout(notifyLimits.sendMs)]);
      const end = (settle: () => void) => {
        until.removeEventListener('abort', giveUp);
        // It may call back before it has given its end.
        queueMicrotask(() => cancel());
        settle();
      };
      const giveUp = () => end(() => reject(new DeliveryError(away ?? fault('mqtt.notBack', { topic }))));
      const cancel = topics.listen(broker, [topic], {
        onMessage(message) {
          if (isSaid && Buffer.from(message.payload).toString() === payload)
            end(() => resolve('the broker took it'));
        },
        onState(state) {
          away = state;
          if (state !== undefined || isSaid) return;
          isSaid = true;
          topics.publish(broker, topic, payload);
        },
      });
      until.addEventListener('abort', giveUp);
    });
  },
});
