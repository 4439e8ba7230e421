import { Clock } from '../plant/moment.ts';

const dayS = 86_400;

/**
 * The clock of a P1 meter at a place: of a second since 1970, UTC, what its telegram says, `YYMMDDhhmmss` by the clock
 * on the wall and `S` in summer time, else `W` (DSMR: TST). @throws RangeError where there is no such zone.
 */
export function p1Clock(zone: string): (second: number) => string {
  const clock = new Clock(zone);
  const offsetS = (second: number): number => {
    const { day, secondOfDay } = clock.at(second);
    return day * dayS + secondOfDay - second;
  };
  let year = Number.NaN;
  let winterS = 0;
  return second => {
    const now = new Date(second * 1000).getUTCFullYear();
    if (now !== year) {
      year = now;
      winterS = Math.min(...[0, 6].map(month => offsetS(Date.UTC(year, month) / 1000)));
    }
    const ownS = offsetS(second);
    const digits = new Date((second + ownS) * 1000).toISOString().replace(/\D/g, '').slice(2, 14);
    return `${digits}${ownS > winterS ? 'S' : 'W'}`;
  };
}
