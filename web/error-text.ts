import { faultText } from './fault-text.ts';
import { formatDuration } from './format.ts';
import { locale, words } from './i18n/language.ts';
import { RequestError } from './request-error.ts';

/** Words for an error, chosen by its code; the host's own text (English) where the page has none of its own. */
export function errorText(error: unknown): string {
  const { errors, account } = words();
  if (!(error instanceof RequestError)) return errors.other;
  if (error.status === 429) {
    return error.retryAfterS === null
      ? errors.throttledAWhile
      : errors.throttled(formatDuration(error.retryAfterS * 1000, locale()));
  }
  const own = errors.codes[error.code] ?? account.codes[error.code];
  if (own !== undefined) return own;
  if (error.code === 'unreachable') return errors.unreachable;
  if (error.code === 'badAnswer') return errors.badAnswer;
  if (error.details === null) return errors.other;
  const { message, help, mistakes = [], why } = error.details;
  const { text, isOwn, said } = faultText(message, why, words().faults);
  if (isOwn) return said === null ? text : `${text} “${said}”`;
  return [message, ...mistakes.map(({ field, message: text }) => `${field}: ${text}`), help ?? '']
    .filter(Boolean)
    .join(' ');
}
