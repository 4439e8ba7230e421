/** A partition of the flash, as `firmware/esp32/partitions.csv` has it. */
export interface Partition {
  readonly name: string;
  readonly subType: string;
  readonly offset: number;
  readonly bytes: number;
}

/**
 * Reads a table of partitions in ESP-IDF's form (its guide, "Partition Tables"): name, type, subtype, offset, size.
 * @throws Error that names the line where one is not a partition
 */
export function readPartitions(csv: string): readonly Partition[] {
  const partitions: Partition[] = [];
  for (const [index, line] of csv.split('\n').entries()) {
    const text = line.replace(/#.*/, '').trim();
    if (text === '') continue;
    const [name = '', , subType = '', offset = '', size = ''] = text.split(',').map(cell => cell.trim());
    const partition = { name, subType, offset: Number(offset), bytes: Number(size) };
    if (
      name === '' ||
      offset === '' ||
      size === '' ||
      !Number.isInteger(partition.offset + partition.bytes)
    ) {
      throw new Error(
        `partitions.csv, line ${index + 1}: ${JSON.stringify(line)} is no partition; name, type, subtype, offset and size are needed, numbers as 0x1000`,
      );
    }
    partitions.push(partition);
  }
  return partitions;
}

/** The partition of this name. @throws Error where there is none */
export function partitionNamed(partitions: readonly Partition[], name: string): Partition {
  const found = partitions.find(partition => partition.name === name);
  if (found !== undefined) return found;
  throw new Error(`partitions.csv has no ${name}; it has ${partitions.map(each => each.name).join(', ')}`);
}
