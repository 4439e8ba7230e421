import type { Message } from '../core/wire/messages.ts';
import { type GatewaySettings, settingsDefaults } from '../core/wire/settings.ts';
import type { Cancel, Ports } from '../ports.ts';
import type { Journal } from './journal.ts';

export interface UpdateTrialOptions {
  readonly ports: Pick<Ports, 'time'>;
  readonly journal: Pick<Journal, 'epoch' | 'next'>;
  readonly settings: () => GatewaySettings;
}

export interface TrialOutcome {
  readonly confirmed: () => void;
  readonly failed: (why: string) => void;
}

/** So long the host may be without a record of a firmware on trial, beside the longest window it has to wait for. */
const trialMs = 10 * 60_000;
/** A gateway that measures nothing yet has no record to show: it shows that it stays connected. */
const connectedMs = 60_000;

/**
 * Whether a new firmware does what it is there for: what it measured has come to the host's disk. Told once; where the
 * answer to `confirmed` is not `stop`, the next acknowledgement tells again.
 */
export class UpdateTrial {
  readonly #options: UpdateTrialOptions;
  readonly #outcome: TrialOutcome;
  /** The journal as this firmware found it: one in flash still has records of the firmware before, up to `#firstOwn`. */
  readonly #epoch: string;
  readonly #firstOwn: number;
  #cancelDeadline: Cancel = () => {};
  #cancelConnected: Cancel = () => {};

  constructor(options: UpdateTrialOptions, outcome: TrialOutcome) {
    this.#options = options;
    this.#outcome = outcome;
    this.#epoch = options.journal.epoch;
    this.#firstOwn = options.journal.next;
  }

  start(): void {
    const { ports } = this.#options;
    let windowS = 0;
    for (const meter of this.#options.settings().meters)
      windowS = Math.max(windowS, meter.windowS ?? settingsDefaults.windowS);
    const deadlineMs = trialMs + windowS * 1000;
    this.#cancelDeadline = ports.time.after(deadlineMs, () =>
      this.#outcome.failed(
        `the host acknowledged nothing of it for ${Math.round(deadlineMs / 60_000)} minutes`,
      ),
    );
  }

  connected(): void {
    this.#cancelConnected();
    if (this.#options.settings().meters.length > 0) return;
    this.#cancelConnected = this.#options.ports.time.after(connectedMs, () => {
      if (this.#options.settings().meters.length === 0) this.#outcome.confirmed();
    });
  }

  disconnected(): void {
    this.#cancelConnected();
  }

  acknowledged({ epoch, sequence }: Message<'ack'>): void {
    const { journal } = this.#options;
    // An epoch that began since holds what this firmware made alone (`Journal.renew`).
    const firstOwn = epoch === this.#epoch ? this.#firstOwn : 1;
    // A sequence that was never given out is no acknowledgement.
    if (epoch === journal.epoch && sequence >= firstOwn && sequence < journal.next) this.#outcome.confirmed();
  }

  stop(): void {
    this.#cancelDeadline();
    this.#cancelConnected();
  }
}
