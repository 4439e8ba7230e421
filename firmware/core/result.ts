/** What a decoder returns: a value, or an error code from its layer's table. Decoders never throw on bad bytes. */
export type Result<T, E extends string> = Ok<T> | Failure<E>;

export interface Ok<T> {
  readonly ok: true;
  readonly value: T;
}

/** `detail` is for people: what was wrong and where, in one line. */
export interface Failure<E extends string> {
  readonly ok: false;
  readonly error: E;
  readonly detail: string;
}

export const ok = <T>(value: T): Ok<T> => ({ ok: true, value });

export const fail = <E extends string>(error: E, detail: string): Failure<E> => ({
  ok: false,
  error,
  detail,
});
