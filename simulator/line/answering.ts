import type { TimePort } from '#ports';
import { at } from './at.ts';
import { seededUnit } from './bit-noise.ts';
import type { LinePort, SerialLine } from './serial-line.ts';

/** Two meters of one kind differ by so much in the time that they take to think. */
const twinSpreadMs = 12;

/** How the answers of a slave get onto its line: as they are, or spoilt in the ways that the line's faults say. */
export class Answering {
  readonly #line: SerialLine;
  readonly #time: TimePort;
  readonly #port: LinePort;
  readonly #address: number;
  #twin: LinePort | undefined;
  readonly #unit: () => number;

  /** Of the slave at this address, which also seeds what is random. */
  constructor(line: SerialLine, time: TimePort, port: LinePort, address: number) {
    this.#line = line;
    this.#time = time;
    this.#port = port;
    this.#address = address;
    this.#unit = seededUnit(address);
  }

  /**
   * Says it at a tick, or as much later as the line's faults have it. `twin` is what another slave at the same address
   * says, at about that time.
   */
  say(answer: Uint8Array, promptTicks: number, twin: Uint8Array | undefined): void {
    const { cutShare, doubledShare, joinedShare, silentShare } = this.#line.faults;
    const ticks = promptTicks + this.#latenessMs();
    if (silentShare > 0 && this.#unit() < silentShare) return;
    const isCut = cutShare > 0 && this.#unit() < cutShare;
    const isDoubled = doubledShare > 0 && this.#unit() < doubledShare;
    const isJoined = joinedShare > 0 && this.#unit() < joinedShare;
    const whole = isCut ? answer.subarray(0, 1 + Math.floor(this.#unit() * (answer.length - 1))) : answer;
    at(this.#time, ticks, () => {
      this.#port.writeAt(whole, ticks);
      if (isJoined) this.#port.write(answer);
      const again = ticks + whole.length * this.#line.characterMs + 2 * this.#line.gapMs;
      if (isDoubled) at(this.#time, again, () => this.#port.writeAt(answer, again));
    });
    if (twin === undefined) return;
    this.#twin ??= this.#line.connect({});
    const other = this.#twin;
    const twinTicks = ticks + this.#unit() * twinSpreadMs;
    at(this.#time, twinTicks, () => other.writeAt(twin, twinTicks));
  }

  #latenessMs(): number {
    const { delayMs, jitterMs, lateAddresses: only } = this.#line.faults;
    if (only.length > 0 && !only.includes(this.#address)) return 0;
    return delayMs + (jitterMs > 0 ? this.#unit() * jitterMs : 0);
  }
}
