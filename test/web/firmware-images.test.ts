import { describe, expect, test } from 'vitest';
import type { FirmwareImage } from '../../host/api/contract.ts';
import { imagesFor, isUpdating } from '../../web/firmware-images.ts';

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

describe('images that a gateway is offered', () => {
  test('are signed ones for its chip that it does not run', () => {
    const images = [
      image('0.3.0', 'esp32'),
      image('0.3.0', 'esp32c3'),
      image('0.2.0', 'esp32'),
      image('0.4.0', 'esp32', false),
    ];
    expect(imagesFor({ chip: 'esp32', firmware: '0.2.0 (simulator)' }, images)).toEqual([images[0]]);
    expect(imagesFor({ chip: null, firmware: null }, images)).toEqual([]);
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
