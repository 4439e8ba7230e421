import type { ExternalBroker } from '../broker/broker.ts';
import { Link } from '../broker/link.ts';
import type { PostingOwner, ProgramDesk } from '../broker/postings.ts';
import type { TopicBroker } from '../connectors/topics.ts';
import { type Fault, fault, retold } from '../faults/fault.ts';
import { brokerFault } from '../faults/of-connection.ts';
import { messageOf } from '../message-of.ts';
import { homeAssistantLimits } from './limits.ts';
import { birthTopic, configFilter, hostTopic, type Places } from './topics.ts';

export interface OutletHandlers {
  /** What is said can be heard from now on; what was said before may be forgotten. */
  readonly onUp: () => void;
  /** What Home Assistant, or whoever else, said on the topics that matter here. */
  readonly onMessage: (topic: string, payload: Uint8Array) => void;
  /** There is no connection, and why. */
  readonly onDown?: (why: Fault, isTriedAgain: boolean) => void;
}

/** The way to the broker at which Home Assistant listens. */
export interface Outlet {
  /** Resolves when the broker has it, or for too long has not said so: whether it has. */
  say(owner: PostingOwner, topic: string, payload: string, isKept: boolean): Promise<boolean>;
  /** Why nothing gets there. */
  readonly fault: Fault | undefined;
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
  const none = fault('mqtt.none', {});
  queueMicrotask(() => onDown?.(none, false));
  return { say: async () => false, fault: none, close: async () => {} };
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
  const broker = hostOf(external.url);
  let wrong: Fault | undefined = fault('mqtt.waiting', { broker });
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
        wrong = undefined;
        onUp();
      },
      onDown(why, waitMs) {
        const told = brokerFault(why, external.url);
        const words = `no connection to the broker ${broker}: ${told.message}`;
        wrong = retold(told, `${words}; it is tried again`);
        // Without a pause it is only asked again in the older version.
        if (waitMs > 0) onDown?.(retold(told, words), true);
      },
    });
  } catch (error) {
    const said = messageOf(error);
    const unspoken = fault(
      'mqtt.address',
      { broker, said },
      `the broker ${broker} cannot be spoken to: ${said}`,
    );
    wrong = unspoken;
    queueMicrotask(() => onDown?.(unspoken, false));
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
      return wrong;
    },
    close: async () => link?.close(),
  };
}

/** The broker without what may be secret in its URL. */
const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'that was given');
