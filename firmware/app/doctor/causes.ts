import type { Message } from '../../core/wire/messages.ts';
import type { HeadState } from '../head-watch.ts';
import type { SlaveEvidence } from './evidence.ts';

export type Cause = Message<'diagnosis'>['causes'][number];

/** What is known of an RS485 line. */
export interface LineEvidence {
  readonly isOpen: boolean;
  readonly slaves: readonly SlaveEvidence[];
  /** Addresses that are asked seldom, as they do not answer. */
  readonly silentAddresses: readonly number[];
  /** At which other settings of the port a slave answered, where they were tried. */
  readonly answersAt?: 'otherBaud' | 'otherParity' | undefined;
}

/** Fewer requests say nothing. */
const fewest = 3;
/** Fewer answers of odd length may be chance, or a master that did not wait long enough for once. */
const enough = 5;

/**
 * What is most likely wrong with a line, by what was heard of late; nothing where all is well.
 *
 * Slaves of another speed, parity or polarity do not understand what they are asked and say nothing: that they answer
 * at other settings is the proof. A master whose A and B are swapped takes the line at rest for a break, and hears
 * 0x00 after each of its requests. Of noise some frames come through, or at least the beginning of the answer. Two
 * slaves at one address talk over each other and differ in pace, so more or less comes than the answer has, of
 * that address alone. Answers that come whole and too late tell that the line is set as it should be: what they are
 * talked into is damaged by them and by nothing else.
 */
export function lineCausesOf({ isOpen, slaves, silentAddresses, answersAt }: LineEvidence): Cause[] {
  if (!isOpen) return [{ code: 'portClosed', sureness: 1 }];
  if (answersAt !== undefined) {
    return [{ code: answersAt === 'otherBaud' ? 'wrongBaud' : 'wrongParity', sureness: 0.95 }];
  }
  const line = sumOf(slaves);
  if (line.valid === 0 && line.foreign === 0) {
    if (line.requests < fewest) return [];
    return line.late > 0 ? [{ code: 'noAnswer', sureness: 0.5 }] : deafLine(line, slaves);
  }
  return livingLine(slaves, line, silentAddresses);
}

type Sum = Omit<SlaveEvidence, 'address'>;

function sumOf(slaves: readonly SlaveEvidence[]): Sum {
  const total = (field: keyof Sum) => slaves.reduce((sum, slave) => sum + slave[field], 0);
  return {
    requests: total('requests'),
    valid: total('valid'),
    silent: total('silent'),
    damaged: total('damaged'),
    odd: total('odd'),
    breaks: total('breaks'),
    fits: total('fits'),
    extra: total('extra'),
    foreign: total('foreign'),
    late: total('late'),
  };
}

/** No whole frame was ever heard. */
function deafLine({ requests, damaged, odd, breaks, fits }: Sum, slaves: readonly SlaveEvidence[]): Cause[] {
  if (damaged < 2 && damaged < requests / 10) return [{ code: 'noAnswer', sureness: 0.9 }];
  if (breaks >= 2 && breaks >= damaged * 0.8) return [{ code: 'swappedWires', sureness: 0.85 }];
  if (fits >= damaged * 0.4) {
    if (odd < damaged * 0.7 || odd < enough) return [{ code: 'noise', sureness: 0.7 }];
    return slaves
      .filter(slave => slave.odd > 0)
      .map(({ address }) => ({ code: 'addressClash', address, sureness: 0.6 }));
  }
  // Somebody talks, and not as this line is set. Garbage as long as the answer is the right speed.
  return [{ code: odd > 0 || damaged > requests / 2 ? 'wrongBaud' : 'noise', sureness: 0.4 }];
}

/** Some frames are whole: speed, parity and polarity are right. */
function livingLine(
  slaves: readonly SlaveEvidence[],
  line: Sum,
  silentAddresses: readonly number[],
): Cause[] {
  const causes: Cause[] = [];
  let rest = { bad: line.damaged + line.extra - line.late, requests: line.requests };
  for (const slave of slaves) {
    if (!isClash(slave, slaves)) continue;
    causes.push({ code: 'addressClash', address: slave.address, sureness: 0.8 });
    rest = { bad: rest.bad - slave.damaged - slave.extra, requests: rest.requests - slave.requests };
  }
  // A machine that is busy for once loses an answer as noise does.
  const isNoisy = rest.bad >= fewest && rest.bad >= rest.requests * 0.02;
  if (isNoisy) {
    causes.push({ code: 'noise', sureness: Math.min(0.9, 0.5 + rest.bad / rest.requests) });
  }
  for (const { address, requests, valid, silent, damaged } of slaves) {
    const isSilent = valid === 0 && silent >= (isNoisy ? 2 * fewest : 1) && damaged === 0;
    if (isSilent && (requests > fewest || silentAddresses.includes(address))) {
      causes.push({ code: 'noAnswer', address, sureness: 0.9 });
    }
  }
  // On a noisy line a slave may have been given up for the noise.
  for (const address of isNoisy ? [] : silentAddresses) {
    const isAsked = slaves.some(slave => slave.address === address && slave.requests > 0);
    if (!isAsked) causes.push({ code: 'noAnswer', address, sureness: 0.9 });
  }
  return causes.slice(0, 16);
}

/** More or less than the answer comes again and again, and of this address alone; not where a slave is only late. */
function isClash(slave: SlaveEvidence, slaves: readonly SlaveEvidence[]): boolean {
  const talkedOver = slave.odd + slave.extra - 2 * slave.late;
  const others = sumOf(slaves.filter(other => other !== slave));
  const isAlone = others.requests < fewest;
  if (talkedOver < enough || talkedOver < slave.requests * (isAlone ? 0.5 : 0.3)) return false;
  if (talkedOver < (slave.damaged + slave.extra) * 0.5) return false;
  return isAlone || others.odd + others.extra <= others.requests * 0.1;
}

/** What is most likely wrong with an optical head, by what it heard in the last seconds. */
export function headCausesOf(isOpen: boolean, head: HeadState | undefined): Cause[] {
  if (!isOpen) return [{ code: 'portClosed', sureness: 1 }];
  if (head === undefined) return [];
  const bad = head.crcErrors + head.broken;
  if (head.bytesPerS === 0) return [{ code: 'noAnswer', sureness: 0.9 }];
  // A reflection, a head a few millimetres off, daylight: parts of telegrams come.
  if (bad > 0 && bad >= head.telegrams) return [{ code: 'headMisaligned', sureness: 0.8 }];
  if (head.telegrams === 0) return [{ code: 'headMisaligned', sureness: 0.6 }];
  const causes: Cause[] = head.isReduced ? [{ code: 'pinMissing', sureness: 0.95 }] : [];
  if (bad > 0) causes.push({ code: 'noise', sureness: 0.5 });
  return causes;
}
