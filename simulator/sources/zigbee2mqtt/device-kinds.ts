import { type DeviceKinds, onBroker } from '../device-kind.ts';
import { zigbeeBridge } from './zigbee-bridge.ts';

export const kinds: DeviceKinds = Object.freeze({
  zigbee2mqtt: {
    connector: 'zigbee2mqtt',
    what: 'Zigbee2MQTT with one plug',
    start: onBroker(({ name, read, everyMs }) => zigbeeBridge({ plugs: { [name]: read }, everyMs })),
  },
});
