import { html } from 'lit';
import { dataAddress } from '../addresses/data-address.ts';
import { words } from '../i18n/language.ts';
import type { SetUpItem } from '../set-up/jg-set-up-item.ts';
import { changeOf, doors } from './doors.ts';
import './jg-outlet-log.ts';
import { isLate, type Outlet, type OutletState, stateOf } from './outlet.ts';

const tones = Object.freeze({
  off: 'idle',
  faulty: 'bad',
  waiting: 'warn',
  well: 'well',
} as const satisfies Record<OutletState, string>);

/** Another system in the list; `kindName` is undefined where this host does not know its kind any more, `zone` is that of its log. */
export function outletItem(
  outlet: Outlet,
  kindName: string | undefined,
  place: string | null,
  zone: string,
): SetUpItem {
  const { outlets: text, setUp } = words();
  const { id, key, name, kind, door, isOn, settings, fault, why } = outlet;
  const { test, skip, remove, change } = doors[door];
  const what = kindName ?? kind;
  return {
    name,
    about: [...(what === name ? [] : [what]), ...(place === null ? [] : [place])],
    tone: tones[stateOf(outlet)],
    state: text.states[stateOf(outlet)],
    isOn,
    fault,
    ...(why !== undefined && { why }),
    settings,
    goneKind: kindName === undefined ? kind : null,
    changeAt: dataAddress('outlets', { outlet: key }),
    switchTo: wanted => change(id, { ...changeOf(outlet), isOn: wanted }),
    questions: [
      ...(skip === undefined || !isLate(outlet)
        ? []
        : [{ label: text.skip, text: text.skipAsk(name), yes: text.skipYes, done: () => skip(id) }]),
      {
        label: setUp.remove,
        text: text.removeAsk[door](name),
        yes: setUp.removeYes,
        done: () => remove(id),
      },
    ],
    sends: {
      words: text,
      ...(test !== undefined && { test: () => test(id) }),
      ...(door === 'forward' && {
        log: () => html`<jg-outlet-log .forward=${id} .zone=${zone}></jg-outlet-log>`,
      }),
    },
  };
}
