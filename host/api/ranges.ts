import { mistaken } from './errors.ts';

/** @throws ApiFailure range.empty where `to` is not after `from` */
export function assertRange({ from, to }: { readonly from: number; readonly to: number }): void {
  if (to > from) return;
  throw mistaken('range.empty', [
    { field: 'to', message: `${to} given; a time after from (${from}) is allowed` },
  ]);
}
