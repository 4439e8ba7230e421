import { registerText } from '../../core/modbus/register-text.ts';
import type { IdentityField } from '../../profiles/profile.ts';
import type { KnownAnswers } from './known-answers.ts';
import type { Talk } from './talk.ts';

/** What a meter says of itself in an identity field, as text; undefined where it does not say. */
export function* identityText(
  known: KnownAnswers,
  field: IdentityField | undefined,
): Talk<string | undefined> {
  if (field === undefined) return undefined;
  const { fc, address, words } = field;
  const { start, data } = yield* known.ask({ fc, start: address, count: words });
  const from = (address - start) * 2;
  return data && registerText(data.subarray(from, from + words * 2), field);
}
Object.freeze(identityText.prototype);
