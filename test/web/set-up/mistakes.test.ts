import { describe, expect, it } from 'vitest';
import { mistakesOf } from '../../../host/set-up/settings-mistakes.ts';
import { Compile, Type } from '../../../host/typebox.ts';
import { en } from '../../../web/i18n/en.ts';
import { elsewhere, mistakesIn, wrongIn } from '../../../web/set-up/mistakes.ts';

const settings = (mistakes: { field: string; message: string }[]) =>
  mistakesIn({ code: 'connector.settings', message: 'not so', mistakes });

describe('mistakes of a source', () => {
  it('stand where they were made', () => {
    const found = settings([
      { field: 'url', message: 'is no broker' },
      { field: 'meters.0.unit', message: 'must be <= 255' },
    ]);
    expect([...found]).toEqual([
      ['url', ['is no broker']],
      ['meters.0.unit', ['must be <= 255']],
    ]);
    expect(elsewhere(found, new Set(['url']))).toEqual(['meters.0.unit: must be <= 255']);
  });

  it('of what is missing stand at the field that misses it', () => {
    const meter = Type.Object({ id: Type.String(), name: Type.String() });
    const kind = { settings: Type.Object({ transport: Type.String(), meters: Type.Array(meter) }) };
    const found = settings([...mistakesOf(kind, { meters: [{ id: 'a', name: 'A' }, {}] })]);
    expect([...found.keys()]).toEqual(['transport', 'meters.1.id', 'meters.1.name']);
  });

  it('tell those of the source itself from those of its settings', () => {
    const message = 'The id cellar is taken.';
    expect([...mistakesIn({ code: 'gateway.exists', message, field: 'id' })]).toEqual([['of.id', [message]]]);
    expect([...settings([{ field: 'id', message }]).keys()]).toEqual(['id']);
    expect(mistakesIn({ code: 'connector.failed', message }).size).toBe(0);
  });

  it('have plain words for all that schemas say of such forms', () => {
    const literals = Type.Union([Type.Literal('x'), Type.Literal('y')]);
    const wrong = [
      [Type.String({ pattern: '^a$', minLength: 3 }), 'b'],
      [Type.String({ maxLength: 1 }), 'ee'],
      [Type.String(), 1],
      [Type.Integer({ minimum: 1 }), 0],
      [Type.Integer(), 0.5],
      [Type.Number({ maximum: 1 }), 2],
      [Type.Number(), 'x'],
      [literals, 'z'],
      [Type.Array(Type.Number(), { minItems: 1 }), []],
      [Type.Array(Type.Number(), { maxItems: 1 }), [1, 2]],
    ] as const;
    const texts = wrong.flatMap(([schema, value]) =>
      Compile(schema)
        .Errors(value)
        .map(({ message }) => message),
    );
    expect(texts.filter(text => wrongIn(text) === null)).toEqual([]);
    const said = new Set(texts.map(text => wrongIn(text)?.is));
    expect([...said, 'needed'].sort()).toEqual(Object.keys(en.setUp.wrong).sort());
    expect(wrongIn('must be <= 255')).toEqual({ is: 'most', figure: '255' });
    expect(wrongIn('300 given; 1 to 247 is allowed')).toBe(null);
  });
});
