import { topicPrefix } from '#core/wire/topics.ts';
import { Link } from '../../broker/link.ts';
import type { ProgramDesk } from '../../broker/postings.ts';
import { type Fault, fault, retold } from '../../faults/fault.ts';
import { brokerFault } from '../../faults/of-connection.ts';
import { urlMistakes } from '../../notify/channels/urls.ts';
import { DeliveryError } from '../../notify/delivery-error.ts';
import { notifyLimits } from '../../notify/limits.ts';
import { Type } from '../../typebox.ts';
import { defineForwardKind, type Way } from '../forward-kind.ts';
import { type ForwardWindow, jsonOf } from '../window.ts';

const usualTopic = `${topicPrefix}/out/{gateway}/{meter}`;
const names = ['site', 'gateway', 'meter'] as const;

/** Each window as one JSON message, QoS 1: another broker has it when it acknowledges it (MQTT 3.1.1, section 4.3.2). */
export const mqtt = defineForwardKind({
  id: 'mqtt',
  name: { en: 'MQTT', de: 'MQTT', pt: 'MQTT' },
  about: {
    en: 'One JSON message for each window, to a broker or to the programs of this host’s own.',
    de: 'Eine JSON-Nachricht je Zeitfenster, an einen Broker oder an die Programme des eigenen.',
    pt: 'Uma mensagem JSON por janela, para um broker ou para os programas do próprio.',
  },
  isForHostOnly: true,
  tellsMissing: true,
  most: { windows: 200, values: 5000 },
  fields: [
    {
      name: 'url',
      kind: 'text',
      isPlace: true,
      isOptional: true,
      label: { en: 'Broker', de: 'Broker', pt: 'Broker' },
      hint: {
        en: 'Empty: the broker of this host, to programs that listen at the time.',
        de: 'Leer: der Broker dieses Hosts, an Programme, die gerade zuhören.',
        pt: 'Vazio: o broker deste host, para programas que estejam à escuta.',
      },
    },
    {
      name: 'user',
      kind: 'text',
      isOptional: true,
      label: { en: 'User', de: 'Benutzer', pt: 'Utilizador' },
      isPlace: true,
    },
    {
      name: 'password',
      kind: 'secret',
      isOptional: true,
      label: { en: 'Password', de: 'Passwort', pt: 'Palavra-passe' },
    },
    {
      name: 'topic',
      kind: 'text',
      isOptional: true,
      label: { en: 'Topic', de: 'Topic', pt: 'Tópico' },
      hint: {
        en: `With {site}, {gateway} and {meter}. Empty: ${usualTopic}`,
        de: `Mit {site}, {gateway} und {meter}. Leer: ${usualTopic}`,
        pt: `Com {site}, {gateway} e {meter}. Vazio: ${usualTopic}`,
      },
    },
  ],
  settings: Type.Object(
    {
      url: Type.Optional(Type.String({ maxLength: 1024 })),
      user: Type.Optional(Type.String({ maxLength: 256 })),
      password: Type.Optional(Type.String({ maxLength: 256 })),
      topic: Type.Optional(Type.String({ maxLength: 256, pattern: '^[^#+$\\u0000-\\u001f\\u007f]*$' })),
    },
    { additionalProperties: false },
  ),
  mistakes({ url = '', topic = '' }) {
    const mistakes = url === '' ? [] : [...urlMistakes('url', url, ['mqtt:', 'mqtts:'])];
    const strange = [...topic.matchAll(/\{([^}]*)\}?/g)].find(
      ([whole, name]) => whole !== `{${name}}` || !(names as readonly string[]).includes(name ?? ''),
    );
    if (strange !== undefined)
      mistakes.push({
        field: 'topic',
        message: `${strange[0]} given; {site}, {gateway} and {meter} are allowed`,
      });
    if (url === '' && topic !== '' && !topic.startsWith(`${topicPrefix}/out/`))
      mistakes.push({
        field: 'topic',
        message: `at this host's own broker it begins with ${topicPrefix}/out/`,
      });
    return mistakes;
  },
  open({ url = '', user = '', password = '', topic = '' }, { programs }) {
    const topicOf = (window: ForwardWindow) =>
      (topic || usualTopic).replace(
        /\{(site|gateway|meter)\}/g,
        (_, name: (typeof names)[number]) => window[name],
      );
    return url === '' ? toPrograms(programs, topicOf) : toBroker({ url, user, password }, topicOf);
  },
});

/** Programs that are away miss what is said meanwhile: the own broker keeps nothing for them. */
function toPrograms(programs: ProgramDesk | undefined, topicOf: (window: ForwardWindow) => string): Way {
  return {
    async send(windows) {
      if (programs === undefined) throw new DeliveryError(fault('mqtt.notOwn', {}));
      for (const window of windows) {
        const payload = Buffer.from(jsonOf(window));
        await programs.post({ owner: { gateway: window.gateway }, topic: topicOf(window), payload }, false);
      }
      return { said: 'said to all programs that listen' };
    },
    close() {},
  };
}

interface Place {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

const silent = 'no answer yet';

function toBroker({ url, user, password }: Place, topicOf: (window: ForwardWindow) => string): Way {
  let link: Link | undefined;
  let why = silent;
  let up = () => {};
  let down = () => {};
  const connected = () =>
    new Link({
      url,
      username: user === '' ? undefined : user,
      password: password === '' ? undefined : password,
      version: '5',
      subscriptions: [],
      counters: { linkConnects: 0, linkFailures: 0, tooSlow: 0 },
      loginAt: 'the user name and password of this forward',
      onMessage: () => {},
      onUp() {
        // What ended the connection before says nothing of this one.
        why = silent;
        up();
      },
      onDown(said, waitMs) {
        why = said;
        // Without a pause it is tried at once in the older version.
        if (waitMs > 0) down();
      },
    });
  return {
    async send(windows, { signal }) {
      link ??= connected();
      const open = link;
      const until = AbortSignal.any([signal, AbortSignal.timeout(notifyLimits.sendMs)]);
      let giveUp = () => {};
      const gone = new Promise<never>((_, reject) => {
        giveUp = () => reject(new DeliveryError(notAcknowledged(why, url)));
        until.addEventListener('abort', giveUp, { once: true });
        down = giveUp;
      });
      const isUp = new Promise<void>(resolve => {
        up = resolve;
      });
      try {
        if (!open.isUp) await Promise.race([isUp, gone]);
        await Promise.race([
          Promise.all(windows.map(window => publish(open, topicOf(window), jsonOf(window)))),
          gone,
        ]);
        return { said: 'the broker has acknowledged all' };
      } catch (error) {
        // What it does not acknowledge would stay in memory, and be said again beside all that is tried later.
        if (open.isUp) {
          link = undefined;
          void open.close();
        }
        throw error;
      } finally {
        until.removeEventListener('abort', giveUp);
      }
    },
    close() {
      void link?.close();
    },
  };
}

function notAcknowledged(said: string, url: string): Fault {
  const told = brokerFault(said, url);
  const message = `the broker does not acknowledge: ${said}`;
  return told.code === 'other'
    ? fault('mqtt.notAcknowledged', { said }, message)
    : retold({ ...told, facts: { ...told.facts, said } }, message);
}

const publish = (link: Link, topic: string, text: string): Promise<void> =>
  new Promise((resolve, reject) =>
    link.publish(topic, Buffer.from(text), false, error =>
      error === undefined
        ? resolve()
        : reject(
            new DeliveryError(
              fault(
                'mqtt.notAcknowledged',
                { said: error.message },
                `the broker does not take it: ${error.message}`,
              ),
            ),
          ),
    ),
  );
