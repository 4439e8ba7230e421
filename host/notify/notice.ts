import type { QuantityId } from '#core/quantities.ts';

export type Severity = 'info' | 'warning' | 'critical';

/**
 * Something that people want to be told of. Whoever makes it has it on disk first: the same `id` is told once, over a
 * restart, too.
 */
export interface Notice {
  readonly id: string;
  readonly atMs: number;
  /** `test`: somebody wants to see whether it arrives. */
  readonly kind: 'began' | 'ended' | 'reminder' | 'test';
  readonly severity: Severity;
  /** The name that a person gave the rule. */
  readonly rule: string;
  readonly site: string | null;
  readonly gateway: string | null;
  readonly meter: string | null;
  /** Of a sum: all its meters, as `gateway.meter`. */
  readonly meters?: readonly string[];
  /** What it was judged by, such as `powerW`, `silence`, `energy`, or a health code. */
  readonly subject: QuantityId | (string & {});
  /** In the unit of its subject, of a reminder the worst so far; null where values stayed away. */
  readonly value: number | null;
  readonly unit: string;
  /** What it was compared with, as the rule has it: `> 3500 W for 60 s`. */
  readonly condition: string;
}

/** What is to be told, and the channels it is told to. */
export interface Telling {
  readonly notice: Notice;
  readonly channels: readonly string[];
}

/** Brings notices to people. Resolves when they are in a queue on disk, not when they have arrived. */
export interface Notify {
  /** In that order. Where it fails some may be on disk: who tells them again tells nothing twice. @throws Error of the store */
  tellAll(tellings: readonly Telling[]): Promise<void>;
}
