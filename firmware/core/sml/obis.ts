/**
 * OBIS codes A-B:C.D.E*F (IEC 62056-61) as two whole numbers of 24 bits, A·B·C and D·E·F: cheap to compare
 * and to hold on any engine.
 */
export interface Obis {
  readonly abc: number;
  readonly def: number;
}

/** `1-0:1.8.0*255`. */
export const obisText = (abc: number, def: number): string =>
  `${abc >> 16}-${(abc >> 8) & 255}:${abc & 255}.${def >> 16}.${(def >> 8) & 255}*${def & 255}`;

/** The code of a text A-B:C.D.E, with F as 255 where it is not given; undefined where it is none. */
export function parseObis(text: string): Obis | undefined {
  const found = /^(\d{1,3})-(\d{1,3}):(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\*(\d{1,3}))?$/.exec(text);
  if (found === null) return undefined;
  const parts = found.slice(1).map(part => Number(part ?? 255));
  if (parts.some(part => part > 255)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 255] = parts;
  return { abc: (a << 16) | (b << 8) | c, def: (d << 16) | (e << 8) | f };
}
