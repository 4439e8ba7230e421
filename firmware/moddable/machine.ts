import type { PairGrant } from '../core/pairing-messages.ts';
import type { MqttPort, Ports } from '../ports.ts';
import type { Identity } from './identity.ts';

/** What `main.ts` gets from the platform's module `machine/ports`. */
export interface Machine {
  readonly ports: Ports;
  /** Who the gateway is and where its broker; undefined where nobody has told it yet. */
  readonly identity: Identity | undefined;
  /** It is to be told its network and host: nobody has yet, or the button asked for it. */
  readonly isOpen: boolean;
  /** Of its own access point, where the build names one. */
  readonly accessPointPassword?: string;
  /** The way to the broker that a host gave, which the gateway reached by this name. */
  readonly mqttOf: (grant: PairGrant, reached: string) => MqttPort;
}
