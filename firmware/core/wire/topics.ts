import { deepFreeze } from '../freeze.ts';

/** The topics of the protocol: `joulegate/<gateway>/<channel>`. A gateway speaks and listens under its own id alone. */
export const topicPrefix = 'joulegate';

export const protocolVersion = 1;

export const upChannels = deepFreeze([
  'status',
  'about',
  'records',
  'live',
  'health',
  'result',
  'diagnosis',
  'trace',
  'scan',
  'probe',
  'update',
  'alarm',
  'settings/reported',
] as const);
export const downChannels = deepFreeze(['ack', 'command', 'settings/desired'] as const);

export type UpChannel = (typeof upChannels)[number];
export type DownChannel = (typeof downChannels)[number];
export type Channel = UpChannel | DownChannel;

/**
 * Whether a text can be the id of a gateway, line or meter: lower-case letters, digits, `-` and `_`, 1 to 64 of them, safe
 * in topics, paths and file names. The pattern is made here, as none may lie in flash (`core/rules.ts`).
 */
export const isId = (text: string): boolean => /^[a-z0-9][a-z0-9_-]{0,63}$/.test(text);

export const topicOf = (gateway: string, channel: Channel): string => `${topicPrefix}/${gateway}/${channel}`;

/** The gateway and channel of a topic, or undefined where it is none of ours. */
export function parseTopic(topic: string): { gateway: string; channel: Channel } | undefined {
  const [prefix, gateway, ...rest] = topic.split('/');
  const channel = rest.join('/');
  if (prefix !== topicPrefix || gateway === undefined || !isId(gateway) || !isChannel(channel))
    return undefined;
  return { gateway, channel };
}

const isChannel = (text: string): text is Channel =>
  (upChannels as readonly string[]).includes(text) || (downChannels as readonly string[]).includes(text);
