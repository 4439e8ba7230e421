import { connect, type MqttClient } from 'mqtt';
import type { MqttConnection, MqttHandlers, MqttOptions, MqttPort } from '#ports';

/** Where the broker is and who the gateway is there: its id as user name, and the password made with it. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** The one authority that is believed, in DER as Base64; with it TLS is spoken. */
  readonly caDer?: string | undefined;
}

const connectTimeoutMs = 10_000;
/** How long a good-bye may wait for what the broker has not acknowledged. */
const closeTimeoutMs = 1000;

/**
 * MQTT 3.1.1 by MQTT.js. The library does what a device's small client does and no more: one attempt per `connect`,
 * a clean session, nothing kept or sent again; back-off and resending are the gateway's own.
 */
export const nodeMqtt = (broker: BrokerAddress): MqttPort => ({
  connect: (options, handlers) => open(broker, options, handlers),
});

function open(broker: BrokerAddress, options: MqttOptions, handlers: MqttHandlers): MqttConnection {
  let isOver = false;
  let why = 'connection closed';
  const client: MqttClient = connect({
    protocol: broker.caDer === undefined ? 'mqtt' : 'mqtts',
    ...(broker.caDer !== undefined && {
      ca: `-----BEGIN CERTIFICATE-----\n${broker.caDer}\n-----END CERTIFICATE-----\n`,
    }),
    host: broker.host,
    port: broker.port,
    username: broker.username,
    password: broker.password,
    clientId: options.clientId,
    keepalive: options.keepAliveS,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    connectTimeout: connectTimeoutMs,
    will: {
      topic: options.will.topic,
      payload: Buffer.from(options.will.payload),
      qos: 1,
      retain: options.will.retain,
    },
  });
  const over = (isTold: boolean): void => {
    if (isOver) return;
    isOver = true;
    client.end(true);
    if (isTold) handlers.onClosed(why);
  };
  client.on('connect', () => {
    if (!isOver) handlers.onConnected();
  });
  client.on('message', (topic, payload) => {
    if (!isOver) handlers.onMessage(topic, payload);
  });
  client.on('error', error => {
    why = `${broker.host}:${broker.port}: ${error.message === '' ? error.name : error.message}`;
    over(true);
  });
  client.on('close', () => over(true));
  return {
    subscribe: topics => {
      if (isOver) return;
      client.subscribe([...topics], { qos: 1 }, (error, granted) => {
        if (error === null && !granted?.some(({ qos }) => qos === 128)) return;
        why = `the broker refused to subscribe ${topics.join(', ')}`;
        over(true);
      });
    },
    publish: (topic, payload, { qos, retain }) => {
      if (isOver || !client.connected) return;
      // MQTT.js may still hold the bytes when this returns; the caller is free to use them again.
      client.publish(topic, Buffer.from(payload), { qos, retain });
    },
    // Says good-bye, so that the broker does not publish the last will.
    close: () => {
      if (isOver) return;
      isOver = true;
      client.end(false);
      setTimeout(() => client.stream?.destroy(), closeTimeoutMs).unref();
    },
  };
}
