import { type DeviceKinds, onBroker } from '../device-kind.ts';
import { esphomeNode } from './esphome-node.ts';

export const kinds: DeviceKinds = Object.freeze({
  esphome: {
    connector: 'esphome',
    what: 'an ESPHome node with three sensors',
    start: onBroker(({ name: node, ...rest }) => esphomeNode({ ...rest, node })),
  },
});
