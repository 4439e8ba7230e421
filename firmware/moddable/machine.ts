import type { Ports } from '../ports.ts';
import type { Identity } from './identity.ts';

/** What `main.ts` gets from the platform's module `machine/ports`. */
export interface Machine {
  readonly ports: Ports;
  /** Who the gateway is and where its broker; undefined where nobody has told it yet. */
  readonly identity: Identity | undefined;
}
