import type { MqttPort, RandomPort, TimePort } from '../ports.ts';
import type { Identity } from './identity.ts';
import { mqttPort } from './mqtt-port.ts';
import { resolve } from './resolve.ts';
import { openTcp } from './tcp-link.ts';
import { openTls } from './tls-link.ts';

/** MQTT by the SDK's sockets. */
export const moddableMqtt = (identity: Identity, time: TimePort, random: RandomPort): MqttPort =>
  mqttPort(identity, time, {
    resolve,
    openTcp: (address, port, handlers) => openTcp(address, port, time, handlers),
    openTls: (server, open, handlers) => openTls({ ...server, random, open }, handlers),
  });
