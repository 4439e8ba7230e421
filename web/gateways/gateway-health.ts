import type { Gateway } from '../../host/api/contract.ts';
import type { Tone } from '../site/condition.ts';

/** What a figure of a gateway's health means: `is` chooses the words (`life.judged`). */
export interface Judged<Is extends string = string> {
  readonly is: Is;
  readonly tone: Tone;
}

/** A flash chip's block is good for so many erases (data sheets of the W25Q series; GigaDevice and XMC say the same). */
export const flashErasesMost = 100_000;

/** Half of the erases a block is good for: time to think of another board, with years left. */
const wornErases = flashErasesMost / 2;

/** How well it hears its access point. From -80 dBm on an ESP32 falls back to its slowest rates and loses packets. */
export function signalOf(rssiDbm: number): Judged<'strong' | 'good' | 'weak' | 'poor'> {
  if (rssiDbm >= -60) return { is: 'strong', tone: 'well' };
  if (rssiDbm >= -70) return { is: 'good', tone: 'well' };
  return rssiDbm >= -80 ? { is: 'weak', tone: 'warn' } : { is: 'poor', tone: 'bad' };
}

/** Whether it has memory to spare: a TLS connection alone takes some 40 kB while it is made. */
export function memoryOf(heapFreeBytes: number): Judged<'ample' | 'little' | 'tight'> {
  if (heapFreeBytes >= 40_000) return { is: 'ample', tone: 'well' };
  return heapFreeBytes >= 20_000 ? { is: 'little', tone: 'warn' } : { is: 'tight', tone: 'bad' };
}

/** Whether it keeps pace: meters are read each second. */
export function paceOf(loopDelayMs: number): Judged<'quick' | 'slow' | 'late'> {
  if (loopDelayMs <= 250) return { is: 'quick', tone: 'well' };
  return loopDelayMs <= 1000 ? { is: 'slow', tone: 'warn' } : { is: 'late', tone: 'bad' };
}

/** How worn the flash of its journal is. */
export function wearOf(erases: number, badBlocks: number): Judged<'fresh' | 'worn' | 'failing'> {
  if (badBlocks > 0) return { is: 'failing', tone: 'bad' };
  return erases < wornErases ? { is: 'fresh', tone: 'well' } : { is: 'worn', tone: 'warn' };
}

/** Starts that nobody asked for, and that something is wrong behind. */
export const startTone = (resetReason: string): Tone =>
  ['panic', 'watchdog', 'brownOut'].includes(resetReason) ? 'warn' : 'well';

/** How full a journal is, 0 to 1. */
export const journalShare = ({ bytes, capacityBytes }: NonNullable<Gateway['journal']>): number =>
  capacityBytes === 0 ? 0 : Math.min(1, bytes / capacityBytes);

/** What waits in a journal: from four fifths on the oldest will soon go. */
export function journalTone(journal: NonNullable<Gateway['journal']>): Tone {
  if (journal.dropped > 0) return 'bad';
  return journalShare(journal) >= 0.8 ? 'warn' : 'well';
}
