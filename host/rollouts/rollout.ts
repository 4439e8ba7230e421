import type { GatewaySettings } from '#core/wire/settings.ts';
import type { SettingsChange } from './settings-change.ts';

/** What every gateway of a roll-out shall have: an image, these settings, or its own with this change. */
export type RolloutWork =
  | {
      readonly kind: 'firmware';
      readonly image: {
        readonly id: string;
        readonly version: string;
        readonly chip: string;
        /** The one board it is built for; without, any of the chip. */
        readonly board?: string;
      };
      readonly isAgain: boolean;
    }
  | { readonly kind: 'settings'; readonly settings: Omit<GatewaySettings, 'version'> }
  | { readonly kind: 'settings'; readonly change: SettingsChange };

/**
 * `running`: stage after stage. `paused`: nobody new is asked. `stopped`: a gateway failed. `done`: all have it.
 * `cancelled`: by a person.
 */
export type RolloutState = 'running' | 'paused' | 'stopped' | 'done' | 'cancelled';

/** `waiting`: not its turn, or it is away. `asked`: it was told. `confirmed`: it has it. `failed`: it has not. */
export type MemberState = 'waiting' | 'asked' | 'confirmed' | 'failed';

export interface Member {
  state: MemberState;
  /** Of the command, by which the gateway tells what became of it. */
  orderId: string | null;
  sinceMs: number;
  /** When its order went out last. */
  sentMs: number;
  message: string | null;
  /** How many of its meters answered before. */
  metersWell: number;
  /** Settings: what it was to run before, and the version that was asked for. */
  before: GatewaySettings | null;
  version: number | null;
}

export interface Rollout {
  readonly id: string;
  readonly by: string;
  readonly createdMs: number;
  readonly work: RolloutWork;
  /** So long all gateways of a stage have to be well before the next one begins. */
  readonly healthyS: number;
  readonly stages: readonly (readonly string[])[];
  stage: number;
  state: RolloutState;
  /** Why it stopped. */
  why: string | null;
  readonly members: Record<string, Member>;
}

export const newMember = (): Member => ({
  state: 'waiting',
  orderId: null,
  sinceMs: 0,
  sentMs: 0,
  message: null,
  metersWell: 0,
  before: null,
  version: null,
});

/** Whether it still wants something of its gateways. */
export const isOpen = ({ state }: Rollout): boolean =>
  state === 'running' || state === 'paused' || state === 'stopped';
