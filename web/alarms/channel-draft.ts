import type { ChannelChange, ChannelEntry } from '../../host/api/contract.ts';
import { idFrom } from '../set-up/draft.ts';

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
export function freeChannelId(name: string, taken: readonly string[]): string {
  const id = idFrom(name) || 'channel';
  if (!taken.includes(id)) return id;
  let number = 2;
  while (taken.includes(`${id}-${number}`)) number++;
  return `${id.slice(0, 60)}-${number}`;
}
