import type { ProfileForm } from '#core/wire/profile-rule.ts';

/** A profile as the JSON that a person reads and writes: a line for each register. */
export function profileTextOf(profile: ProfileForm): string {
  const fields = Object.entries(profile).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${valueText(value)}`,
  );
  return `{\n${fields.join(',\n')}\n}\n`;
}

function valueText(value: unknown): string {
  if (!Array.isArray(value) || value.every(item => typeof item !== 'object')) return spaced(value);
  if (value.length === 0) return '[]';
  return `[\n${value.map(item => `    ${spaced(inOrder(item))}`).join(',\n')}\n  ]`;
}

/** What a person looks for first, first. */
const first = ['id', 'name', 'quantity', 'fc', 'address', 'type', 'order', 'scale'];

function inOrder(item: object): object {
  const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length);
  return Object.fromEntries(Object.entries(item).sort(([a], [b]) => rank(a) - rank(b)));
}

/** JSON in one line, with room to read. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${spaced(item)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
