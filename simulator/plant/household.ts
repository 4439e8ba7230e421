import type { Moment } from './moment.ts';
import type { Noise } from './noise.ts';

const hour = 3600;

/** When the people of a place get up, are out and go to bed: seconds of the local day, anew for each. */
export class Household {
  wakeS = 0;
  leaveS = 0;
  homeS = 0;
  sleepS = 0;
  readonly #noise: Noise;
  #day = Number.NaN;

  constructor(noise: Noise) {
    this.#noise = noise;
  }

  goTo({ day, kind }: Moment): void {
    if (day === this.#day) return;
    this.#day = day;
    const around = (lane: number, atHour: number, spreadHours: number): number =>
      Math.round((atHour + this.#noise.signed(day, lane) * spreadHours) * hour);
    const works = kind === 'weekday';
    this.wakeS = around(0, works ? 6.4 : 7.9, 0.5);
    this.leaveS = works ? this.wakeS + around(1, 1.3, 0.3) : around(1, 13.5, 1.5);
    this.homeS = works ? around(2, 16.6, 0.9) : this.leaveS + around(2, 2.5, 1.2);
    this.sleepS = around(3, works ? 22.7 : 23.2, 0.5);
  }

  isAwake({ secondOfDay }: Moment): boolean {
    return secondOfDay >= this.wakeS && secondOfDay < this.sleepS;
  }

  /** Awake and in the house. */
  isIn(moment: Moment): boolean {
    return this.isAwake(moment) && (moment.secondOfDay < this.leaveS || moment.secondOfDay >= this.homeS);
  }
}
