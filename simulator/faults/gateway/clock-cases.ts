import type { VirtualTime } from '../../gateway/virtual-time.ts';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** What a case of a wrong clock is given. */
export interface ClockSite {
  readonly time: VirtualTime;
  run(durationMs: number): Promise<void>;
  /** The host is away, or is there again. */
  setAway(isAway: boolean): void;
}

export interface ClockCase {
  readonly name: string;
  /** The gateway's wall clock at its start, where it is not right; undefined: not known. */
  readonly wallMs?: (rightMs: number) => number | undefined;
  readonly run: (site: ClockSite, rightMs: number) => Promise<void>;
  /** Steps of the clock that the gateway is to count. */
  readonly jumps: number;
  /** Whether windows come in the order of their times: not after a clock that was years off. */
  readonly isOrdered?: false;
  /** What flowed while no window could be named may come within one window: it is then told as an event, and not as energy. */
  readonly isLeapTold?: true;
}

const step = ({ time }: ClockSite, byMs: number): void => time.setWall((time.wallMs() ?? 0) + byMs);

/** Time before and after. */
async function around(site: ClockSite, leap: () => void): Promise<void> {
  await site.run(6 * minuteMs + 3 * secondMs);
  leap();
  await site.run(6 * minuteMs + 3 * secondMs);
}

/** What clocks of gateways have been seen to do, and what dates and numbers are known to break. */
export const clockCases: readonly ClockCase[] = Object.freeze<ClockCase[]>([
  {
    name: 'the time is not known for 15 minutes after the start',
    wallMs: () => undefined,
    run: async (site, rightMs) => {
      await site.run(15 * minuteMs);
      site.time.setWall(rightMs + 15 * minuteMs);
      await site.run(5 * minuteMs);
    },
    jumps: 0,
  },
  { name: 'an hour forward', run: site => around(site, () => step(site, hourMs)), jumps: 1 },
  {
    name: 'an hour back',
    run: async site => {
      await around(site, () => step(site, -hourMs));
      await site.run(hourMs);
    },
    jumps: 1,
    isLeapTold: true,
  },
  {
    name: 'it is 1970 at the start, then right',
    wallMs: () => 0,
    run: (site, rightMs) => around(site, () => site.time.setWall(rightMs)),
    jumps: 0,
  },
  {
    name: 'the second 2^31 of 2038 goes by, after a leap there and before one back',
    run: async (site, rightMs) => {
      await around(site, () => site.time.setWall(2 ** 31 * secondMs - 3 * minuteMs));
      await around(site, () => site.time.setWall(rightMs + 30 * minuteMs));
    },
    jumps: 2,
    isOrdered: false,
  },
  {
    name: 'the second 2^32 of 2106 goes by, after a leap there and before one back',
    run: async (site, rightMs) => {
      await around(site, () => site.time.setWall(2 ** 32 * secondMs - 3 * minuteMs));
      await around(site, () => site.time.setWall(rightMs + site.time.ticksMs()));
    },
    // No gateway believes it.
    jumps: 0,
  },
  {
    name: 'clocks go forward: a day of 23 hours',
    wallMs: () => Date.UTC(2026, 2, 29, 0, 50),
    run: site => site.run(20 * minuteMs),
    jumps: 0,
  },
  {
    name: 'clocks go back: a day of 25 hours',
    wallMs: () => Date.UTC(2026, 9, 25, 0, 50),
    run: site => site.run(20 * minuteMs),
    jumps: 0,
  },
  {
    name: 'a leap second is smeared over 1000 s',
    run: async site => {
      for (let count = 0; count < 100; count++) {
        step(site, -10);
        await site.run(10 * secondMs);
      }
    },
    jumps: 0,
  },
  {
    name: 'the gateway’s clock is a day ahead of the host’s',
    wallMs: rightMs => rightMs + dayMs,
    run: site => site.run(20 * minuteMs),
    jumps: 0,
  },
  {
    name: 'no time server for long, whose drift of 8 s is then mended at once',
    run: async site => {
      for (const byMs of [8000, -8000]) {
        await site.run(hourMs);
        step(site, byMs);
      }
      await site.run(10 * minuteMs);
    },
    jumps: 2,
  },
  {
    name: 'a leap while the host is away',
    run: async site => {
      await site.run(5 * minuteMs);
      site.setAway(true);
      await around(site, () => step(site, hourMs));
      site.setAway(false);
      await site.run(5 * minuteMs);
    },
    jumps: 1,
  },
  {
    name: 'two leaps within one window',
    run: async site => {
      await site.run(5 * minuteMs + 2 * secondMs);
      step(site, 30 * secondMs);
      await site.run(3 * secondMs);
      step(site, -30 * secondMs);
      await site.run(5 * minuteMs);
    },
    jumps: 2,
  },
]);
