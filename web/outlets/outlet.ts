import type {
  ForwardEntry,
  HomeAssistantEntry,
  Meter,
  ModbusServerEntry,
  Why,
} from '../../host/api/contract.ts';
import type { FormField } from '../set-up/fields.ts';

/** What hands values on, as the host has it: what was stored, a meter over Modbus TCP, devices for Home Assistant. */
export type DoorId = 'forward' | 'modbus' | 'assistant';

interface Common {
  readonly id: string;
  /** Of all doors: an id may be there once at each. */
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  /** Null: of the whole host. */
  readonly site: string | null;
  readonly isOn: boolean;
  /** Without secrets; null where they cannot be read any more. */
  readonly settings: unknown;
  /** Why nothing goes out, in the host's words, and what the page's are made of. */
  readonly fault: string | null;
  readonly why?: Why | null;
}

export type ForwardOutlet = Common &
  Pick<ForwardEntry, 'choice' | 'keepDays' | 'lagS' | 'takenMs' | 'counts'> & {
    readonly door: 'forward';
    /** Windows; null while nobody had to count them. */
    readonly waiting: number | null;
    /** False: more wait than were counted. */
    readonly isAllCounted: boolean;
  };
export type ModbusOutlet = Common & Pick<ModbusServerEntry, 'clients'> & { readonly door: 'modbus' };
export type AssistantOutlet = Common & Pick<HomeAssistantEntry, 'meters'> & { readonly door: 'assistant' };
/** Another system that gets values of this host. */
export type Outlet = ForwardOutlet | ModbusOutlet | AssistantOutlet;

export const keyOf = (door: DoorId, id: string): string => `${door}.${id}`;

/** What is read, sent and acknowledged takes some seconds where all is well. */
const lateS = 30;

export type OutletState = 'off' | 'faulty' | 'waiting' | 'well';

/** How it goes, in one word. */
export function stateOf(outlet: Outlet): OutletState {
  if (!outlet.isOn) return 'off';
  if (outlet.fault !== null || outlet.settings === null) return 'faulty';
  return isLate(outlet) ? 'waiting' : 'well';
}

/** Whether more waits than what is just on its way. */
export const isLate = (outlet: Outlet): boolean => outlet.door === 'forward' && outlet.lagS >= lateS;

/** Whether something would go out: of an empty list nothing does. */
export const isSomething = ({ gateways, meters, quantities }: ForwardOutlet['choice']): boolean =>
  [gateways, meters, quantities].every(list => list === null || list.length > 0);

/** A text of the settings; empty where there is none. */
export function settingOf({ settings }: Pick<Outlet, 'settings'>, name: string): string {
  const fields: Readonly<Record<string, unknown>> = {
    ...(typeof settings === 'object' && settings !== null ? settings : {}),
  };
  const value = fields[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

const inAll = (text: string) => ({ en: text, de: text, pt: text });

/** A meter is chosen among those that are there, and not typed. */
export const withMeters = (
  fields: readonly FormField[],
  meters: readonly Pick<Meter, 'key' | 'name'>[],
): readonly FormField[] =>
  fields.map(({ hint: _, ...field }, at) =>
    field.name === 'meter' && meters.length > 0
      ? {
          ...field,
          kind: 'choice',
          choices: meters.map(({ key, name }) => ({ value: key, label: inAll(name) })),
        }
      : (fields[at] ?? field),
  );
