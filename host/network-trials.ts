import { randomUUID } from 'node:crypto';
import { protocolVersion } from '#core/wire/topics.ts';
import type { Broker } from './broker/broker.ts';
import type { Events } from './events.ts';
import type { Fleet } from './fleet.ts';

/**
 * Tells gateways that came over a network on trial that their host hears them: one without meters has no record that
 * would be acknowledged. Gives what ends it.
 */
export function confirmNetworkTrials(events: Events, fleet: Fleet, broker: Pick<Broker, 'send'>): () => void {
  return events.on(event => {
    if (event.type !== 'gateway') return;
    const state = fleet.gateway(event.gateway);
    if (state?.online !== true || state.about?.network?.isOnTrial !== true) return;
    broker.send(event.gateway, 'command', { v: protocolVersion, id: randomUUID(), name: 'about' });
  });
}
