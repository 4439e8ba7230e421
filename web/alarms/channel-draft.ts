import type { ChannelChange, ChannelEntry } from '../../host/api/contract.ts';
import { freeIdFrom } from '../set-up/draft.ts';

type Manner = Omit<ChannelChange, 'settings'>;

/** What a channel of any kind has beside its settings. */
export const mannerOf = ({ name, isOn, language, messagesPerHour, quiet }: ChannelEntry): Manner => ({
  name,
  isOn,
  language,
  messagesPerHour,
  quiet,
});

/** An id made of a name that no other channel has; people never need it. */
export const freeChannelId = (name: string, taken: readonly string[]): string =>
  freeIdFrom(name, taken, 'channel');
