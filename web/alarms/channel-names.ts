import type { ChannelEntry, ChannelKind } from '../../host/api/contract.ts';
import { language, words } from '../i18n/language.ts';

/** What is known of the channels: nothing, of somebody who does not administer them. */
export interface KnownChannels {
  readonly kinds: readonly ChannelKind[];
  readonly entries: readonly ChannelEntry[];
}

export const noChannels: KnownChannels = Object.freeze({ kinds: [], entries: [] });

export const kindName = ({ kinds }: KnownChannels, kind: string): string =>
  kinds.find(({ id }) => id === kind)?.name[language()] ?? kind;

/** A channel in a sentence: `E-mail “Family”`. */
export function channelText(known: KnownChannels, id: string): string {
  const entry = known.entries.find(each => each.id === id);
  return entry === undefined ? id : words().alarms.says.channel(kindName(known, entry.kind), entry.name);
}
