import { type DeviceKinds, onBroker } from '../device-kind.ts';
import { shelly3em, shellyPlug, shellyPro3em, shellyRelay } from './shelly-devices.ts';

export const kinds: DeviceKinds = Object.freeze({
  'shelly-1pm': {
    connector: 'shelly',
    what: 'a Shelly 1PM of the first generation',
    start: onBroker(({ name: device, ...rest }) => shellyRelay({ ...rest, device })),
  },
  'shelly-3em': {
    connector: 'shelly',
    what: 'a Shelly 3EM of the first generation',
    start: onBroker(({ name: device, ...rest }) => shelly3em({ ...rest, device })),
  },
  'shelly-plug': {
    connector: 'shelly',
    what: 'a Shelly plug of the second generation',
    start: onBroker(({ name: device, ...rest }) => shellyPlug({ ...rest, device })),
  },
  'shelly-pro-3em': {
    connector: 'shelly',
    what: 'a Shelly Pro 3EM',
    start: onBroker(({ name: device, ...rest }) => shellyPro3em({ ...rest, device })),
  },
});
