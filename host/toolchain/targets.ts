import { deepFreeze } from '#core/freeze.ts';

/**
 * What the firmware is built for. `platform` is mcconfig's name of it; the offsets are where the chip's ROM looks for the
 * boot loader (ESP-IDF programming guide, "Bootloader") and where `firmware/esp32/partitions.csv` has the rest.
 */
export const targets = deepFreeze({
  esp32: { platform: 'esp32', chip: 'esp32', bootloaderOffset: 0x1000 },
  esp32s3: { platform: 'esp32/esp32s3', chip: 'esp32s3', bootloaderOffset: 0x0 },
  esp32c3: { platform: 'esp32/esp32c3', chip: 'esp32c3', bootloaderOffset: 0x0 },
  esp32c6: { platform: 'esp32/esp32c6', chip: 'esp32c6', bootloaderOffset: 0x0 },
  lin: { platform: 'lin', chip: 'linux', bootloaderOffset: undefined },
} as const);

export type Target = keyof typeof targets;

export const partitionTableOffset = 0x8000;

export const isTarget = (text: string): text is Target => Object.hasOwn(targets, text);
