import { decodeMessage, encodeMessage, type Message } from '#core/wire/messages.ts';
import { type DownChannel, topicOf, topicPrefix, type UpChannel, upChannels } from '#core/wire/topics.ts';
import type { Broker, BrokerOptions, ExternalBroker } from './broker.ts';
import { newBrokerCounters } from './counters.ts';
import { Intake } from './intake.ts';
import { brokerLimits } from './limits.ts';
import { Link } from './link.ts';
import { Presence } from './presence.ts';
import { Retained } from './retained.ts';

const desiredChannel = 'settings/desired';

/** What is still true when it is heard later. A retained record or live value is not: nobody is to send those. */
const lasting: readonly UpChannel[] = ['status', 'about', 'settings/reported'];

/** `status` first: a broker hands out what it retained in this order, and the others count of those present. */
const subscriptions = upChannels.map(channel => ({
  topic: `${topicPrefix}/+/${channel}`,
  qos: channel === 'live' || channel === 'health' ? (0 as const) : (1 as const),
}));

/**
 * A broker outside of the host. Who may log in and which topics are whose is that one's to see to
 * (docs/operations.md); what a message alone shows is checked here as in the embedded one.
 */
export function connectBroker(external: ExternalBroker, options: BrokerOptions): Broker {
  const { url } = external;
  const { onMessage, onRefused, onConnection, log = () => {} } = options;
  const counters = newBrokerCounters();
  const nowMs = () => performance.now();
  let isClosed = false;
  const intake = new Intake({ counters, onMessage, onRefused, nowMs });
  const presence = new Presence({
    nowMs,
    onConnection(gateway, isConnected) {
      if (isClosed) return;
      if (isConnected) counters.connects++;
      onConnection(gateway, isConnected);
    },
  });
  const sweeping = setInterval(() => presence.sweep(), 10_000).unref();
  let losing: NodeJS.Timeout | undefined;

  function heard(topic: string, payload: Uint8Array, isRetained: boolean): void {
    const sender = intake.sender(topic);
    if (sender === undefined) return;
    const { gateway, channel } = sender;
    if (isRetained && !lasting.includes(channel)) {
      counters.stale++;
      return;
    }
    const status = channel === 'status' ? statusOf(payload) : undefined;
    // Before its message: a gateway is connected, then it speaks. A last will is the other way round.
    if (isRetained ? status === 'online' : status !== 'offline') presence.here(gateway);
    if (!isRetained) intake.take(gateway, channel, payload);
    else if (channel !== 'status' && presence.has(gateway)) intake.take(gateway, channel, payload);
    // Of one that is away all this was heard before, or comes with it: it would only look as if it spoke now.
    else if (channel !== 'status') counters.stale++;
    if (status === 'offline') presence.away(gateway);
  }

  const publish = <C extends DownChannel>(
    gateway: string,
    channel: C,
    message: Message<C>,
    onDone: (error?: Error) => void = () => {},
  ) => {
    counters.sent++;
    const payload = encodeMessage(channel, message);
    link.publish(topicOf(gateway, channel), payload, channel === desiredChannel, error => {
      if (error !== undefined && !isClosed) {
        counters.sendsRefused++;
        onRefused(gateway, 'mqtt.send', error.message);
      }
      onDone(error);
    });
  };
  const desired = new Retained<Message<typeof desiredChannel>>((gateway, message, onDone) =>
    publish(gateway, desiredChannel, message, onDone),
  );
  const link = new Link({
    ...external,
    subscriptions,
    counters,
    onMessage: heard,
    onUp(version) {
      clearTimeout(losing);
      log('info', `connected to the broker ${url}, MQTT ${version}`);
      desired.up();
    },
    onDown(why, waitMs, wasUp) {
      const text = `no connection to the broker ${url}: ${why}; tried again in ${Math.ceil(waitMs / 1000)} s`;
      log('warn', text);
      onRefused(undefined, 'mqtt.link', `no connection to the broker ${url}: ${why}`);
      desired.down();
      if (wasUp) losing = setTimeout(() => void presence.allAway(), brokerLimits.linkLostMs).unref();
    },
  });
  return {
    url,
    port: Number(new URL(url).port) || (url.startsWith('mqtts:') ? 8883 : 1883),
    send(gateway, channel, message) {
      if (isDesired(channel, message)) desired.set(gateway, message);
      // An acknowledgement answers one who spoke just now, whatever its status says.
      else if (link.isUp && (channel === 'ack' || presence.has(gateway))) publish(gateway, channel, message);
    },
    connected: gateway => presence.has(gateway),
    disconnect() {},
    serve() {},
    programConnected: () => false,
    disconnectProgram() {},
    counters: () => ({
      ...counters,
      connections: link.isUp ? 1 : 0,
      strangers: 0,
      gatewaysConnected: presence.size,
      programsConnected: 0,
      devicesConnected: 0,
    }),
    async close() {
      isClosed = true;
      clearInterval(sweeping);
      clearTimeout(losing);
      await link.close();
    },
  };
}

function statusOf(payload: Uint8Array): Message<'status'>['state'] | undefined {
  const status = decodeMessage('status', payload);
  return status.ok ? status.value.state : undefined;
}

const isDesired = (
  channel: DownChannel,
  message: Message<DownChannel>,
): message is Message<typeof desiredChannel> => channel === desiredChannel && 'settings' in message;
