import type { Mistake } from '#core/rules.ts';
import type { LinePrecision } from '../../line-protocol/line-time.ts';
import type { LinesRead } from '../../line-protocol/read-lines.ts';
import { ingestLimits } from './limits.ts';
import { oneOfEachInstant } from './one-instant.ts';
import type { Reading } from './reading.ts';
import type { HttpReceiver } from './receiver.ts';
import { rememberUnknown } from './unknown-series.ts';

export interface LinesTaken {
  readonly readings: readonly Reading[];
  /** The first of them. */
  readonly mistakes: readonly Mistake[];
  /** Lines of which not all was taken. */
  readonly wrong: number;
  /** Fields that nobody wants, where that is no mistake. */
  readonly passedOver: number;
}

/** By these precisions, what was measured at several times may have one. */
const coarse: Partial<Record<LinePrecision, string>> = Object.freeze({
  s: '; with precision=s all of a second have one',
  m: '; with precision=m all of a minute have one: send finer times',
  h: '; with precision=h all of an hour have one: send finer times',
});

/** Which readings lines are for a receiver, and what is wrong with them. */
export function takeLines(
  lines: LinesRead,
  receiver: Pick<HttpReceiver, 'map' | 'mistakeOf' | 'passesOver'>,
  precision: LinePrecision,
  nowMs: number,
  keptFromMs: number,
): LinesTaken {
  const sent: (Reading & { readonly line: number; readonly hasTime: boolean })[] = [];
  const mistakes = lines.mistakes.map(({ line, column, message }) => ({ line, column, message }));
  const wrongLines = new Set<number>();
  let passedOver = 0;
  const addTo = (line: number, message: string) => {
    wrongLines.add(line);
    if (mistakes.length < ingestLimits.mistakes) mistakes.push({ line, column: 1, message });
  };
  for (const point of lines.points) {
    const add = (message: string) => addTo(point.line, message);
    for (const field of point.fields.keys()) {
      for (const mapped of receiver.map.map(point, field, nowMs)) {
        if (mapped.is === 'unknown') {
          rememberUnknown(point, field);
          if (receiver.passesOver) passedOver++;
          else
            add(
              `nothing is set up for ${point.measurement.slice(0, 64)} with the field ${field.slice(0, 64)}`,
            );
        } else if (mapped.is === 'wrong') add(mapped.message);
        else {
          const message = receiver.mistakeOf(mapped.reading, keptFromMs);
          if (message === undefined)
            sent.push({ ...mapped.reading, line: point.line, hasTime: point.atMs !== undefined });
          else add(message);
        }
      }
    }
  }
  const { readings, contradicted } = oneOfEachInstant(
    sent,
    ({ line }) => `line ${line}`,
    ({ hasTime }) =>
      hasTime ? (coarse[precision] ?? '') : '; this line has no time, so that it is of the moment it came',
  );
  for (const { reading, message } of contradicted) addTo(reading.line, message);
  mistakes.sort((one, other) => one.line - other.line);
  return {
    readings,
    mistakes: mistakes.map(({ line, column, message }) => ({
      field: `line ${line}${column > 1 ? `, column ${column}` : ''}`,
      message,
    })),
    wrong: lines.wrong + wrongLines.size,
    passedOver,
  };
}
