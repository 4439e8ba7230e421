import { deepFreeze } from '../core/freeze.ts';

/** A pin that is switched or read; `isLow`: its low level means on, or pressed. */
export interface Pin {
  readonly pin: number;
  readonly isLow?: boolean;
}

export interface UartPins {
  readonly port: number;
  readonly receive: number;
  readonly transmit: number;
  /** DE and /RE of a transceiver that does not switch direction by itself. */
  readonly direction?: number;
}

export interface I2cPins {
  readonly data: number;
  readonly clock: number;
  readonly hz: number;
}

/** Pins of the PHY's management and clock; those of RMII's data are the same on every ESP32. */
export interface EthernetPins {
  readonly phy: 'lan8720';
  readonly address: number;
  readonly mdc: number;
  readonly mdio: number;
  /** Switches the PHY or its oscillator on. */
  readonly power: number;
  /** Where the 50 MHz come from: into GPIO0, or out of GPIO17. */
  readonly clock: { readonly pin: number; readonly isOutput: boolean };
}

/**
 * A board's pins as data. `lines` are what the settings name as the `port` of a line. `set` are pins that have to have a
 * level before a line works (supply of a transceiver). `source` says where the maker wrote it.
 */
export interface Board {
  readonly title: string;
  readonly source: string;
  readonly hasPsram: boolean;
  readonly lines: Readonly<Record<string, UartPins | I2cPins>>;
  readonly led?: Pin;
  readonly button?: Pin;
  readonly outputs?: Readonly<Record<string, Pin>>;
  readonly set?: readonly { readonly pin: number; readonly level: 0 | 1 }[];
  readonly ethernet?: EthernetPins;
}

const boot = { pin: 0, isLow: true };

/** Boards that `board=NAME` of a build chooses; the first is the one without a name. */
export const boards = deepFreeze({
  /** Any ESP32 module whose pins are free. GPIO0 is its BOOT button; GPIO2 has a LED on many clones, and none on Espressif's. */
  esp32: {
    title: 'ESP32 DevKitC, and boards like it',
    source: 'https://docs.espressif.com/projects/esp-dev-kits/en/latest/esp32/esp32-devkitc/user_guide.html',
    hasPsram: false,
    lines: {
      uart1: { port: 1, receive: 16, transmit: 17 },
      uart2: { port: 2, receive: 26, transmit: 27 },
      i2c0: { data: 21, clock: 22, hz: 100_000 },
    },
    led: { pin: 2 },
    button: boot,
    outputs: { out1: { pin: 32 }, out2: { pin: 33 } },
  },
  /** The WROVER module has its PSRAM at 16 and 17. */
  'esp32-wrover': {
    title: 'ESP32 DevKitC with a WROVER module (PSRAM)',
    source: 'https://docs.espressif.com/projects/esp-dev-kits/en/latest/esp32/esp32-devkitc/user_guide.html',
    hasPsram: true,
    lines: {
      uart1: { port: 1, receive: 18, transmit: 19 },
      uart2: { port: 2, receive: 26, transmit: 27 },
      i2c0: { data: 21, clock: 22, hz: 100_000 },
    },
    led: { pin: 2 },
    button: boot,
    outputs: { out1: { pin: 32 }, out2: { pin: 33 } },
  },
  /** UEXT's UART and I2C, BUT1 at 34 with its own pull-up; no LED of one's own. 33 and 35 are on EXT2. */
  'olimex-esp32-poe': {
    title: 'Olimex ESP32-POE and ESP32-POE-ISO',
    source:
      'https://github.com/OLIMEX/ESP32-POE (schematic, ESP32-POE-GPIO.png); espressif/arduino-esp32 variants/esp32-poe-iso',
    hasPsram: false,
    lines: {
      uart1: { port: 1, receive: 36, transmit: 4 },
      uart2: { port: 2, receive: 35, transmit: 33 },
      i2c0: { data: 13, clock: 16, hz: 100_000 },
    },
    button: { pin: 34, isLow: true },
    outputs: { out1: { pin: 32 }, out2: { pin: 14 } },
    ethernet: {
      phy: 'lan8720',
      address: 0,
      mdc: 23,
      mdio: 18,
      power: 12,
      clock: { pin: 17, isOutput: true },
    },
  },
  /** A transceiver (MAX13487E) that switches by itself while /SHDN (19) and /RE (17) are high; 16 boosts its 5 V. */
  'lilygo-t-can485': {
    title: 'LilyGO T-CAN485',
    source: 'https://github.com/Xinyuan-LilyGO/T-CAN485 (t_can485_config.h of 2026-06-23)',
    hasPsram: false,
    lines: {
      uart1: { port: 1, receive: 21, transmit: 22 },
      uart2: { port: 2, receive: 34, transmit: 32 },
      i2c0: { data: 25, clock: 33, hz: 100_000 },
    },
    button: boot,
    set: [
      { pin: 16, level: 1 },
      { pin: 19, level: 1 },
      { pin: 17, level: 1 },
    ],
  },
  /** Atomic RS485 base: its transceiver switches by itself. The Atom's LED is an addressable one, which is not driven. */
  'm5stack-atom-rs485': {
    title: 'M5Stack Atom Lite with Atomic RS485 base',
    source:
      'https://docs.m5stack.com/en/core/ATOM%20Lite; https://docs.m5stack.com/en/atom/Atomic%20RS485%20Base',
    hasPsram: false,
    lines: {
      uart1: { port: 1, receive: 22, transmit: 19 },
      uart2: { port: 2, receive: 33, transmit: 23 },
      i2c0: { data: 26, clock: 32, hz: 100_000 },
    },
    button: { pin: 39, isLow: true },
    outputs: { out1: { pin: 25 } },
  },
  /** TXD 17, RXD 5 and CFG 32, 485_EN 33 as the maker labels them; GPIO0 is the clock of the PHY, so there is no button. */
  'wt32-eth01': {
    title: 'Wireless-Tag WT32-ETH01',
    source: 'WT32-ETH01 data sheet V1.3 (Wireless-Tag), pin table and block diagram',
    hasPsram: false,
    lines: {
      uart1: { port: 1, receive: 5, transmit: 17, direction: 33 },
      uart2: { port: 2, receive: 35, transmit: 4 },
      i2c0: { data: 14, clock: 15, hz: 100_000 },
    },
    outputs: { out1: { pin: 32 } },
    ethernet: {
      phy: 'lan8720',
      address: 1,
      mdc: 23,
      mdio: 18,
      power: 16,
      clock: { pin: 0, isOutput: false },
    },
  },
} as const satisfies Record<string, Board>);

export type BoardName = keyof typeof boards;

export const boardNames: readonly string[] = deepFreeze(Object.keys(boards));

const isBoardName = (name: string): name is BoardName => Object.hasOwn(boards, name);

/** The board of this name. Throws an Error with the names that there are. */
export function boardOf(name: string): Board {
  if (isBoardName(name)) return boards[name];
  throw new Error(`board ${JSON.stringify(name)} given; one of ${boardNames.join(', ')} is allowed`);
}
