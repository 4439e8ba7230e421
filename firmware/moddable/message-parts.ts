/** Joins the parts in which the SDK's MQTT client hands a message over; one over the limit is read past and dropped. */
export class MessageParts {
  readonly #mostBytes: number;
  #topic: string | undefined;
  #payload = new Uint8Array();
  #length = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** The whole message with its last part, undefined before. Topic and total length come with the first part alone. */
  add(
    part: Uint8Array,
    topic: string | undefined,
    byteLength: number | undefined,
    more: boolean,
  ): { topic: string; payload: Uint8Array } | undefined {
    if (topic !== undefined) {
      const isTaken = byteLength !== undefined && byteLength <= this.#mostBytes;
      this.#topic = isTaken ? topic : undefined;
      this.#payload = new Uint8Array(isTaken ? byteLength : 0);
      this.#length = 0;
    }
    const whole = this.#topic;
    if (whole === undefined) return undefined;
    this.#payload.set(part.subarray(0, this.#payload.length - this.#length), this.#length);
    this.#length += part.length;
    if (more) return undefined;
    this.#topic = undefined;
    return { topic: whole, payload: this.#payload };
  }
}
