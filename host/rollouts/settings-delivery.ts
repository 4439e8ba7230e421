import type { GatewaySettings } from '#core/wire/settings.ts';
import type { GatewayState } from '../fleet.ts';
import { alreadyThere, type Delivery, type DeliveryOptions, failed, type Outcome } from './delivery.ts';
import type { Member, RolloutWork } from './rollout.ts';
import { withChange } from './settings-change.ts';

type SettingsWork = Extract<RolloutWork, { kind: 'settings' }>;

/** Settings run at once, or are refused. */
const outcomeMs = 15 * 60_000;

/** Settings: desired of the gateway, which says what runs. */
export class SettingsDelivery implements Delivery {
  readonly #work: SettingsWork;
  readonly #options: DeliveryOptions;

  constructor(work: SettingsWork, options: DeliveryOptions) {
    this.#work = work;
    this.#options = options;
  }

  async ask(gateway: GatewayState, member: Member): Promise<Outcome | undefined> {
    const wanted = wantedOf(this.#work, gateway);
    if (wanted === 'same') return alreadyThere;
    if (wanted === undefined) return failed('it has no settings that could be changed');
    member.before = gateway.desired ?? gateway.running;
    member.state = 'asked';
    const outcome = await this.#options.fleet.desire(gateway.id, wanted);
    if (!outcome.ok) return failed(textOf(outcome.mistakes));
    member.version = outcome.settings.version;
    return undefined;
  }

  async outcome({ running, refused }: GatewayState, member: Member): Promise<Outcome | undefined> {
    if (member.version !== null && running !== null && running.version >= member.version)
      return { state: 'confirmed', message: null };
    if (refused.length > 0) return failed(textOf(refused));
    if (this.#options.nowMs() - member.sinceMs > outcomeMs) return failed('it did not say that they run');
    return undefined;
  }

  /** Settings that it runs already stay. */
  cancel(): void {}

  /** What a gateway does not run it shall not go on trying. */
  undo(gateway: string, { before }: Member): void {
    if (before === null) return;
    const { version: _version, ...settings } = before;
    void this.#options.fleet.desire(gateway, settings);
  }
}

const textOf = (mistakes: readonly { readonly field: string; readonly message: string }[]): string =>
  mistakes.map(({ field, message }) => `${field}: ${message}`).join('; ');

/** The settings that a gateway shall have; `same` where it has them, undefined where there are none to be changed. */
function wantedOf(
  work: SettingsWork,
  { desired, running }: GatewayState,
): Omit<GatewaySettings, 'version'> | 'same' | undefined {
  if ('settings' in work) return work.settings;
  const now = desired ?? running;
  if (now === null) return undefined;
  const { settings, changedMeters } = withChange(now, work.change);
  return changedMeters === 0 && running !== null && running.version >= now.version ? 'same' : settings;
}
