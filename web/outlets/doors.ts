import type {
  ForwardEntry,
  ForwardTest,
  HomeAssistantEntry,
  ModbusServerEntry,
  ModbusServerProbe,
} from '../../host/api/contract.ts';
import { mayEverywhere } from '../access.ts';
import { api } from '../api.ts';
import { language, words } from '../i18n/language.ts';
import { type FormField, fieldsOf } from '../set-up/fields.ts';
import {
  type AssistantOutlet,
  type DoorId,
  type ForwardOutlet,
  isLate,
  keyOf,
  type ModbusOutlet,
  type Outlet,
} from './outlet.ts';

/** A kind of other system, and what it asks for. */
export interface OutletKind {
  readonly door: DoorId;
  readonly id: string;
  name(): string;
  about(): string;
  readonly fields: readonly FormField[];
  /** Set up by those who administer the whole host, without a site. */
  readonly isForHostOnly: boolean;
}

/** What a person decides of one, beside its kind. */
export interface OutletChange
  extends Pick<Outlet, 'name' | 'site' | 'isOn' | 'settings'>,
    Pick<ForwardOutlet, 'choice' | 'keepDays'> {}

/** Why settings do not work, in the host's words, and what the page's are made of; null where they do. */
export type Probed = ModbusServerProbe;

/** Settings that are tried before they are saved. */
interface Wanted {
  /** Absent: of a new one. */
  readonly id?: string;
  readonly kind: string;
  readonly settings: OutletChange['settings'];
}

export type Probe = (wanted: Wanted) => Promise<Probed>;

/** The routes of the host for what hands values on in one way. */
interface Door {
  readonly isOffered: () => boolean;
  kinds(): Promise<readonly OutletKind[]>;
  list(): Promise<readonly Outlet[]>;
  add(id: string, kind: string, made: OutletChange): Promise<unknown>;
  change(id: string, change: OutletChange): Promise<unknown>;
  remove(id: string): Promise<void>;
  /** Sends something now. */
  readonly test?: (id: string) => Promise<ForwardTest>;
  /** Whether these settings work. `id`: of one that is changed. */
  readonly probe?: Probe;
  /** Gives up all that waits. */
  readonly skip?: (id: string) => Promise<unknown>;
}

export const everything: ForwardOutlet['choice'] = Object.freeze({
  gateways: null,
  meters: null,
  quantities: null,
});
/** What is kept where nobody says otherwise. */
export const usualKeepDays = 7;

const ofHost = () => mayEverywhere('admin');

export const doors: Readonly<Record<DoorId, Door>> = Object.freeze({
  forward: {
    isOffered: () => true,
    kinds: async () =>
      (await api.forwardKinds()).map(kind => ({
        door: 'forward' as const,
        id: kind.id,
        name: () => kind.name[language()],
        about: () => kind.about[language()],
        fields: fieldsOf(kind),
        isForHostOnly: kind.isForHostOnly,
      })),
    list: async () => Promise.all((await api.forwards()).map(forwardOf)),
    add: (id, kind, { site, ...made }) =>
      api.addForward({ ...made, id, kind, ...(site !== null && { site }) }),
    change: (id, { site: _, ...change }) => api.changeForward(id, change),
    remove: id => api.removeForward(id),
    test: id => api.testForward(id),
    skip: id => api.skipForward(id),
  },
  modbus: {
    isOffered: ofHost,
    kinds: async () =>
      (await api.modbusServerKinds()).map(kind => ({
        door: 'modbus' as const,
        id: kind.id,
        name: () => words().outlets.modbusName(kind.name[language()]),
        about: () => kind.about[language()],
        fields: fieldsOf(kind),
        isForHostOnly: true,
      })),
    list: async () => (await api.modbusServers()).map(modbusOf),
    add: (id, kind, { name, isOn, settings }) => api.addModbusServer({ id, kind, name, isOn, settings }),
    change: (id, { name, isOn, settings }) => api.changeModbusServer(id, { name, isOn, settings }),
    remove: id => api.removeModbusServer(id),
    probe: wanted => api.probeModbusServer(wanted),
  },
  assistant: {
    isOffered: ofHost,
    kinds: async () =>
      (await api.homeAssistantKinds()).map(kind => ({
        door: 'assistant' as const,
        id: assistantKind,
        name: () => 'Home Assistant',
        about: () => words().outlets.assistantAbout,
        fields: fieldsOf(kind),
        isForHostOnly: true,
      })),
    list: async () => (await api.homeAssistants()).map(assistantOf),
    add: (id, _kind, { name, site, isOn, settings }) =>
      api.addHomeAssistant({ id, name, site, isOn, settings }),
    change: (id, { name, site, isOn, settings }) =>
      api.changeHomeAssistant(id, { name, site, isOn, settings }),
    remove: id => api.removeHomeAssistant(id),
    probe: ({ kind: _, ...wanted }) => api.probeHomeAssistant(wanted),
  },
});

/** The host has one kind of it, without a name. */
const assistantKind = 'home-assistant';

/** What waits is counted in the store, so it is asked for alone where something waits. */
async function forwardOf(entry: ForwardEntry): Promise<ForwardOutlet> {
  const { settings, ...rest } = entry;
  const outlet: ForwardOutlet = {
    ...rest,
    settings: settings ?? null,
    key: keyOf('forward', entry.id),
    door: 'forward',
    waiting: null,
    isAllCounted: true,
  };
  if (!isLate(outlet)) return outlet;
  // It may have been removed meanwhile, which the next look tells.
  const details = await api.forward(entry.id).catch(() => null);
  return { ...outlet, waiting: details?.waiting ?? null, isAllCounted: details?.isAllCounted ?? true };
}

const modbusOf = ({ settings, ...entry }: ModbusServerEntry): ModbusOutlet => ({
  ...entry,
  settings: settings ?? null,
  key: keyOf('modbus', entry.id),
  door: 'modbus',
  site: null,
});

const assistantOf = ({ settings, ...entry }: HomeAssistantEntry): AssistantOutlet => ({
  ...entry,
  settings: settings ?? null,
  key: keyOf('assistant', entry.id),
  door: 'assistant',
  kind: assistantKind,
});

const offered = (): readonly Door[] => Object.values(doors).filter(({ isOffered }) => isOffered());

/** All kinds that somebody may set up. @throws RequestError */
export const outletKinds = async (): Promise<readonly OutletKind[]> =>
  (await Promise.all(offered().map(door => door.kinds()))).flat();

/** All that somebody may see. @throws RequestError */
export const allOutlets = async (): Promise<readonly Outlet[]> =>
  (await Promise.all(offered().map(door => door.list()))).flat();

/** What stays as it is where one thing of it is changed. */
export const changeOf = (outlet: Outlet): OutletChange => ({
  name: outlet.name,
  site: outlet.site,
  isOn: outlet.isOn,
  settings: outlet.settings,
  choice: outlet.door === 'forward' ? outlet.choice : everything,
  keepDays: outlet.door === 'forward' ? outlet.keepDays : usualKeepDays,
});
