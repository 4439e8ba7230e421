import type { Health } from '../api/contract.ts';
import type { HostSettings, SettingSources } from '../settings.ts';

/** What one look came to. `note`: nothing is broken, and somebody should know. `bad`: something is to be done. */
export interface Finding {
  readonly level: 'ok' | 'note' | 'bad';
  /** Such as `disk`. */
  readonly about: string;
  readonly what: string;
  /** Of what is not ok. */
  readonly toDo?: string;
}

/** What is looked at. */
export interface Patient {
  readonly settings: HostSettings;
  readonly sources: SettingSources;
  /** Of the host that runs on the folder; undefined: none does. */
  readonly health: Health | undefined;
  /** Whether every row of a database that no host has open is to be read. */
  readonly isFull: boolean;
  readonly nowMs: number;
}

/** Looks at one thing. What it throws is told as a finding. */
export type Look = (patient: Patient) => Promise<readonly Finding[]>;

export const ok = (about: string, what: string): Finding => ({ level: 'ok', about, what });
export const note = (about: string, what: string, toDo: string): Finding => ({
  level: 'note',
  about,
  what,
  toDo,
});
export const bad = (about: string, what: string, toDo: string): Finding => ({
  level: 'bad',
  about,
  what,
  toDo,
});
