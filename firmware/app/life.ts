import type { Message } from '../core/wire/messages.ts';
import type { GatewaySettings } from '../core/wire/settings.ts';
import type { Cancel, Ports } from '../ports.ts';
import { AlarmRules, type AlarmRulesOptions } from './alarm-rules.ts';
import { Boots, goodAfterMs, type Mode } from './boots.ts';
import { Button, type ButtonOptions } from './button.ts';
import type { Clock } from './clock.ts';
import { factoryReset } from './factory-reset.ts';
import { Light, type LightOptions, type LightState } from './light.ts';
import type { Lines } from './lines.ts';
import { LocalHelp } from './local-help.ts';
import { NetworkTrial, type NetworkTrialOptions } from './network-trial.ts';
import { Watchdog, type WatchdogOptions } from './watchdog.ts';

/** Settings that came in safe mode are tried after this: time to report them. */
const newSettingsMs = 10_000;
const againMs = 10_000;

export interface LifeOptions extends AlarmRulesOptions, NetworkTrialOptions {
  readonly id: string;
  readonly ports: Ports;
  readonly clock: Clock;
  readonly lines: Pick<Lines, 'meters' | 'faults' | 'stuck'>;
  readonly settings: () => GatewaySettings;
  readonly health: () => Message<'health'>;
  readonly isOnline: () => boolean;
  /** Whether an update is under way or on trial. */
  readonly isUpdating: () => boolean;
  /** Besides the lines: what should have taken its next step before this tick, in words for people. */
  readonly stuck: (beforeTicks: number) => string | undefined;
  /** Ends the gateway, without a restart. */
  readonly stop: () => void;
  /** Of the local page, where there is one. */
  readonly localPin: string | undefined;
  /** A short press of the button. */
  readonly onButtonPress: (() => void) | undefined;
}

/** What keeps a gateway going for years, and tells how that goes. */
export class Life implements WatchdogOptions, LightOptions, ButtonOptions {
  readonly alarms: AlarmRules;
  readonly network: NetworkTrial;
  readonly light: Light;
  readonly #options: LifeOptions;
  readonly #boots: Boots;
  readonly #watchdog: Watchdog;
  readonly #button: Button;
  readonly #help: LocalHelp | undefined;
  #cancel: Cancel | undefined;

  constructor(options: LifeOptions) {
    const { id, ports, lines, localPin } = options;
    this.#options = options;
    this.#boots = new Boots(ports);
    this.#watchdog = new Watchdog(this);
    this.light = new Light(this);
    this.#button = new Button(this);
    this.network = new NetworkTrial(options);
    this.alarms = new AlarmRules(options);
    if (localPin !== undefined) {
      this.#help = new LocalHelp({
        id,
        ports,
        pin: localPin,
        settings: () => options.settings(),
        meters: () => lines.meters(),
        health: () => options.health(),
        isOnline: () => options.isOnline(),
      });
    }
  }

  get ports(): Ports {
    return this.#options.ports;
  }

  stuck(beforeTicks: number): string | undefined {
    return this.#options.lines.stuck(beforeTicks) ?? this.#options.stuck(beforeTicks);
  }

  onPress(): void {
    this.#options.onButtonPress?.();
  }

  onHold(): void {
    this.forget();
  }

  get mode(): Mode {
    return this.#boots.mode;
  }

  /** Before anything is measured; gives whether it may be. */
  start(): Mode {
    const { ports } = this.#options;
    const mode = this.#boots.begin();
    this.#watchdog.start();
    this.light.start();
    this.network.start();
    this.#help?.start();
    if (mode === 'normal') {
      this.alarms.apply(this.#options.settings());
      this.judgeIn(goodAfterMs);
    } else this.#cancel = ports.time.after(this.#boots.safeMs, () => this.#options.restartSoon());
    return mode;
  }

  stop(): void {
    this.#cancel?.();
    this.#watchdog.stop();
    this.light.stop();
    this.network.stop();
    this.#help?.stop();
    this.alarms.stop();
  }

  /** The board restarts in order, the gateway having ended. */
  restart(): void {
    this.#boots.ordered();
    this.#options.ports.board.restart();
  }

  /** Other settings run; in safe mode they are tried soon, as they may be the cure. */
  settingsTaken(): void {
    const { ports } = this.#options;
    if (this.mode === 'normal') {
      this.alarms.apply(this.#options.settings());
      return;
    }
    this.#cancel?.();
    this.#cancel = ports.time.after(newSettingsMs, () => this.#options.restartSoon());
  }

  /** A connection stands, and the gateway has said what it is. */
  connected(): void {
    this.network.connected();
    this.alarms.outbox.connected();
    this.light.look();
  }

  disconnected(): void {
    this.light.look();
  }

  /** Forgets everything and begins anew as out of the factory. */
  forget(): void {
    this.#options.stop();
    factoryReset(this.#options.ports);
  }

  /** What the health message has of it. */
  health(): Partial<Message<'health'>> {
    const { board } = this.#options.ports;
    const memory = board.scriptMemory();
    const { dropped } = this.alarms.outbox;
    return {
      boots: this.#boots.count,
      resetReason: board.resetReason(),
      mode: this.#boots.mode,
      loopDelayMs: this.#watchdog.loopDelayMs,
      ...(memory !== undefined && { memory }),
      ...(dropped > 0 && { alarmsDropped: dropped }),
    };
  }

  /** The host was told. */
  healthTold(): void {
    this.#watchdog.told();
  }

  private judgeIn(delayMs: number): void {
    this.#cancel = this.#options.ports.time.after(delayMs, () => {
      if (this.#watchdog.isContent) this.#boots.good();
      else this.judgeIn(againMs);
    });
  }

  lightState(): LightState {
    const { lines } = this.#options;
    if (this.#button.isHeld) return 'held';
    if (this.#options.isUpdating()) return 'update';
    if (this.mode === 'safe') return 'safe';
    if (!this.#options.isOnline()) return 'connecting';
    const isFailing = lines.meters().some(meter => meter.isFailing) || !isEmpty(lines.faults());
    return isFailing ? 'metersFailing' : 'well';
  }
}

const isEmpty = (faults: Readonly<Record<string, string>>): boolean => {
  for (const _line in faults) return false;
  return true;
};
