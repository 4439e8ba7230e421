import type { Place } from '../scenario/scenario.ts';
import type { Moment } from './moment.ts';
import { Drift, type Noise } from './noise.ts';

const radians = Math.PI / 180;
const dayS = 86_400;

/** The cover of a day in the middle between a clear and a grey one, and by how much clouds have to differ from it more than their mean does. */
const middleCover = 0.49;
const meansKept = 1.8;

/** The sun and the weather over a place, at the moment it was last taken to. */
export class Weather {
  /** Sine of the sun's elevation; below zero at night. */
  sunHeight = 0;
  /** Where the sun stands, as a vector to the east, the north and up. */
  sunEast = 0;
  sunNorth = 0;
  /** Share of the direct sunlight that clouds take. */
  cover = 0;
  outdoorC = 0;
  readonly #place: Place;
  readonly #sinLatitude: number;
  readonly #cosLatitude: number;
  readonly #character: Drift;
  readonly #clouds: Drift;
  readonly #edges: Drift;
  readonly #front: Drift;
  #day = Number.NaN;
  #sinDeclination = 0;
  #cosDeclination = 0;
  #solarLeadS = 0;
  #seasonC = 0;
  #cloudiness = 0;

  constructor(place: Place, noise: Noise) {
    this.#place = place;
    this.#sinLatitude = Math.sin(place.latitudeDeg * radians);
    this.#cosLatitude = Math.cos(place.latitudeDeg * radians);
    this.#character = new Drift(noise, 0.7 * dayS, 0);
    this.#clouds = new Drift(noise, 1500, 1);
    this.#edges = new Drift(noise, 140, 2);
    this.#front = new Drift(noise, 2.5 * dayS, 3);
  }

  goTo(moment: Moment): void {
    const { second, day } = moment;
    if (day !== this.#day) this.#setDay(moment);
    const hourAngle = ((second + this.#solarLeadS) / dayS - 0.5) * 2 * Math.PI;
    const across = this.#cosDeclination * Math.cos(hourAngle);
    this.sunHeight = this.#sinDeclination * this.#sinLatitude + across * this.#cosLatitude;
    this.sunNorth = this.#sinDeclination * this.#cosLatitude - across * this.#sinLatitude;
    this.sunEast = -this.#cosDeclination * Math.sin(hourAngle);
    this.cover = this.#coverAt(second);
    this.outdoorC = this.#temperatureAt(moment);
  }

  /** Light on panels that face this way, as a share of full sun: direct by the angle, and what the sky scatters. */
  lightOn(east: number, north: number, up: number): number {
    if (this.sunHeight <= 0) return 0;
    const facing = Math.max(0, this.sunEast * east + this.sunNorth * north + this.sunHeight * up);
    // What the air lets through falls with the way through it (Meinel).
    const air = 0.75 ** (1 / Math.max(0.08, this.sunHeight) ** 0.68);
    const direct = facing * air * 1.25 * (1 - this.cover);
    // Half a sky of clouds scatters more than a blue one and than a grey one.
    const diffuse = 0.1 + 0.12 * this.cover + 0.5 * this.cover * (1 - this.cover);
    return direct + this.sunHeight * diffuse * (0.5 + 0.5 * up);
  }

  #setDay({ day, season }: Moment): void {
    this.#day = day;
    const turn = 2 * Math.PI * season;
    // Ten days before the new year is the solstice of December.
    const declination = -23.45 * radians * Math.cos(turn + (2 * Math.PI * 10) / 365.25);
    this.#sinDeclination = Math.sin(declination);
    this.#cosDeclination = Math.cos(declination);
    // Equation of time, in minutes (a textbook's, good to a minute); the sun is four minutes later for each degree west.
    const b = turn - (2 * Math.PI * 81) / 365.25;
    const equationMin = 9.87 * Math.sin(2 * b) - 7.53 * Math.cos(b) - 1.5 * Math.sin(b);
    this.#solarLeadS = (equationMin + 4 * this.#place.longitudeDeg) * 60;
    const { coldestC, warmestC, latitudeDeg, cloudiness } = this.#place;
    // Turned round south of the equator.
    const summer = (lagDays: number): number =>
      -Math.cos(turn - (2 * Math.PI * lagDays) / 365.25) * (latitudeDeg < 0 ? -1 : 1);
    // Warmth is a month behind the sun.
    const wave = summer(20);
    // More clouds in winter. What is cut off below a clear and above a grey sky is made up for, so that the mean is right.
    this.#cloudiness = middleCover + meansKept * (cloudiness - 0.15 * summer(-10) - middleCover);
    this.#seasonC = (coldestC + warmestC) / 2 + ((warmestC - coldestC) / 2) * wave;
  }

  /** A day's character, and clouds that drift by. */
  #coverAt(second: number): number {
    const drift = this.#clouds.at(second) * 0.7 + this.#edges.at(second) * 0.3;
    const cover = this.#cloudiness + (drift + this.#character.at(second) - 1) * 1.8;
    return Math.min(0.95, Math.max(0, cover));
  }

  #temperatureAt({ second, secondOfDay }: Moment): number {
    const hour = Math.cos((2 * Math.PI * (secondOfDay / 3600 - 15)) / 24);
    // Under a grey sky the night is hardly colder than the day.
    const swingC = 5 * (1.2 - 0.7 * this.#character.at(second));
    return this.#seasonC + swingC * hour + 13 * (this.#front.at(second) - 0.5);
  }
}
