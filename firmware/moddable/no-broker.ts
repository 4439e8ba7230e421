import type { MqttPort } from '../ports.ts';

/** For a gateway without an identity: it measures nothing and reaches nobody, but does not end either. */
export const noBroker: MqttPort = {
  connect: () => ({ subscribe: () => {}, publish: () => {}, close: () => {} }),
};
