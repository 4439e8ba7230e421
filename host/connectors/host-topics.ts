import type { Broker, ExternalBroker } from '../broker/broker.ts';
import type { Log } from '../logging/host-log.ts';
import { ownTopics } from './own-topics.ts';
import { remoteTopics } from './remote-topics.ts';
import { noTopics, type TopicBroker, type Topics } from './topics.ts';

/** MQTT for connectors: a broker elsewhere where they name one, else that of this host. */
export function hostTopics(
  { devices }: Pick<Broker, 'devices'>,
  external: ExternalBroker | undefined,
  log: Log,
): Topics {
  const remote = remoteTopics(log);
  const own = devices === undefined ? noTopics : ownTopics(devices);
  /** Without a broker of its own, the host's is the one that its settings name: with the same user, where no other is given. */
  const placed = (broker: TopicBroker): TopicBroker =>
    broker.url !== undefined || external === undefined
      ? broker
      : {
          url: external.url,
          ...(external.username !== undefined && { username: external.username }),
          ...(external.password !== undefined && { password: external.password }),
          ...broker,
        };
  const of = ({ url }: TopicBroker) => (url === undefined ? own : remote);
  return {
    listen(broker, filters, handlers) {
      const at = placed(broker);
      return of(at).listen(at, filters, handlers);
    },
    publish(broker, topic, payload) {
      const at = placed(broker);
      of(at).publish(at, topic, payload);
    },
    recentTopics(broker) {
      const at = placed(broker);
      return of(at).recentTopics(at);
    },
  };
}
