import type { HappeningValues } from './happening.ts';

/** Something that was. `was`: it was over at once; `failed`: it could not begin or end, and why. */
export interface LabEvent {
  readonly number: number;
  readonly atMs: number;
  readonly kind: 'began' | 'ended' | 'was' | 'failed';
  /** Who wanted it: a person, the schedule, the time that it was given, or the end of the laboratory. */
  readonly by: 'person' | 'schedule' | 'itself' | 'end';
  readonly what: string;
  readonly part?: string;
  readonly values?: HappeningValues;
  readonly text?: string;
}

/** Of what has been, as many as a person looks at. */
const kept = 500;

export class LabLog {
  readonly #events: LabEvent[] = [];
  readonly #nowMs: () => number;
  #lastNumber = 0;
  /** Told of each. */
  heard: (event: LabEvent) => void = () => {};

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  add(event: Omit<LabEvent, 'number' | 'atMs'>): void {
    const whole: LabEvent = { number: ++this.#lastNumber, atMs: this.#nowMs(), ...event };
    this.#events.push(whole);
    if (this.#events.length > kept) this.#events.shift();
    this.heard(whole);
  }

  /** Those after this number, oldest first. */
  since(number: number): readonly LabEvent[] {
    return this.#events.filter(event => event.number > number);
  }
}
