import Digital from 'embedded:io/digital';
import FFI from 'mc/ffi';
import type { ResetReason } from '../core/wire/life.ts';
import { scriptMemory } from '../moddable/script-memory.ts';
import type { BoardPort } from '../ports.ts';
import type { Board, Pin } from './boards.ts';

/** `esp_reset_reason_t` of ESP-IDF 6 (esp_system.h) by its number, in our words. */
const resetReasons: readonly ResetReason[] = Object.freeze([
  'unknown',
  'powerOn',
  'unknown',
  'restart',
  'panic',
  'watchdog',
  'watchdog',
  'watchdog',
  'deepSleep',
  'brownOut',
] as const);

export interface Esp32BoardOptions {
  readonly name: string;
  readonly board: Board;
  readonly firmware: string;
  readonly heapFreeBytes: () => number | undefined;
  readonly rssiDbm: () => number | undefined;
}

/** LED, button, outputs, watchdog and reset of a board, by the pins of its table. Pins get their levels at once. */
export function esp32Board({ name, board, ...facts }: Esp32BoardOptions): BoardPort {
  const native = new FFI();
  for (const { pin, level } of board.set ?? []) switchAt({ pin })(level === 1);
  const led = board.led === undefined ? undefined : switchAt(board.led);
  const outputs = new Map<string, (isOn: boolean) => void>();
  for (const [output, pin] of Object.entries(board.outputs ?? {})) outputs.set(output, switchAt(pin));
  return {
    ...facts,
    name,
    chip: 'esp32',
    scriptMemory,
    resetReason: () => resetReasons[native.esp_reset_reason()] ?? 'unknown',
    restart: () => native.esp_restart(),
    feedWatchdog: () => native.joulegate_feed_watchdog(),
    setLed: isOn => led?.(isOn),
    onButton: changed => {
      if (board.button !== undefined) watchButton(board.button, changed);
    },
    outputs: [...outputs.keys()],
    setOutput: (output, isOn) => outputs.get(output)?.(isOn),
  };
}

/** A pin as an output, off to begin with. */
function switchAt({ pin, isLow = false }: Pin): (isOn: boolean) => void {
  const output = new Digital({ pin, mode: Digital.Output, initialValue: isLow ? 1 : 0 });
  return isOn => output.write(isOn === isLow ? 0 : 1);
}

/** Pins from 34 on have no pull-up inside. */
const withoutPullUp = 34;

function watchButton({ pin, isLow = false }: Pin, changed: (isDown: boolean) => void): void {
  const button = new Digital({
    pin,
    mode: isLow && pin < withoutPullUp ? Digital.InputPullUp : Digital.Input,
    edge: Digital.Rising | Digital.Falling,
    onReadable: () => changed((button.read() === 0) === isLow),
  });
}
