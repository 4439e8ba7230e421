import { expect, test } from 'vitest';
import type { Field } from '../../../host/set-up/fields.ts';
import { withoutSecrets, withSecretsOf } from '../../../host/set-up/secret-fields.ts';

const label = { en: 'x', de: 'x', pt: 'x' };
const fields: readonly Field[] = [
  { name: 'password', kind: 'secret', label },
  { name: 'plugs', kind: 'rows', label, columns: [{ name: 'key', kind: 'secret', label }] },
];
const before = {
  url: 'a',
  password: 'hush',
  plugs: [
    { id: 'one', key: 'first' },
    { id: 'two', key: 'second' },
  ],
};

test('what is shown has no secret, in rows neither', () => {
  const shown = withoutSecrets(fields, before);
  expect(shown).toEqual({ url: 'a', plugs: [{ id: 'one' }, { id: 'two' }] });
});

test('a secret that was left out stays, with its own row, whatever rows came or went', () => {
  const given = { url: 'b', plugs: [{ id: 'two' }, { id: 'new', key: 'third' }, { id: 'other' }] };
  expect(withSecretsOf(fields, given, before)).toEqual({
    url: 'b',
    password: 'hush',
    plugs: [{ id: 'two', key: 'second' }, { id: 'new', key: 'third' }, { id: 'other' }],
  });
  expect(withSecretsOf(fields, { ...given, password: 'loud' }, before)).toMatchObject({ password: 'loud' });
});
