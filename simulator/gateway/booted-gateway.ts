import type { Gateway } from '#app/gateway.ts';
import type { TimePort, UpdatePort } from '#ports';
import type { SimulatedFirmware } from './simulated-image.ts';
import type { TwoSlots } from './two-slots.ts';

/** What a firmware finds when it starts. */
export interface BootedMachine {
  readonly firmware: SimulatedFirmware;
  readonly update: UpdatePort;
  /** Of the board: the next start begins in a moment. */
  readonly restart: () => void;
}

export interface BootedGatewayOptions {
  readonly time: Pick<TimePort, 'after'>;
  readonly slots: TwoSlots;
  /** The gateway of a firmware that runs, not started yet. */
  readonly make: (machine: BootedMachine) => Gateway;
  readonly log?: (text: string) => void;
}

const bootMs = 1500;

/** A board with a boot loader: starts the gateway that its slots hold, and starts anew when that asks for it. */
export class BootedGateway {
  readonly #options: BootedGatewayOptions;
  #gateway: Gateway | undefined;
  #cancelBoot = () => {};
  #isOn = false;

  constructor(options: BootedGatewayOptions) {
    this.#options = options;
  }

  /** The one that runs; undefined between two starts. */
  get gateway(): Gateway | undefined {
    return this.#gateway;
  }

  start(): void {
    this.#isOn = true;
    this.#boot();
  }

  stop(): void {
    this.#isOn = false;
    this.#cancelBoot();
    this.#gateway?.stop();
    this.#gateway = undefined;
  }

  /** Somebody presses reset, or its supply was away: what runs is gone, and it starts anew in a moment. */
  reset(): void {
    if (!this.#isOn) return;
    this.#cancelBoot();
    this.#gateway?.stop();
    this.#gateway = undefined;
    this.#restart();
  }

  #boot(): void {
    const { slots, make, log = () => {} } = this.#options;
    const firmware = slots.boot();
    log(`firmware ${firmware.version} starts`);
    if (firmware.fault === 'crash') {
      this.#restart();
      return;
    }
    let isOver = false;
    const restart = (): void => {
      if (isOver) return;
      isOver = true;
      this.#restart();
    };
    this.#gateway = make({ firmware, update: slots.port(restart), restart });
    this.#gateway.start();
  }

  #restart(): void {
    if (!this.#isOn) return;
    this.#cancelBoot = this.#options.time.after(bootMs, () => {
      this.#gateway?.stop();
      this.#gateway = undefined;
      this.#boot();
    });
  }
}
