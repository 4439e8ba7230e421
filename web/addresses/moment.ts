/** A moment of an address, UTC ms; null where there is none that the store could hold. */
export function momentOf(text: string | null): number | null {
  const atMs = Number(text ?? Number.NaN);
  return text !== null && Number.isSafeInteger(atMs) && atMs >= 0 && atMs <= 4_294_967_295_000 ? atMs : null;
}
