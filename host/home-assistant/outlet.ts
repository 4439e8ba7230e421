import type { ExternalBroker } from '../broker/broker.ts';
import { Link } from '../broker/link.ts';
import type { PostingOwner, ProgramDesk } from '../broker/postings.ts';
import type { TopicBroker } from '../connectors/topics.ts';
import { brokerFault } from '../faults/of-connection.ts';
import { messageOf } from '../message-of.ts';
import { homeAssistantLimits } from './limits.ts';
import { birthTopic, configFilter, hostTopic, type Places } from './topics.ts';

export interface OutletHandlers {
  /** What is said can be heard from now on; what was said before may be forgotten. */
  readonly onUp: () => void;
  /** What Home Assistant, or whoever else, said on the topics that matter here. */
  readonly onMessage: (topic: string, payload: Uint8Array) => void;
  /** There is no connection: why, in words for people. */
  readonly onDown?: (why: string, isTriedAgain: boolean) => void;
}

/** The way to the broker at which Home Assistant listens. */
export interface Outlet {
  /** Resolves when the broker has it, or for too long has not said so: whether it has. */
  say(owner: PostingOwner, topic: string, payload: string, isKept: boolean): Promise<boolean>;
  /** Why nothing gets there, in words for people. */
  readonly fault: string | undefined;
  close(): Promise<void>;
}

/**
 * Opens it, and hears what Home Assistant says; nothing is told before this has returned. Without a set-up (null) it leaves no
 * last will: whoever only looks is missed by nobody.
 */
export type OpenOutlet = (
  broker: TopicBroker,
  places: Places,
  setUp: string | null,
  handlers: OutletHandlers,
) => Outlet;

/** A broker elsewhere where a set-up names one or the host has no other, else that of the host. */
export function hostOutlets(
  programs: ProgramDesk | undefined,
  external: ExternalBroker | undefined,
): OpenOutlet {
  return (broker, places, setUp, handlers) => {
    const at = broker.url === undefined ? external : { username: undefined, password: undefined, ...broker };
    if (at?.url !== undefined)
      return remoteOutlet({ version: '5', ...at, url: at.url }, places, setUp, handlers);
    return programs === undefined ? noOutlet(handlers) : ownOutlet(programs, places, handlers);
  };
}

function noOutlet({ onDown }: OutletHandlers): Outlet {
  const fault = 'this host has no MQTT';
  queueMicrotask(() => onDown?.(fault, false));
  return { say: async () => false, fault, close: async () => {} };
}

/** Programs at the host's own broker, each as far as it may see. */
function ownOutlet(programs: ProgramDesk, places: Places, { onUp, onMessage }: OutletHandlers): Outlet {
  const birth = birthTopic(places);
  const stop = programs.hear(birth, payload => onMessage(birth, payload));
  queueMicrotask(onUp);
  return {
    say: async (owner, topic, payload, isKept) => {
      await programs.post({ owner, topic, payload: Buffer.from(payload) }, isKept);
      return true;
    },
    fault: undefined,
    close: async () => stop(),
  };
}

/** Retained by the broker, with a last will for the host. */
function remoteOutlet(
  external: ExternalBroker,
  places: Places,
  setUp: string | null,
  { onUp, onMessage, onDown }: OutletHandlers,
): Outlet {
  let fault: string | undefined = `the broker ${hostOf(external.url)} has not answered yet`;
  let link: Link | undefined;
  try {
    link = new Link({
      ...external,
      subscriptions: [
        { topic: birthTopic(places), qos: 1 },
        { topic: configFilter(places), qos: 1 },
      ],
      ...(setUp !== null && { will: { topic: hostTopic(places, setUp), payload: 'offline' } }),
      counters: { linkConnects: 0, linkFailures: 0, tooSlow: 0 },
      loginAt: 'the user name and password of this set-up',
      onMessage,
      onUp() {
        fault = undefined;
        onUp();
      },
      onDown(why, waitMs) {
        const words = `no connection to the broker ${hostOf(external.url)}: ${brokerFault(why, external.url).message}`;
        fault = `${words}; it is tried again`;
        // Without a pause it is only asked again in the older version.
        if (waitMs > 0) onDown?.(words, true);
      },
    });
  } catch (error) {
    const words = `the broker ${hostOf(external.url)} cannot be spoken to: ${messageOf(error)}`;
    fault = words;
    queueMicrotask(() => onDown?.(words, false));
  }
  return {
    say: (_owner, topic, payload, isKept) =>
      new Promise(resolve => {
        if (link === undefined) return resolve(false);
        const timer = setTimeout(() => resolve(false), homeAssistantLimits.sayMs);
        link.publish(topic, Buffer.from(payload), isKept, error => {
          clearTimeout(timer);
          resolve(error === undefined);
        });
      }),
    get fault() {
      return fault;
    },
    close: async () => link?.close(),
  };
}

/** The broker without what may be secret in its URL. */
const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'that was given');
