import type { Broker, BrokerOptions } from './broker.ts';
import { newBrokerCounters } from './counters.ts';

/** In the place of a broker while no gateway can come: what is sent to gateways they learn when a host runs again. */
export const absentBroker = async (_options: BrokerOptions): Promise<Broker> => ({
  url: '',
  port: 0,
  send: () => {},
  connected: () => false,
  disconnect: () => {},
  serve: () => {},
  programConnected: () => false,
  disconnectProgram: () => {},
  counters: () => ({ ...newBrokerCounters(), connections: 0, gateways: 0 }),
  close: async () => {},
});
