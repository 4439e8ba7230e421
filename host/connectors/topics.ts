import type { Cancel } from '#ports';
import { type Fault, fault } from '../faults/fault.ts';

/** A message as it came. */
export interface TopicMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly isRetained: boolean;
}

/**
 * Where MQTT topics are heard: the host's own broker where no URL is given. There user name and password are those that
 * devices log in with, made for them by whoever sets the connector up.
 */
export interface TopicBroker {
  readonly url?: string;
  readonly username?: string;
  readonly password?: string;
}

export interface TopicHandlers {
  readonly onMessage: (message: TopicMessage) => void;
  /** A message was left unread: it is too large, or there are too many. */
  readonly onUnread?: () => void;
  /** The connection stands (undefined) or does not, and why. `isRefused`: it was tried, and failed. */
  readonly onState?: (fault: Fault | undefined, isRefused?: boolean) => void;
}

/** MQTT for connectors. */
export interface Topics {
  /** Hears what these filters cover, until the function given back is called; comes back by itself. */
  listen(broker: TopicBroker, filters: readonly string[], handlers: TopicHandlers): Cancel;
  /** Says something, where the connection stands; such as a plug's order to tell its state. */
  publish(broker: TopicBroker, topic: string, payload: string): void;
  /** Some topics on which something was said of late, as far as that is known: at the host's own broker. */
  recentTopics(broker: TopicBroker): readonly string[];
}

/** Where there is no MQTT: nothing is heard, and it is said. */
export const noTopics: Topics = Object.freeze({
  listen(_broker: TopicBroker, _filters: readonly string[], { onState }: TopicHandlers) {
    onState?.(fault('mqtt.none', {}));
    return () => {};
  },
  publish: () => {},
  recentTopics: () => [],
});
