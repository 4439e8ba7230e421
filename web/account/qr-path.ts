import { encode } from 'uqr';

export interface QrPicture {
  /** Squares a side, with the quiet border that readers need. */
  readonly size: number;
  /** Of an SVG path that fills the dark squares, each one unit wide. */
  readonly path: string;
}

/** A text as a QR code: runs of dark squares, row by row. */
export function qrPicture(text: string): QrPicture {
  const { size, data } = encode(text, { ecc: 'M', border: 4 });
  const runs: string[] = [];
  data.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const from = x;
      while (row[x]) x++;
      runs.push(`M${from} ${y}h${x - from}v1H${from}z`);
    }
  });
  return { size, path: runs.join('') };
}
