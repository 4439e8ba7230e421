import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { partitionNamed, readPartitions } from '../../../host/toolchain/partitions.ts';
import { partitionTableOffset } from '../../../host/toolchain/targets.ts';

const flashBytes = 4 * 1024 * 1024;

it('the partitions fit 4 MB without holes or overlaps, slots alike and where the chip can map them', async () => {
  const partitions = readPartitions(await readFile('firmware/esp32/partitions.csv', 'utf8'));
  let end = partitionTableOffset + 0x1000;
  for (const { name, subType, offset, bytes } of partitions) {
    // Slots lie on 64 kB (ESP-IDF, "Partition Tables").
    const block = subType.startsWith('ota_') ? 0x1_0000 : 0x1000;
    expect(offset, name).toBe(Math.ceil(end / block) * block);
    end = offset + bytes;
  }
  expect(end).toBe(flashBytes);
  const slots = ['ota_0', 'ota_1'].map(name => partitionNamed(partitions, name));
  expect(slots[0]?.bytes).toBe(slots[1]?.bytes);
});

it('a line that is no partition is named', () => {
  expect(() => readPartitions('# Name\nnvs, data, nvs, 0x9000, 0x10000\nota_0, app, ota_0, , 1M\n')).toThrow(
    'partitions.csv, line 3: "ota_0, app, ota_0, , 1M" is no partition',
  );
  expect(() => partitionNamed([], 'ota_0')).toThrow('has no ota_0');
});
