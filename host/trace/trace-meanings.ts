import type { GatewaySettings } from '#core/wire/settings.ts';
import { ownProfiles } from '#profiles/profile-check.ts';
import { findProfile } from '#profiles/registry.ts';
import { BusMeanings, type BusMeter } from './bus-meanings.ts';
import type { MeantTrace, TraceMessage } from './meaning.ts';
import { TelegramMeanings } from './telegram-meanings.ts';

interface TracedLine {
  readonly settings: GatewaySettings | null;
  readonly meanings: BusMeanings | TelegramMeanings;
  /** How many frames its trace had. */
  next: number;
}

/** More lines than anybody looks at at once; the one that was looked at longest ago is forgotten. */
const mostLines = 32;
/** A meter without an address in settings and profile is asked there. */
const lastAddress = 247;

/**
 * Adds to traces what their frames say. A gateway tells bytes alone: its memory is small, and the host has its settings
 * and the same profiles.
 */
export class TraceMeanings {
  readonly #settingsOf: (gateway: string) => GatewaySettings | null;
  readonly #lines = new Map<string, TracedLine>();

  /** `settingsOf` gives what a gateway runs, the same object until that changes. */
  constructor(settingsOf: (gateway: string) => GatewaySettings | null) {
    this.#settingsOf = settingsOf;
  }

  /** A message with its meanings. Messages of a line are given in their order; lost ones are seen by their counts. */
  of(gateway: string, message: TraceMessage): MeantTrace {
    const { line: id, frames, dropped, before } = message;
    const line = this.#lineOf(gateway, id);
    const { meanings } = line;
    if (before !== line.next && meanings instanceof BusMeanings) meanings.forget();
    const meant = frames.map(frame => {
      const meaning = meanings.of(frame);
      return meaning === undefined ? frame : { ...frame, meaning };
    });
    // An older gateway does not count: each of its messages stands alone.
    line.next = before === undefined || dropped > 0 ? Number.NaN : before + frames.length;
    return { ...message, frames: meant };
  }

  #lineOf(gateway: string, id: string): TracedLine {
    const key = `${gateway} ${id}`;
    const settings = this.#settingsOf(gateway);
    const known = this.#lines.get(key);
    this.#lines.delete(key);
    const line =
      known !== undefined && known.settings === settings
        ? known
        : { settings, meanings: meaningsOf(settings, id), next: Number.NaN };
    this.#lines.set(key, line);
    const [oldest] = this.#lines.keys();
    if (this.#lines.size > mostLines && oldest !== undefined) this.#lines.delete(oldest);
    return line;
  }
}

function meaningsOf(settings: GatewaySettings | null, line: string): BusMeanings | TelegramMeanings {
  const meters = settings?.meters.filter(meter => meter.line === line) ?? [];
  if (settings?.lines.find(({ id }) => id === line)?.kind === 'ir') {
    return new TelegramMeanings(meters.map(({ id }) => id));
  }
  const own = settings === null ? [] : ownProfiles(settings);
  return new BusMeanings(
    meters.flatMap(({ id, profile: profileId, address }): BusMeter[] => {
      const profile = findProfile(profileId, own);
      if (profile?.kind !== 'modbus') return [];
      return [{ id, address: address ?? profile.defaults.address ?? lastAddress, profile }];
    }),
  );
}
