import { describe, expect, test } from 'vitest';
import type { Field } from '../../../host/set-up/fields.ts';
import { withoutSecrets, withSecretsOf } from '../../../host/set-up/secret-fields.ts';
import { SettingsMistakes } from '../../../host/set-up/settings-mistakes.ts';

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
  // Of a kind that was taken away nobody knows which are.
  expect(withoutSecrets(undefined, before)).toEqual({});
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

describe('where a place is another one', () => {
  const url: Field = { name: 'url', kind: 'text', isPlace: true, label };
  const host: Field = { name: 'host', kind: 'text', isPlace: true, label };
  const key: Field = { name: 'key', kind: 'secret', label };
  const pin: Field = { name: 'pin', kind: 'secret', isOptional: true, label };
  const placed: readonly Field[] = [url, pin, { name: 'hubs', kind: 'rows', label, columns: [host, key] }];
  const old = { url: 'a', pin: '1', hubs: [{ id: 'one', host: 'x', key: 'k' }] };
  const mistakesOf = (settings: unknown): unknown => {
    try {
      return withSecretsOf(placed, settings, old);
    } catch (error) {
      return error instanceof SettingsMistakes ? error.mistakes.map(({ field }) => field) : error;
    }
  };

  test('each secret that was left out is asked for, those of rows with what they stand in, and for their own', () => {
    expect(mistakesOf({ ...old, url: 'b', pin: '', hubs: [{ id: 'one', host: 'x' }] })).toEqual([
      'pin',
      'hubs.0.key',
    ]);
    expect(mistakesOf({ ...old, hubs: [{ id: 'one', host: 'y' }] })).toEqual(['hubs.0.key']);
    expect(() => withSecretsOf(placed, { url: 'b' }, old)).toThrow(
      'pin: it was given for another url, and is not sent elsewhere; give it again, or null where none is needed',
    );
  });

  test('what is given is taken, null takes it away, and what never was is not asked for', () => {
    const given = { url: 'b', pin: '2', hubs: [{ id: 'one', host: 'x', key: 'new' }] };
    expect(mistakesOf(given)).toEqual(given);
    expect(mistakesOf({ ...given, pin: null })).toEqual({ url: 'b', hubs: given.hubs });
    expect(withSecretsOf(placed, { url: 'b' }, { url: 'a' })).toEqual({ url: 'b' });
    expect(withSecretsOf(placed, { url: 'b' }, undefined)).toEqual({ url: 'b' });
  });

  test('an optional one goes where no place is named, and empty is as left out', () => {
    expect(mistakesOf({ url: '' })).toEqual({ url: '' });
    expect(withSecretsOf(placed, { url: '', pin: '' }, { pin: '1' })).toEqual({ url: '', pin: '1' });
  });
});
