/** What a vector's JSON says of a capture, as far as the command tells it. */
export interface CaptureVector {
  readonly summary: {
    readonly frames: number;
    readonly validFrames: number;
    readonly transportCrcErrors: number;
    readonly messageCrcErrors: number;
    readonly incompleteFrames: number;
    readonly restarts: number;
    readonly invalidEscapes: number;
    readonly parseErrors: number;
    readonly values: number;
    readonly junkBytes: number;
  };
  readonly frames: readonly {
    readonly offset: number;
    readonly length: number;
    readonly valid: boolean;
    readonly values?: readonly {
      readonly obis: string;
      readonly text?: string | null;
      readonly value?: unknown;
      readonly unit: string | null;
      readonly unitCode: number | null;
    }[];
  }[];
}

/** The lines that `joulegate decode --json` prints of a vector's capture. */
export function expectedLines({ summary, frames }: CaptureVector): unknown[] {
  const lines: unknown[] = frames
    .filter(({ valid }) => valid)
    .map(({ offset, length, values = [] }) => ({
      format: 'sml',
      offset,
      length,
      values: values.map(({ obis, text, value, unit, unitCode }) => ({
        obis,
        value: text ?? value ?? null,
        unit: unitCode === 0 ? null : unit,
      })),
    }));
  lines.push({
    summary: {
      format: 'sml',
      starts: summary.frames,
      valid: summary.validFrames,
      transportCrcErrors: summary.transportCrcErrors,
      messageCrcErrors: summary.messageCrcErrors,
      incomplete: summary.incompleteFrames,
      restarts: summary.restarts,
      invalidEscapes: summary.invalidEscapes,
      parseErrors: summary.parseErrors,
      values: summary.values,
      junkBytes: summary.junkBytes,
    },
  });
  return lines;
}

/** Each line of a text as what it is in JSON. */
export const parsedLines = (text: string): unknown[] =>
  text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
