import type { ConnectorEntry } from '../../host/api/contract.ts';
import { fleetAddress } from '../address.ts';
import { api } from '../api.ts';
import { words } from '../i18n/language.ts';
import type { SetUpItem } from '../set-up/jg-set-up-item.ts';

/** A source in the list; `kindName` is undefined where this host does not know its kind any more. */
export function sourceItem(
  { id, name, kind, isOn, settings, fault, why }: ConnectorEntry,
  kindName: string | undefined,
  place: string | null,
): SetUpItem {
  const { sources, setUp } = words();
  return {
    name,
    about: [kindName ?? kind, id, ...(place === null ? [] : [sources.atSite(place)])],
    tone: !isOn ? 'idle' : fault === null ? 'well' : 'bad',
    state: !isOn ? sources.isOff : fault === null ? sources.isOn : sources.isFaulty,
    isOn,
    fault,
    why,
    settings,
    goneKind: kindName === undefined ? kind : null,
    changeAt: fleetAddress({ part: 'sources', source: id }),
    switchTo: wanted => api.changeConnector(id, { name, isOn: wanted, settings }),
    questions: [
      {
        label: setUp.remove,
        text: sources.removeAsk(name),
        yes: setUp.removeYes,
        done: () => api.removeConnector(id),
      },
    ],
  };
}
