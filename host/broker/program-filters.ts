import { isId, topicPrefix, type UpChannel, upChannels } from '#core/wire/topics.ts';
import { covers } from './topic-filter.ts';

/** What of that which gateways say a subscription covers. */
export interface Cover {
  /** Null: of every gateway that its program may see. */
  readonly gateway: string | null;
  readonly channels: readonly UpChannel[];
}

/**
 * What a topic filter (MQTT 3.1.1, section 4.7) covers; undefined where that is nothing that any gateway says: shared
 * subscriptions, `$SYS`, what gateways are told, and other names.
 */
export function coverOf(filter: string): Cover | undefined {
  const levels = filter.split('/');
  const [, second] = levels;
  const isOfAll = levels[0] === '#' || second === '#' || second === '+';
  if (!isOfAll && (second === undefined || !isId(second))) return undefined;
  const gateway = isOfAll ? null : (second ?? null);
  const channels = upChannels.filter(channel =>
    covers(levels, [topicPrefix, gateway ?? 'any', ...channel.split('/')]),
  );
  return channels.length === 0 ? undefined : { gateway, channels };
}
