import { passwordWeakness } from '../auth/password-rules.ts';
import { ApiFailure } from './errors.ts';
import type { ApiParts } from './routes.ts';

/**
 * Holds a password that somebody chose against the rules: its length, and whether it is among the first that are tried.
 * @throws ApiFailure in words
 */
export function checkPassword({ sites }: ApiParts, password: string, user: string, field = 'password'): void {
  const words = sites.ids.flatMap(site => [site, sites.state(site)?.name ?? '']);
  const weakness = passwordWeakness(password, user, words);
  if (weakness !== undefined) throw new ApiFailure(`password.${weakness}`, { field });
}
