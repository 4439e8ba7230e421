import type { Fleet, GatewayState } from '../fleet.ts';
import type { Member } from './rollout.ts';

/** What has become of it: the gateway has what it shall have, or will not. */
export type Outcome =
  | { readonly state: 'confirmed'; readonly message: string | null }
  | { readonly state: 'failed'; readonly message: string };

export const alreadyThere: Outcome = { state: 'confirmed', message: 'has it already' };
export const failed = (message: string): Outcome => ({ state: 'failed', message });

/** How a gateway is given what it shall have. What is on its way is kept in `member`, and so through a restart of the host. */
export interface Delivery {
  /** Tells the gateway what it shall have, unless it is known before that it has it already or would refuse it. */
  ask(gateway: GatewayState, member: Member): Promise<Outcome | undefined>;
  /** What has become of what it was told. */
  outcome(gateway: GatewayState, member: Member): Promise<Outcome | undefined>;
  /** It shall not have it any more. */
  cancel(gateway: string): void;
  /** After it failed. */
  undo(gateway: string, member: Member): void;
}

export interface DeliveryOptions {
  readonly fleet: Pick<Fleet, 'desire'>;
  readonly nowMs: () => number;
}
