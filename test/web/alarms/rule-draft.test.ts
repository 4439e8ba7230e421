import { describe, expect, it } from 'vitest';
import { healthFigures } from '../../../host/alarms/health-figures.ts';
import { RuleBody, subjectOf } from '../../../host/alarms/rule.ts';
import { senseMistake } from '../../../host/alarms/sense.ts';
import { Compile } from '../../../host/typebox.ts';
import { conditionFields, unitOfEvents } from '../../../web/alarms/condition-kinds.ts';
import { allKinds, kindsFor, withChosen } from '../../../web/alarms/rule-choices.ts';
import {
  conditionOf,
  draftOfRule,
  durationParts,
  figureUnits,
  newFields,
  newRule,
  type RuleDraft,
  ruleOf,
  targetKinds,
} from '../../../web/alarms/rule-draft.ts';
import { alarmWordsEn } from '../../../web/i18n/alarm-words-en.ts';

const compiled = Compile(RuleBody);
const named: RuleDraft = { ...newRule('attic.heat', 'home', 'de'), name: 'too much' };
const withKind = (kind: (typeof allKinds)[number]): RuleDraft => {
  const fields = newFields(kind, 'de');
  return { ...named, kind, fields: kind === 'health' ? { ...fields, figure: 'gateway.wifiDbm' } : fields };
};

describe('a rule in its form', () => {
  it.each(allKinds)('of the kind %s is one that the host takes, and comes back as it was', kind => {
    const { rule, mistakes } = ruleOf(withKind(kind), 'de');
    expect([...mistakes]).toEqual([]);
    expect(compiled.Errors(rule)).toEqual([]);
    const again = draftOfRule(rule, 'de');
    expect(again && ruleOf(again, 'de').rule).toEqual(rule);
  });

  it('has every kind of the host, each with its words', () => {
    const ofHost = RuleBody.properties.condition.anyOf.map(({ properties }) => properties.kind.const);
    expect([...allKinds].sort()).toEqual([...ofHost].sort());
    const { kinds, fields } = alarmWordsEn;
    expect(Object.keys(kinds).sort()).toEqual([...ofHost].sort());
    const asked = allKinds.flatMap(kind => conditionFields(kind).map(({ name }) => name));
    expect(asked.filter(name => fields[name] === undefined)).toEqual([]);
  });

  it('knows the figures of health by name and unit', () => {
    const units = Object.entries(healthFigures).map(([id, { unit }]) => [id, unit === '' ? '1' : unit]);
    expect(figureUnits).toEqual(Object.fromEntries(units));
    expect(Object.keys(alarmWordsEn.figures)).toEqual(Object.keys(healthFigures));
  });

  it.each(targetKinds)('about %s offers what the host judges of it', is => {
    const target = { is, id: is === 'meter' ? 'attic.heat' : 'home', ids: ['attic.heat', 'attic.oven'] };
    const figure = is === 'host' ? 'host.faults' : 'gateway.wifiDbm';
    expect(kindsFor(is).length).toBeGreaterThan(0);
    for (const kind of kindsFor(is)) {
      const { fields } = withKind(kind);
      const { rule } = ruleOf({ ...named, target, kind, fields: { ...fields, figure } }, 'de');
      expect(
        senseMistake(rule, () => 'home'),
        kind,
      ).toBeUndefined();
    }
  });

  it('tells what was tried in the unit of its events', () => {
    const told = (kind: (typeof allKinds)[number], fields = withKind(kind).fields) => {
      const { condition } = conditionOf({ kind, fields }, 'de');
      const { unit } = subjectOf(condition as Parameters<typeof subjectOf>[0]);
      return [unitOfEvents({ ...fields, kind }, figureUnits), unit === '' ? '1' : unit];
    };
    for (const kind of allKinds) {
      if (kind === 'silence') continue;
      const [shown, ofHost] = told(kind);
      expect(shown, kind).toBe(ofHost);
    }
  });

  it('reads German numbers and units', () => {
    const fields = { ...named.fields, limit: '3,5 kW', forS: '1,5', 'forS.unit': 'min' };
    expect(conditionOf({ kind: 'threshold', fields }, 'de').condition).toMatchObject({
      limit: 3500,
      forS: 90,
    });
  });

  it('tells what is wrong where it stands', () => {
    const wrong = { ...named.fields, limit: 'much', forS: '2', 'forS.unit': 'd' };
    const { mistakes } = ruleOf({ ...named, name: ' ', fields: wrong, reminderHours: '200' }, 'en');
    expect(Object.fromEntries(mistakes)).toEqual({
      name: { is: 'needed', figure: '' },
      limit: { is: 'number', figure: '' },
      forS: { is: 'most', figure: '1' },
      reminderHours: { is: 'most', figure: '168' },
    });
    const range = newFields('range', 'en');
    const crossed = conditionOf({ kind: 'range', fields: { ...range, low: '260' } }, 'en');
    expect(crossed.mistakes.get('high')).toEqual({ is: 'order', figure: '' });
  });

  it('keeps the quantity where another kind is chosen, as far as it fits', () => {
    const before = { ...named.fields, quantity: 'voltageV', operator: '<' };
    expect(newFields('rate', 'en', before)).toMatchObject({ quantity: 'voltageV', operator: '<' });
    expect(newFields('energy', 'en', before)).toMatchObject({ quantity: 'energyImportWh' });
    expect(newFields('threshold', 'en', newFields('energy', 'en'))).toMatchObject({ quantity: 'powerW' });
  });

  it('shows durations in the largest unit that fits', () => {
    expect([90, 60, 7200, 604_800, 0].map(durationParts)).toEqual([
      { count: 90, unit: 's' },
      { count: 1, unit: 'min' },
      { count: 2, unit: 'h' },
      { count: 7, unit: 'd' },
      { count: 0, unit: 's' },
    ]);
  });
});

describe('what can be chosen', () => {
  it('has in it what is chosen and not there any more, so that it can be taken out', () => {
    const all = [['cellar.house', 'House']] as const;
    expect(withChosen(['cellar.house', 'shed.gone'], all)).toEqual([['shed.gone', 'shed.gone'], ...all]);
    expect(withChosen([''], all)).toEqual(all);
  });
});
