import type { Fault, Why } from '../faults/fault.ts';
import { forwardLimits } from './limits.ts';

/** One delivery, as it is shown. */
export interface ShownDelivery {
  readonly atMs: number;
  readonly state: 'taken' | 'failed';
  readonly windows: number;
  readonly values: number;
  readonly said: string;
  /** Of what was not taken. */
  readonly why: Why | null;
}

type Size = Pick<ShownDelivery, 'windows' | 'values'>;

/** How the tries of a forward went since it was set up, changed or started with the host: what people and health are told. */
export class Outcomes {
  readonly #nowMs: () => number;
  #fault: Fault | undefined;
  #failingSinceMs: number | undefined;
  #takenMs: number | undefined;
  #missed: { readonly atMs: number; readonly why: string } | undefined;
  readonly #deliveries: ShownDelivery[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Why the last try failed; undefined where it went well, or there was none. */
  get fault(): Fault | undefined {
    return this.#fault;
  }

  /** Since when nothing was taken though it was tried. */
  get failingSinceMs(): number | undefined {
    return this.#failingSinceMs;
  }

  get takenMs(): number | undefined {
    return this.#takenMs;
  }

  /** When something was dropped or refused last, and why. */
  get missed(): { readonly atMs: number; readonly why: string } | undefined {
    return this.#missed;
  }

  /** Newest first. */
  get deliveries(): readonly ShownDelivery[] {
    return [...this.#deliveries].reverse();
  }

  taken(size: Size, said: string): void {
    const atMs = this.#nowMs();
    this.#takenMs = atMs;
    this.#fault = undefined;
    this.#failingSinceMs = undefined;
    this.#show({ atMs, state: 'taken', ...size, said, why: null });
  }

  failed(size: Size, fault: Fault): void {
    const atMs = this.#nowMs();
    const { message: said, ...why } = fault;
    this.#fault = fault;
    this.#failingSinceMs ??= atMs;
    this.#show({ atMs, state: 'failed', ...size, said, why });
  }

  missing(why: string): void {
    this.#missed = { atMs: this.#nowMs(), why };
  }

  #show({ said, ...delivery }: ShownDelivery): void {
    this.#deliveries.push({ ...delivery, said: said.slice(0, 300) });
    if (this.#deliveries.length > forwardLimits.deliveriesShown) this.#deliveries.shift();
  }
}
