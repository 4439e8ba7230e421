import type { DeviceDesk } from '../broker/devices.ts';
import { fault } from '../faults/fault.ts';
import type { TopicBroker, Topics } from './topics.ts';

/** What devices are to be told, and log in with; undefined where it is not whole. */
const loginOf = ({ username, password }: TopicBroker) =>
  username === undefined || password === undefined ? undefined : { username, password };

/** The host's own broker: devices log in with what the connector says, and are heard by it alone. */
export function ownTopics(desk: DeviceDesk): Topics {
  return {
    listen(broker, filters, { onMessage, onState }) {
      const login = loginOf(broker);
      if (login === undefined) {
        onState?.(fault('mqtt.noLogin', {}));
        return () => {};
      }
      return desk.listen(login, {
        filters,
        onMessage: (topic, payload, isRetained) => onMessage({ topic, payload, isRetained }),
        onDevices(connected) {
          onState?.(connected > 0 ? undefined : fault('mqtt.nobody', { user: login.username }));
        },
      });
    },
    publish(broker, topic, payload) {
      const login = loginOf(broker);
      if (login !== undefined) desk.publish(login, topic, Buffer.from(payload));
    },
    recentTopics(broker) {
      const login = loginOf(broker);
      return login === undefined ? [] : desk.recentTopics(login);
    },
  };
}
