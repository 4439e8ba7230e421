import { describe, expect, test } from 'vitest';
import type { FirmwareImage } from '../../../host/api/contract.ts';
import { fitOf, fitSides, imagesFor, isUpdating, unfitFor } from '../../../web/gateways/firmware-images.ts';

const image = (version: string, chip: string, isOrderable = true): FirmwareImage => ({
  id: version,
  version,
  chip,
  board: null,
  imageBytes: 1,
  sha256: '',
  isSigned: isOrderable,
  isOrderable,
  parts: [],
});

const runs = { chip: 'esp32', board: 'olimex', firmware: '0.2.0 (simulator)' };

describe('images that a gateway is offered', () => {
  test('are signed ones for its chip and board that are newer than what runs', () => {
    const images = [
      image('0.3.0', 'esp32'),
      image('0.3.0', 'esp32c3'),
      image('0.2.0', 'esp32'),
      image('0.1.9', 'esp32'),
      image('0.4.0', 'esp32', false),
      { ...image('0.5.0', 'esp32'), board: 'm5stack' },
    ];
    expect(imagesFor(runs, images)).toEqual([images[0]]);
    expect(unfitFor(runs, images).map(({ image: { version }, fit }) => `${version} ${fit}`)).toEqual([
      ...['0.3.0 otherChip', '0.2.0 same', '0.1.9 older', '0.4.0 unsigned', '0.5.0 otherBoard'],
    ]);
    const told = unfitFor(runs, images).map(({ image, fit }) => fitSides(runs, image, fit).join(' '));
    expect(told[0]).toBe('esp32c3 esp32');
    expect(told.at(-1)).toBe('m5stack olimex');
    expect(imagesFor({ chip: null, board: null, firmware: null }, images)).toEqual([]);
  });

  test('may be of any version where nobody knows what runs, and of any board where it does not say', () => {
    expect(fitOf({ ...runs, firmware: 'handmade' }, image('0.1.0', 'esp32'))).toBe('newer');
    expect(fitOf({ ...runs, board: null }, { ...image('0.3.0', 'esp32'), board: 'm5stack' })).toBe('newer');
  });
});

describe('an update', () => {
  const update = { id: 'x', version: '1.0.0', fetchedBytes: 0, imageBytes: 1, message: null };

  test('is under way until it is told how it ended', () => {
    for (const state of ['fetching', 'checking', 'restarting', 'onTrial'])
      expect(isUpdating({ update: { ...update, state } })).toBe(true);
    for (const state of ['confirmed', 'rolledBack', 'refused', 'failed', 'cancelled'])
      expect(isUpdating({ update: { ...update, state } })).toBe(false);
    expect(isUpdating({ update: null })).toBe(false);
  });
});
