import { type DeviceKinds, onBroker } from '../device-kind.ts';
import { tasmotaDevice } from './tasmota-device.ts';

export const kinds: DeviceKinds = Object.freeze({
  'tasmota-plug': {
    connector: 'tasmota',
    what: 'a plug with Tasmota and a power chip',
    start: onBroker(({ name: topic, ...rest }) => tasmotaDevice({ ...rest, topic, kind: 'plug' })),
  },
  'tasmota-reader': {
    connector: 'tasmota',
    what: 'a reading head with Tasmota and a script for an MT681',
    start: onBroker(({ name: topic, ...rest }) => tasmotaDevice({ ...rest, topic, kind: 'reader' })),
  },
});
