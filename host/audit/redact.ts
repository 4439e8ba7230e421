/** What stands in the place of a secret: that there is one may be known, what it is may not. */
export const hidden = '•••';

const textMost = 200;
const depthMost = 8;
const itemsMost = 100;

/** Names of fields whose text is nobody's business, whatever route they came through. */
const secretName =
  /pass(word|phrase|wd)?|secret|token|credential|cookie|session|authorization|psk|otp|(^|[a-z])(code|key|hash|pin|share|link)s?$/i;
/** Names that end like those and are none. */
const plainName = /^(hasSecondFactor|mustChangePassword|errorCode|obisCode|meterKey)$/;
/** Texts that are secrets under any name: our tokens and links, links to authenticators, addresses with a password in them. */
const secretText = /\bjgs?_[\w-]{20,}|otpauth:|\/\/[^/\s@]*:[^/\s@]*@/;

/**
 * A value as the audit log keeps it: without secrets, by name and by form, its texts and lists cut with a mark. Flags and
 * nulls under a secret's name stay: they tell whether there is one.
 */
export function redacted(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') {
    if (secretText.test(value)) return hidden;
    return value.length > textMost ? `${value.slice(0, textMost)}…` : value;
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object') return null;
  if (depth >= depthMost) return '…';
  if (Array.isArray(value)) {
    const kept = value.slice(0, itemsMost).map(item => redacted(item, depth + 1));
    return value.length > itemsMost ? [...kept, `… ${value.length - itemsMost} more`] : kept;
  }
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries.map(([name, field]) => [name, fieldOf(name, field, depth)]));
}

function fieldOf(name: string, value: unknown, depth: number): unknown {
  const isPlain = value === null || typeof value === 'boolean' || plainName.test(name);
  return isPlain || !secretName.test(name) ? redacted(value, depth + 1) : hidden;
}
