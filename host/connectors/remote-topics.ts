import { limits } from '#core/limits.ts';
import { Flood } from '../broker/flood.ts';
import { brokerLimits } from '../broker/limits.ts';
import { Link } from '../broker/link.ts';
import { fault, retold } from '../faults/fault.ts';
import { brokerFault } from '../faults/of-connection.ts';
import type { Log } from '../logging/host-log.ts';
import { messageOf } from '../message-of.ts';
import type { TopicBroker, TopicHandlers, Topics } from './topics.ts';

/** A broker elsewhere; each that listens has a connection of its own, made again for as long as it takes. */
export function remoteTopics(log: Log): Topics {
  const links = new Map<Link, string>();
  return {
    listen(broker, filters, handlers) {
      let link: Link;
      try {
        link = linkTo(broker, filters, handlers, log);
      } catch (error) {
        const [place, said] = [placeOf(broker), messageOf(error)];
        const message = `${place} cannot be spoken to: ${said}`;
        handlers.onState?.(fault('mqtt.address', { broker: place, said }, message), true);
        return () => {};
      }
      links.set(link, keyOf(broker));
      return () => {
        links.delete(link);
        void link.close();
      };
    },
    publish(broker, topic, payload) {
      const key = keyOf(broker);
      for (const [link, of] of links) {
        if (of !== key || !link.isUp) continue;
        link.publish(topic, Buffer.from(payload), false, () => {});
        return;
      }
    },
    // Nothing comes but what was asked for.
    recentTopics: () => [],
  };
}

/** @throws Error of MQTT.js where the URL is none of MQTT */
function linkTo(
  broker: TopicBroker,
  filters: readonly string[],
  { onMessage, onUnread, onState }: TopicHandlers,
  log: Log,
): Link {
  const place = placeOf(broker);
  const flood = new Flood(() => performance.now(), brokerLimits.topicFlood);
  /** Once of each kind: whoever speaks there can name any number of topics. */
  const told = new Set<'large' | 'flood'>();
  const unread = (kind: 'large' | 'flood', text: string) => {
    onUnread?.();
    if (told.has(kind)) return;
    told.add(kind);
    log('warn', text, 'connector.topics');
  };
  onState?.(fault('mqtt.waiting', { broker: place }));
  return new Link({
    url: broker.url ?? '',
    username: broker.username,
    password: broker.password,
    version: '5',
    subscriptions: [...new Set(filters)].map(topic => ({ topic, qos: 0 as const })),
    counters: { linkConnects: 0, linkFailures: 0, tooSlow: 0 },
    loginAt: 'the user name and password of this connector',
    onMessage(topic, payload, isRetained) {
      if (payload.length > limits.mqttPacketUpBytes)
        unread(
          'large',
          `${place}: messages of more than ${limits.mqttPacketUpBytes} bytes are not read, such as on ${show(topic)}`,
        );
      else if (flood.take('', payload.length) === 'passed') onMessage({ topic, payload, isRetained });
      else
        unread(
          'flood',
          `${place}: more than ${brokerLimits.topicFlood.perSecond} messages a second; the others are not read`,
        );
    },
    onUp: () => onState?.(undefined),
    onDown(said) {
      const why = brokerFault(said, broker.url ?? '');
      const message = `no connection to the broker ${place}: ${why.message}; it is tried again`;
      onState?.(retold(why, message), true);
    },
  });
}

/** The broker without what is secret in its URL. */
function placeOf({ url = '' }: TopicBroker): string {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    return show(url);
  }
}

const keyOf = ({ url, username, password }: TopicBroker): string => JSON.stringify([url, username, password]);

const show = (text: string): string => JSON.stringify(text.slice(0, 80));
