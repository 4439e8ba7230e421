import { type QuantityId, quantities } from '#core/quantities.ts';
import type { Mistake } from '#core/rules.ts';
import { correctionLimits } from './limits.ts';
import { type Correction, type CorrectionKind, millionths, openEndS } from './types.ts';

/** A correction as somebody asks for it: times in UTC ms, values in the unit of the quantity. */
export interface CorrectionRequest {
  readonly kind: CorrectionKind;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly atMs?: number | undefined;
  readonly factor?: number | undefined;
  readonly offset?: number | undefined;
  readonly reading?: number | undefined;
  readonly oldReading?: number | undefined;
  readonly newReading?: number | undefined;
}

type Field = Exclude<keyof CorrectionRequest, 'kind'>;
type Parts = Pick<Correction, 'kind' | 'fromS' | 'toS' | 'factorMillionths' | 'offset' | 'before' | 'after'>;

/** What each kind needs, what it may have besides, and what it can be about. */
const table = {
  exclude: { needs: ['fromMs'], may: ['toMs'], about: ['meter', 'gauge', 'counter'] },
  scale: { needs: ['fromMs', 'factor'], may: ['toMs'], about: ['meter', 'gauge', 'counter'] },
  offset: { needs: ['fromMs', 'offset'], may: ['toMs'], about: ['gauge'] },
  reading: { needs: ['atMs', 'reading'], may: [], about: ['counter'] },
  swap: { needs: ['atMs', 'oldReading', 'newReading'], may: [], about: ['counter'] },
} as const satisfies Record<
  CorrectionKind,
  { needs: readonly Field[]; may: readonly Field[]; about: readonly ('meter' | 'gauge' | 'counter')[] }
>;

const fields: readonly Field[] = [
  'fromMs',
  'toMs',
  'atMs',
  'factor',
  'offset',
  'reading',
  'oldReading',
  'newReading',
];

const meanings = {
  fromMs: 'the start of the range in UTC milliseconds',
  toMs: 'the end of the range in UTC milliseconds',
  atMs: 'an instant in UTC milliseconds',
  factor: 'a number',
  offset: 'a number in the unit of the series',
  reading: 'what the display showed, in the unit of the series',
  oldReading: 'the last that the old meter showed, in the unit of the series',
  newReading: 'the first that the new meter showed, in the unit of the series',
} as const satisfies Record<Field, string>;

const aboutWords = {
  meter: 'a meter',
  gauge: 'a series of a gauge',
  counter: 'a series of a counter',
} as const;

/**
 * The correction in whole numbers, or each mistake with its field, what was given and what is allowed. `quantity` is that
 * of the series it is about; undefined: all of a meter.
 */
export function readRequest(
  request: CorrectionRequest,
  quantity: QuantityId | undefined,
): { readonly ok: true; readonly change: Parts } | { readonly ok: false; readonly mistakes: Mistake[] } {
  const { kind } = request;
  const { needs, may, about }: { needs: readonly Field[]; may: readonly Field[]; about: readonly string[] } =
    table[kind];
  const mistakes: Mistake[] = [];
  const note = (field: string, message: string) => mistakes.push({ field, message });
  const target = quantity === undefined ? 'meter' : quantities[quantity].kind;
  if (!about.includes(target)) {
    const allowed = table[kind].about.map(each => aboutWords[each]).join(', ');
    note(target === 'meter' ? 'meter' : 'series', `${aboutWords[target]} given; ${kind} is for ${allowed}`);
  }
  for (const field of fields) {
    const isGiven = request[field] !== undefined;
    if (needs.includes(field) && !isGiven) note(field, `is missing; ${kind} needs ${meanings[field]}`);
    if (isGiven && !needs.includes(field) && !may.includes(field))
      note(field, `is given; ${kind} has ${[...needs, ...may].join(', ')}`);
  }
  for (const field of ['fromMs', 'toMs', 'atMs'] as const) {
    const value = request[field];
    if (value !== undefined && value % 1000 !== 0)
      note(field, `${value} given; a whole second is allowed, a multiple of 1000`);
  }
  const { fromMs = 0, toMs, atMs, factor } = request;
  if (toMs !== undefined && toMs <= fromMs)
    note('toMs', `${toMs} given; a time after fromMs (${fromMs}) is allowed`);
  if (factor !== undefined) noteFactor(factor, target, note);
  if (mistakes.length > 0) return { ok: false, mistakes };
  const steps = stepsOf(request, quantity, note);
  if (mistakes.length > 0) return { ok: false, mistakes };
  const [fromS, toS] = atMs === undefined ? [fromMs, toMs].map(secondOf) : [atMs, atMs].map(secondOf);
  return {
    ok: true,
    change: {
      kind,
      fromS: fromS as number,
      toS: toS as number,
      factorMillionths: Math.round((factor ?? 1) * millionths),
      offset: steps.offset,
      before: kind === 'swap' ? steps.oldReading : steps.reading,
      after: kind === 'swap' ? steps.newReading : steps.reading,
    },
  };
}

const secondOf = (ms: number | undefined): number => (ms === undefined ? openEndS : ms / 1000);

function noteFactor(factor: number, target: string, note: (field: string, message: string) => void): void {
  const { factorLeast, factorMost } = correctionLimits;
  const size = Math.abs(factor);
  const isFit = size >= factorLeast && size <= factorMost && isWhole(factor * millionths);
  if (!isFit) {
    note(
      'factor',
      `${factor} given; from ${factorLeast} to ${factorMost} with at most 6 decimals is allowed`,
    );
  } else if (factor < 0 && target !== 'gauge') {
    const why = target === 'meter' ? 'of a meter its counters are scaled, too, and they' : 'a counter';
    note(
      'factor',
      `${factor} given; more than 0 is allowed, as ${why} only grow; turn its powers one by one`,
    );
  }
}

const valueFields = ['offset', 'reading', 'oldReading', 'newReading'] as const;
type Steps = Record<(typeof valueFields)[number], number>;

function stepsOf(
  request: CorrectionRequest,
  id: QuantityId | undefined,
  note: (field: string, message: string) => void,
): Steps {
  const steps: Steps = { offset: 0, reading: 0, oldReading: 0, newReading: 0 };
  if (id === undefined) return steps;
  const { decimals, min, max, unit } = quantities[id];
  for (const field of valueFields) {
    const value = request[field];
    if (value === undefined) continue;
    const [least, most] = field === 'offset' ? [min - max, max - min] : [min, max];
    if (value < least || value > most || !isWhole(value * 10 ** decimals))
      note(
        field,
        `${value} given; from ${least} to ${most} ${unit} with at most ${decimals} decimals is allowed`,
      );
    steps[field] = Math.round(value * 10 ** decimals);
  }
  return steps;
}

/** But for what a double cannot tell of a decimal number. */
const isWhole = (value: number): boolean =>
  Math.abs(value - Math.round(value)) <= Math.abs(value) * 1e-12 + 1e-9;
