import type { Message } from '#core/wire/messages.ts';
import type { UpChannel } from '#core/wire/topics.ts';

/** What a gateway says stays true until it says it anew; who begins to listen is told the newest at once. */
export const lastingChannels = [
  'status',
  'about',
  'settings/reported',
] as const satisfies readonly UpChannel[];
export type LastingChannel = (typeof lastingChannels)[number];

/** Programs beside the gateways, such as a home automation, and what they may: asked anew at each message. */
export interface ProgramAccess {
  /** Whether a program's id and password belong together. */
  readonly isRight: (program: string, password: string) => boolean;
  /** Whether it may hear that gateway; false where it was withdrawn. */
  readonly sees: (program: string, gateway: string) => boolean;
  /** Whether it may hear what is of a whole site; null: of every site, and no secret of any. */
  readonly seesSite: (program: string, site: string | null) => boolean;
  /** Whether it may send commands to gateways that it sees. */
  readonly mayWrite: (program: string) => boolean;
  /** All gateways that are known. */
  readonly gateways: () => readonly string[];
  /** The newest of what lasts. */
  readonly newest: (gateway: string, channel: LastingChannel) => Uint8Array | undefined;
  /** Checks a command and sends it; gives the answer at once where it is refused. */
  readonly command: (
    program: string,
    gateway: string,
    payload: Uint8Array,
    address: string | null,
  ) => Message<'result'> | undefined;
  /** Some program begins to listen for live values, or none does any more. */
  readonly onLive: (isWanted: boolean) => void;
}

/** Nobody gets in. */
export const noPrograms: ProgramAccess = Object.freeze({
  isRight: () => false,
  sees: () => false,
  seesSite: () => false,
  mayWrite: () => false,
  gateways: () => [],
  newest: () => undefined,
  command: () => undefined,
  onLive: () => {},
});
