import { describe, expect, it } from 'vitest';
import { type Board, boardNames, boardOf, boards } from '../../../firmware/esp32/boards.ts';

/** ESP32 technical reference manual and data sheet: what each pin is for besides. */
const flash = [6, 7, 8, 9, 10, 11];
const inputOnly = [34, 35, 36, 37, 38, 39];
const console = [1, 3];
const psram = [16, 17];
/** Sampled at reset; 12 (flash voltage) must be low then, 0 high, 2 low or open, 5 and 15 may be either. */
const strapping = [0, 2, 5, 12, 15];
/** RMII's data on any ESP32: TXD0, TX_EN, TXD1, RXD0, RXD1, CRS_DV. */
const rmii = [19, 21, 22, 25, 26, 27];

interface Use {
  readonly what: string;
  readonly pin: number;
  readonly isOutput: boolean;
  /** Something outside may hold it high or low as the board starts. */
  readonly isHeld: boolean;
}

function usesOf(board: Board): Use[] {
  const uses: Use[] = [];
  const add = (what: string, pin: number, isOutput: boolean, isHeld = false) =>
    uses.push({ what, pin, isOutput, isHeld });
  for (const [name, line] of Object.entries(board.lines)) {
    if ('data' in line) {
      add(`${name} data`, line.data, true, true);
      add(`${name} clock`, line.clock, true, true);
    } else {
      add(`${name} receive`, line.receive, false, true);
      add(`${name} transmit`, line.transmit, true);
      if (line.direction !== undefined) add(`${name} direction`, line.direction, true);
    }
  }
  if (board.led) add('led', board.led.pin, true);
  if (board.button) add('button', board.button.pin, false);
  for (const [name, { pin }] of Object.entries(board.outputs ?? {})) add(name, pin, true);
  for (const { pin } of board.set ?? []) add(`set ${pin}`, pin, true);
  const { ethernet } = board;
  if (ethernet) {
    for (const pin of rmii) add('RMII', pin, true);
    add('mdc', ethernet.mdc, true);
    add('mdio', ethernet.mdio, true);
    add('phy power', ethernet.power, true);
    add('phy clock', ethernet.clock.pin, ethernet.clock.isOutput);
  }
  return uses;
}

const all = boardNames.map(name => [name, boardOf(name), usesOf(boardOf(name))] as const);

describe.each(all)('board %s', (_name, board, uses) => {
  const wrong = (isWrong: (use: Use) => boolean) =>
    uses.filter(isWrong).map(({ what, pin }) => `${what}: ${pin}`);

  it('uses no pin twice', () => {
    const twice = uses.filter(({ pin }, index) => uses.findIndex(use => use.pin === pin) < index);
    expect(twice).toEqual([]);
  });

  it('uses pins that an ESP32 has, and none of its flash, its console or its PSRAM', () => {
    expect(wrong(({ pin }) => pin < 0 || pin > 39 || [20, 24, 28, 29, 30, 31].includes(pin))).toEqual([]);
    expect(wrong(({ pin }) => flash.includes(pin) || console.includes(pin))).toEqual([]);
    expect(wrong(({ pin }) => board.hasPsram && psram.includes(pin))).toEqual([]);
  });

  it('drives no pin that is input alone', () => {
    expect(wrong(({ pin, isOutput }) => isOutput && inputOnly.includes(pin))).toEqual([]);
  });

  it('leaves strapping pins to what cannot hold them at a wrong level as it starts', () => {
    // 5 and 15 only tell how the ROM talks and SDIO's timing: a UART that idles high is what they are pulled to.
    const mayBeHeld = [5, 15];
    const held = ({ pin, isHeld }: Use) => isHeld && strapping.includes(pin) && !mayBeHeld.includes(pin);
    expect(wrong(held)).toEqual([]);
    // 12 high at reset makes the flash run at 1.8 V: a PHY's power switch pulls it low, nothing else may have it.
    expect(wrong(({ what, pin }) => pin === 12 && what !== 'phy power')).toEqual([]);
  });

  it('has one UART a line, and none of them the console', () => {
    const ports = Object.values(board.lines).flatMap(line => ('port' in line ? [line.port] : []));
    expect(new Set(ports).size).toBe(ports.length);
    expect(ports.every(port => port === 1 || port === 2)).toBe(true);
  });

  it('gives a button without a pull-up of its own no pin that has none either', () => {
    const { button, title } = board;
    if (button === undefined || !inputOnly.includes(button.pin)) return;
    // Pins 34 to 39 have no pull-ups inside; these boards have one at the button.
    expect(['olimex', 'm5stack'].some(maker => title.toLowerCase().includes(maker))).toBe(true);
  });

  it('says where its pins are from', () => {
    expect(board.source.length).toBeGreaterThan(20);
  });
});

describe('boards', () => {
  it('are found by their names, and an unknown one is told with those there are', () => {
    expect(boardOf('wt32-eth01')).toBe(boards['wt32-eth01']);
    expect(() => boardOf('esp8266')).toThrow(
      'board "esp8266" given; one of esp32, esp32-wrover, olimex-esp32-poe',
    );
    expect(() => boardOf('toString')).toThrow('given; one of');
  });
});
