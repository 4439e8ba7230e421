import { formatDuration, formatNumber, formatText } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { type Account, percentOf, receivedShare } from './ledger.ts';

/** How long, in words. */
export const lengthText = (seconds: number): string => formatDuration(seconds * 1000, locale());

export const reasonText = (reason: string): string => words().reasons[reason] ?? reason;

/** "99.98 %"; "–" where nothing has been decided. */
export function percentText(account: Account): string {
  const share = receivedShare(account);
  if (share === null) return '–';
  const { value, decimals } = percentOf(share);
  return `${formatNumber(value, locale(), decimals)}\u202f%`;
}

/** "2 min lost: Time-out, Damaged bytes", or null where nothing is. */
export function lostText({ lost, lostS }: Account): string | null {
  if (lost.length === 0) return null;
  return words().ledger.lostFor(lengthText(lostS), lost.map(({ reason }) => reasonText(reason)).join(', '));
}

/** How much was received, and what is lost: "99.98 % received, 2 min lost: Time-out". */
export function briefText(account: Account): string {
  const { ledger } = words();
  if (account.expectedS === 0) return ledger.nothingExpected;
  const share = receivedShare(account);
  if (share === null) return ledger.nothingDecided;
  return [ledger.share(percentText(account)), lostText(account) ?? ledger.nothingLost].join(', ');
}

/** What became of it, in one line, most telling first. */
export function accountText(account: Account): string {
  const { ledger } = words();
  if (account.expectedS === 0) return ledger.nothingExpected;
  const share = receivedShare(account);
  const lost = lostText(account);
  return [
    share === null ? ledger.nothingDecided : ledger.share(percentText(account)),
    ...(lost === null ? (share === 1 ? [ledger.nothingLost] : []) : [lost]),
    ...(account.lateS > 0 ? [ledger.lateFor(lengthText(account.lateS))] : []),
    ...(account.pendingS > 0 ? [ledger.pendingFor(lengthText(account.pendingS))] : []),
    ...(account.estimatedS > 0 ? [estimatedText(account)] : []),
  ].join(', ');
}

export const estimatedText = ({ estimatedS, estimatedWh }: Account): string =>
  words().ledger.estimatedFor(formatText(estimatedWh, 'Wh', locale()), lengthText(estimatedS));
