import { html } from 'lit';
import type { ChannelEntry } from '../../host/api/contract.ts';
import { alarmsAddress } from '../addresses/alarms-address.ts';
import { api } from '../api.ts';
import { words } from '../i18n/language.ts';
import type { SetUpItem } from '../set-up/jg-set-up-item.ts';
import { mannerOf } from './channel-draft.ts';
import './jg-channel-log.ts';

/** A channel in the list; `kindName` is undefined where this host does not know its kind any more, `zone` is that of its log. */
export function channelItem(
  entry: ChannelEntry,
  kindName: string | undefined,
  place: string | null,
  zone: string | undefined,
): SetUpItem {
  const { channels } = words().alarms;
  const { setUp } = words();
  const { id, name, kind, isOn, settings, fault, why, waiting } = entry;
  return {
    name,
    about: [
      kindName ?? kind,
      ...(place === null ? [] : [place]),
      ...(waiting > 0 ? [channels.waiting(waiting)] : []),
    ],
    tone: !isOn ? 'idle' : fault === null ? 'well' : 'bad',
    state: !isOn ? channels.isOff : fault === null ? channels.isOn : channels.isFaulty,
    isOn,
    fault,
    why,
    settings,
    goneKind: kindName === undefined ? kind : null,
    changeAt: alarmsAddress('channels', { one: id }),
    switchTo: wanted => api.changeChannel(id, { ...mannerOf(entry), isOn: wanted, settings }),
    questions: [
      {
        label: setUp.remove,
        text: channels.removeAsk(name),
        yes: setUp.removeYes,
        done: () => api.removeChannel(id),
      },
    ],
    sends: {
      words: channels,
      test: () => api.testChannel(id),
      log: () => html`<jg-channel-log .channel=${id} .zone=${zone}></jg-channel-log>`,
    },
  };
}
