import { join } from 'node:path';
import { makeByteCode } from './byte-code.ts';
import type { Place } from './generated.ts';
import { StepFailed } from './run.ts';
import type { Target } from './targets.ts';

/**
 * Everything about the firmware for an ESP32 that needs the SDK alone: types, byte code, and that all made beforehand
 * lies in flash. Prints the flash it takes.
 * @throws StepFailed where it would not do on a device
 */
export async function checkFirmware(place: Place, target: Target): Promise<void> {
  const { say } = place;
  const { modules, flashSlots, notFrozen } = await makeByteCode(
    { ...place, folder: join(place.folder, `check-${target}`) },
    target,
  );
  const moduleOf = (line: string): string => /warning: ([^:]+):/.exec(line)?.[1] ?? '';
  const ours = notFrozen.filter(line => modules.has(moduleOf(line)));
  for (const line of notFrozen) if (!ours.includes(line)) say(`  the SDK's own: ${line.replace(/^#+ /, '')}`);
  if (ours.length > 0) {
    throw new StepFailed(
      `not in flash, as it is not frozen (put deepFreeze around it, or make it when it is used):\n${ours.join('\n')}`,
    );
  }
  const byFolder = new Map<string, { count: number; bytes: number }>();
  for (const [name, bytes] of modules) {
    const folder = name.split('/').slice(0, -1).join('/') || '(top)';
    const sum = byFolder.get(folder) ?? { count: 0, bytes: 0 };
    byFolder.set(folder, { count: sum.count + 1, bytes: sum.bytes + bytes });
  }
  const total = [...modules.values()].reduce((sum, bytes) => sum + bytes, 0);
  for (const [folder, { count, bytes }] of [...byFolder].sort(([a], [b]) => (a < b ? -1 : 1)))
    say(`  ${folder.padEnd(20)} ${String(count).padStart(4)} modules ${kilobytes(bytes)}`);
  say(`  ${'ours together'.padEnd(20)} ${String(modules.size).padStart(4)} modules ${kilobytes(total)}`);
  say(`  made beforehand, with the SDK's own: ${flashSlots} slots of 16 bytes ${kilobytes(flashSlots * 16)}`);
  say('types, byte code and flash are right');
}

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1).padStart(8)} KiB`;
