import type { Fault } from '../faults/fault.ts';
import { DeliveryError } from '../notify/delivery-error.ts';
import type { Taken } from './forward-kind.ts';
import { forwardLimits } from './limits.ts';
import type { ForwardWindow } from './window.ts';

export interface Divided {
  readonly said: string;
  /** Windows that the other side does not take, not even alone, and why the first of them. */
  readonly refused: readonly ForwardWindow[];
  readonly why: Fault | undefined;
}

/** All of it was refused: rather the other side is not set up yet than each single window is wrong. */
export class AllRefused extends DeliveryError {}

/**
 * Sends windows, and where they are refused, parts of them: by meters, then halves, in an order that is another each time, so that
 * one bad window holds up none beside it. Sending a part again is harmless. Where nothing at all is taken within some tries, all
 * waits: who has only forgotten to set something up loses nothing.
 * @throws AllRefused, DeliveryError
 */
export async function sendDivided(
  windows: readonly ForwardWindow[],
  send: (windows: readonly ForwardWindow[]) => Promise<Taken>,
  unit: () => number,
): Promise<Divided> {
  const left: (readonly ForwardWindow[])[] = [windows];
  const refused: ForwardWindow[] = [];
  /** Refused alone before anything was taken: perhaps the other side was set up just then. */
  const early: ForwardWindow[] = [];
  let [said, tries, isTaken] = ['', 0, false];
  let why: Fault | undefined;
  while (left.length > 0) {
    const [part = []] = left.splice(Math.floor(unit() * left.length), 1);
    try {
      said = (await send(part)).said;
      isTaken = true;
      left.push(...early.splice(0).map(window => [window]));
    } catch (error) {
      if (!(error instanceof DeliveryError) || !error.isFinal) throw error;
      why ??= error.fault;
      if (part.length === 1) (isTaken ? refused : early).push(...part);
      else left.push(...partsOf(part));
      if (!isTaken && (++tries >= forwardLimits.divisions || left.length === 0))
        throw new AllRefused(why, { isFinal: true });
    }
  }
  return { said, refused, why };
}

function partsOf(windows: readonly ForwardWindow[]): ForwardWindow[][] {
  const byMeter = new Map<string, ForwardWindow[]>();
  for (const window of windows) {
    const key = `${window.gateway}.${window.meter}`;
    const own = byMeter.get(key);
    if (own === undefined) byMeter.set(key, [window]);
    else own.push(window);
  }
  if (byMeter.size > 1) return [...byMeter.values()];
  const half = windows.length >> 1;
  return [windows.slice(0, half), windows.slice(half)];
}
