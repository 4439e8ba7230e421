import { filterCovers } from '../../../host/broker/topic-filter.ts';
import type { TopicHandlers, Topics } from '../../../host/connectors/topics.ts';
import { type Fault, otherFault } from '../../../host/faults/fault.ts';

export interface MemoryTopics extends Topics {
  /** Brings a message to whoever listens; texts are encoded. */
  say(topic: string, payload: string | Uint8Array | object, isRetained?: boolean): void;
  /** The broker is away because of that, or back. */
  state(fault: string | undefined): void;
  readonly published: string[];
  /** Topics on which something was said before. */
  readonly others: string[];
}

/** The port `Topics` in memory, for tests that let virtual time run; what goes over sockets is in test/wires. */
export function memoryTopics(): MemoryTopics {
  const listeners = new Set<{ filters: readonly string[]; handlers: TopicHandlers }>();
  const published: string[] = [];
  const others: string[] = [];
  let fault: Fault | undefined;
  return {
    published,
    others,
    recentTopics: () => others,
    listen(_broker, filters, handlers) {
      const listener = { filters, handlers };
      listeners.add(listener);
      handlers.onState?.(fault);
      return () => void listeners.delete(listener);
    },
    publish: (_broker, topic, payload) => void published.push(`${topic} ${payload}`),
    say(topic, content, isRetained = false) {
      const text =
        content instanceof Uint8Array || typeof content === 'string' ? content : JSON.stringify(content);
      const payload = typeof text === 'string' ? new TextEncoder().encode(text) : text;
      for (const { filters, handlers } of listeners)
        if (filters.some(filter => filterCovers(filter, topic)))
          handlers.onMessage({ topic, payload, isRetained });
    },
    state(now) {
      fault = now === undefined ? undefined : otherFault(now);
      for (const { handlers } of listeners) handlers.onState?.(fault);
    },
  };
}
