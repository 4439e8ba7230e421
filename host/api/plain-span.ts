import { instantForms, readInstant } from '../time/instant-text.ts';
import { mistaken } from './errors.ts';

interface Given {
  readonly from?: string;
  readonly to?: string;
  readonly last?: string;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

const unitMs = Object.freeze({ min: 60_000, h: 3_600_000, d: 86_400_000 });
/** As far as the store counts. */
const mostMs = 4_294_967_295_000;

/** The range that somebody means; what is left out ends now and begins `usual` before. @throws ApiFailure range.empty, request.invalid */
export function spanOf({ from, to, last = '' }: Given, usual: string, zone: string, nowMs: number): Span {
  if (from !== undefined && last !== '')
    throw mistaken('request.invalid', [
      { field: 'last', message: `${last} given beside from; one of the two is allowed` },
    ]);
  const toMs = to === undefined ? Math.ceil(nowMs / 1000) * 1000 : instant('to', to, zone);
  const fromMs = from === undefined ? toMs - lengthOf(last || usual) : instant('from', from, zone);
  if (toMs > fromMs && fromMs >= 0) return { fromMs, toMs };
  throw mistaken('range.empty', [
    {
      field: 'to',
      message: `${to ?? 'now'} given; a time after from (${new Date(fromMs).toISOString()}) is allowed`,
    },
  ]);
}

function instant(field: string, text: string, zone: string): number {
  const atMs = /^\d{1,13}$/.test(text) ? Number(text) : readInstant(text, zone);
  if (atMs !== undefined && atMs >= 0 && atMs <= mostMs) return atMs;
  throw mistaken('request.invalid', [{ field, message: `${JSON.stringify(text)} given; ${instantForms}` }]);
}

function lengthOf(text: string): number {
  const [, count = '', unit = 'h'] = /^(\d+)(min|h|d)$/.exec(text) ?? [];
  return Number(count) * unitMs[unit as keyof typeof unitMs];
}
