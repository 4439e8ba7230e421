import { describe, expect, it } from 'vitest';
import {
  draftOf,
  idFrom,
  placesOf,
  renamed,
  settingsOf,
  withFound,
  withValue,
} from '../../../web/set-up/draft.ts';
import { fieldsOf } from '../../../web/set-up/fields.ts';

const label = { en: 'x', de: 'x', pt: 'x' };
const fields = fieldsOf({
  fields: [
    { name: 'url', kind: 'text', label, isOptional: true },
    { name: 'password', kind: 'secret', label, isOptional: true },
    { name: 'way', kind: 'choice', label, choices: [{ value: 'tcp', label }] },
    { name: 'port', kind: 'number', label, isOptional: true },
    {
      name: 'meters',
      kind: 'rows',
      label,
      columns: [
        { name: 'id', kind: 'text', label },
        { name: 'name', kind: 'text', label },
        { name: 'unit', kind: 'number', label },
        { name: 'isAsked', kind: 'switch', label, isOptional: true },
        { name: 'noLabel', kind: 'text' },
      ],
    },
  ],
});
const settings = {
  url: 'mqtt://there',
  way: 'tcp',
  port: 502,
  meters: [{ id: 'cellar', name: 'Cellar', unit: 1, isAsked: true }],
};

describe('the form of a source', () => {
  it('gives back the settings it was made of', () => {
    expect(settingsOf(fields, draftOf(fields, settings))).toEqual(settings);
  });

  it('is empty at first, with what must be chosen, and a row to begin with', () => {
    const draft = draftOf(fields, undefined);
    expect(draft).toEqual({
      url: '',
      password: '',
      way: 'tcp',
      port: '',
      meters: [{ id: '', name: '', unit: '', isAsked: false }],
    });
    expect(settingsOf(fields, draft)).toEqual({ way: 'tcp', meters: [{}] });
  });

  it('keeps a password as it was typed, and what is no number for the host to name', () => {
    const draft = { ...draftOf(fields, {}), url: ' a ', password: ' b ', port: '5o2' };
    expect(settingsOf(fields, draft)).toMatchObject({ url: 'a', password: ' b ', port: '5o2' });
  });

  it('leaves out a password that stays, and says of one that goes that there is none', () => {
    const draft = draftOf(fields, settings);
    expect(settingsOf(fields, draft)).not.toHaveProperty('password');
    expect(settingsOf(fields, { ...draft, password: false })).toHaveProperty('password', null);
  });

  it('changes one value of one row', () => {
    const draft = withValue(draftOf(fields, settings), ['meters', '0', 'unit'], '7');
    expect(settingsOf(fields, draft)).toMatchObject({ port: 502, meters: [{ id: 'cellar', unit: 7 }] });
  });

  it('has a place for each mistake', () => {
    const places = placesOf(fields, draftOf(fields, settings));
    expect(places).toEqual(expect.arrayContaining(['way', 'meters', 'meters.0', 'meters.0.unit']));
    expect(places).toHaveLength(10);
  });
});

describe('what was found', () => {
  const found = { way: 'tcp', meters: [{ id: 'cellar', name: 'Cellar', unit: 2 }] };

  it('takes the place of the empty row, and leaves what is filled in elsewhere', () => {
    const draft = withFound(fields, { ...draftOf(fields, {}), password: 'secret' }, found);
    expect(settingsOf(fields, draft)).toEqual({ ...found, password: 'secret' });
  });

  it('stands beside rows that are there, by an id of its own', () => {
    const draft = withFound(fields, draftOf(fields, settings), found);
    expect(settingsOf(fields, draft).meters).toEqual([
      settings.meters[0],
      { id: 'cellar-2', name: 'Cellar', unit: 2 },
    ]);
  });

  it('is not there twice when it is taken twice', () => {
    const once = withFound(fields, draftOf(fields, {}), found);
    expect(withFound(fields, once, found)).toEqual(once);
  });
});

describe('an id', () => {
  it.each([
    ['Küche & Bad', 'kueche-bad'],
    ['Straße 7', 'strasse-7'],
    ['  São João!', 'sao-joao'],
    ['电表', ''],
    ['x'.repeat(80), 'x'.repeat(64)],
  ])('is made of the name %s', (name, id) => {
    expect(idFrom(name)).toBe(id);
  });

  it('goes with the name until somebody chose another', () => {
    expect(renamed({ id: '', name: '' }, 'Cellar').id).toBe('cellar');
    expect(renamed({ id: 'cellar', name: 'Cellar' }, 'Roof').id).toBe('roof');
    expect(renamed({ id: 'mine', name: 'Cellar' }, 'Roof').id).toBe('mine');
    expect(renamed({ name: 'Cellar' }, 'Roof')).toEqual({ name: 'Roof' });
  });
});
