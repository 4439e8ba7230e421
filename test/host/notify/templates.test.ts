import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantityIds } from '#core/quantities.ts';
import { figureIds } from '../../../host/alarms/health-figures.ts';
import { type Condition, conditionText } from '../../../host/alarms/rule.ts';
import { notifyLimits } from '../../../host/notify/limits.ts';
import { isOfInternet } from '../../../host/notify/reach.ts';
import {
  beginningOf,
  conditionIn,
  contentOf,
  humanValue,
  subjectName,
} from '../../../host/notify/templates.ts';
import { languages } from '../../../host/set-up/fields.ts';
import { noticeOf } from './notices.ts';

const zone = 'Europe/Berlin';

describe('what messages say', () => {
  it('tells it in three languages, in the time of the site and in units of people', () => {
    expect(contentOf([noticeOf('a')], { language: 'en', zone }).text).toBe(
      'Alarm: Too much power (warning)\n21 Nov 2026, 13:00:00 · home · attic.heatpump\nPower: 3.71 kW\nRule: > 3500 W for 60 s\n',
    );
    expect(contentOf([noticeOf('a', { kind: 'ended' })], { language: 'de', zone }).text).toBe(
      'Vorbei: Too much power (Warnung)\n21.11.2026, 13:00:00 · home · attic.heatpump\nLeistung: 3,71 kW\nRegel: > 3500 W für 60 s\n',
    );
    const pt = contentOf([noticeOf('a', { kind: 'reminder', value: null })], {
      language: 'pt',
      zone: 'Europe/Lisbon',
    });
    expect(pt.title).toBe('Ainda assim: Too much power');
    expect(pt.text).toContain('12:00:00');
    expect(pt.text).toContain('Potência: sem valor');
    const still = contentOf([noticeOf('a', { kind: 'reminder' })], { language: 'de', zone });
    expect(still.text).toContain('Leistung: schlimmstens 3,71 kW');
  });

  it('says of silence once that there are no values, and of its end not that there are none', () => {
    const silence = { subject: 'silence', value: null, unit: 's', condition: 'no values for 60 s' };
    const linesOf = (kind: 'began' | 'ended', language: (typeof languages)[number]) =>
      contentOf([noticeOf('a', { ...silence, kind })], { language, zone })
        .text.trim()
        .split('\n')
        .slice(2);
    expect(languages.map(language => linesOf('began', language))).toEqual([
      ['Rule: no values for 60 s'],
      ['Regel: keine Werte seit 60 s'],
      ['Regra: sem valores há 60 s'],
    ]);
    expect(linesOf('ended', 'en')).toEqual(['Rule: no values for 60 s']);
  });

  it('names values', () => {
    expect(humanValue(-2_500_000, 'Wh', 'de')).toBe('-2,5 MWh');
    expect(humanValue(231.44, 'V', 'en')).toBe('231.4 V');
    expect(humanValue(50.018, 'Hz', 'de')).toBe('50,02 Hz');
    expect([humanValue(0.95, '', 'en'), humanValue(0.95, '1', 'de')]).toEqual(['0.95', '0,95']);
    expect(subjectName('powerL1W', 'en')).toBe('Power L1');
    expect(subjectName('powerFactorL2', 'de')).toBe('Leistungsfaktor L2');
    expect(subjectName('voltageL1L2V', 'pt')).toBe('Tensão L1L2');
    expect(subjectName('energyImportT1Wh', 'de')).toBe('Bezogene Energie T1');
    expect(subjectName('disk.full', 'en')).toBe('disk.full');
  });

  it('tells a value apart from the limits beside it, in the numbers of the language', () => {
    const told = (language: 'en' | 'de' | 'pt', value: number, unit: string, condition: string) =>
      contentOf([noticeOf('a', { value, unit, condition })], { language, zone })
        .text.split('\n')
        .slice(2, 4)
        .map(line => line.replace(/^.*?: /, ''));
    expect(told('en', 253.4, 'V', '> 253 V')).toEqual(['253.4 V', '> 253 V']);
    expect(told('de', 253.44, 'V', '> 253.4 V for 60 s')).toEqual(['253,44 V', '> 253,4 V für 60 s']);
    expect(told('pt', 3500.7, 'W', '> 3500.5 W')).toEqual(['3,501 kW', '> 3500,5 W']);
    expect(told('de', 3500, 'W', '>= 3500 W')).toEqual(['3,5 kW', '>= 3500 W']);
    expect(told('de', -0.04, 'A', 'outside -0.05 … -0.041 A')).toEqual([
      '-0,04 A',
      'außerhalb -0,05 … -0,041 A',
    ]);
    expect(told('en', 99.96, '%', 'measured < 99.97 % of 600 s')[0]).toBe('99.96 %');
  });

  it('names figures of health and all meters of a sum, in each language', () => {
    for (const figure of figureIds)
      for (const language of languages) expect(subjectName(figure, language), figure).not.toBe(figure);
    const meters = ['attic.heatpump', 'cellar.oven'];
    expect(contentOf([noticeOf('a', { meters })], { language: 'en', zone }).text).toContain(
      '· home · attic.heatpump + cellar.oven\n',
    );
    const ofHost = noticeOf('a', { site: null, gateway: null, meter: null, subject: 'host.diskUsedPercent' });
    expect(contentOf([{ ...ofHost, value: 95, unit: '%' }], { language: 'de', zone }).text).toContain(
      'Speicherplatz belegt: 95 %',
    );
  });

  it('names every quantity in each language, each by a name of its own', () => {
    for (const language of languages) {
      const names = quantityIds.map(id => subjectName(id, language));
      const again = quantityIds.filter((_, index) => names.indexOf(names[index] ?? '') !== index);
      expect(again, `${language}: named as another is`).toEqual([]);
      expect(quantityIds.filter((id, index) => names[index] === id)).toEqual([]);
    }
  });

  it('says what a rule of any kind compares with in the language of the message', () => {
    const compared = { quantity: 'powerW', operator: '>', limit: 5, hysteresis: 0, forS: 60 } as const;
    const energy = { quantity: 'energyImportWh', budget: 9, forS: 0 } as const;
    const conditions: readonly (readonly [Condition, de: string, pt: string])[] = [
      [{ kind: 'threshold', of: 'mean', ...compared }, '> 5 W für 60 s', '> 5 W durante 60 s'],
      [
        { kind: 'range', quantity: 'powerW', of: 'mean', low: 1, high: 2, hysteresis: 0, forS: 0 },
        'außerhalb 1 … 2 W',
        'fora de 1 … 2 W',
      ],
      [
        { kind: 'rate', overS: 30, ...compared },
        'Änderung in 30 s > 5 W für 60 s',
        'variação em 30 s > 5 W durante 60 s',
      ],
      [
        { kind: 'peak', withinS: 30, ...compared },
        'Spitze von 30 s > 5 W für 60 s',
        'pico de 30 s > 5 W durante 60 s',
      ],
      [{ kind: 'energy', withinS: 60, ...energy }, '> 9 Wh in 60 s', '> 9 Wh em 60 s'],
      [{ kind: 'budget', period: 'day', ...energy }, '> 9 Wh am Tag', '> 9 Wh por dia'],
      [{ kind: 'budget', period: 'week', ...energy }, '> 9 Wh in der Woche', '> 9 Wh por semana'],
      [
        { kind: 'budget', period: 'month', ...energy, forS: 20 },
        '> 9 Wh im Monat für 20 s',
        '> 9 Wh por mês durante 20 s',
      ],
      [
        { kind: 'quality', withinS: 600, belowPercent: 80, forS: 0 },
        'gemessen < 80 % von 600 s',
        'medido < 80 % de 600 s',
      ],
      [{ kind: 'phaseLoss', belowV: 100, forS: 0 }, 'Phase < 100 V', 'fase < 100 V'],
      [
        { kind: 'unbalance', of: 'voltage', overPercent: 3, hysteresis: 0, fromMean: 1, forS: 0 },
        'Spannungsunsymmetrie > 3 %',
        'desequilíbrio de tensão > 3 %',
      ],
      [
        { kind: 'unbalance', of: 'current', overPercent: 3, hysteresis: 0, fromMean: 1, forS: 0 },
        'Stromunsymmetrie > 3 %',
        'desequilíbrio de corrente > 3 %',
      ],
      [{ kind: 'silence', forS: 300 }, 'keine Werte seit 300 s', 'sem valores há 300 s'],
      [
        { kind: 'threshold', of: 'mean', ...compared, quantity: 'powerFactor', limit: 0.9 },
        '> 0,9 für 60 s',
        '> 0,9 durante 60 s',
      ],
    ];
    for (const [condition, de, pt] of conditions) {
      const text = conditionText(condition);
      expect([conditionIn(text, 'en'), conditionIn(text, 'de'), conditionIn(text, 'pt')]).toEqual([
        text,
        de,
        pt,
      ]);
    }
  });

  it('shows ten of many, the gravest in the title, and how many more', () => {
    const many = Array.from({ length: 25 }, (_, i) => noticeOf(`n${i}`, { rule: `rule ${i}` }));
    const { title, text, severity } = contentOf(
      [...many, noticeOf('x', { severity: 'critical', rule: 'Fire' })],
      {
        language: 'en',
        zone,
      },
    );
    expect(severity).toBe('critical');
    expect(title).toBe('26 messages, among them Alarm: Fire');
    expect(text.match(/^Alarm:/gm)).toHaveLength(notifyLimits.noticesShown);
    expect(text).toMatch(/and 16 more\n$/);
  });

  it('the gravest of many is among the ten, wherever it stands', () => {
    const many = Array.from({ length: 30 }, (_, index) => noticeOf(`n${index}`, { rule: `rule ${index}` }));
    const notices = [...many, noticeOf('fire', { severity: 'critical', rule: 'Fire' })];
    const { text } = contentOf(notices, { language: 'en', zone: 'UTC' });
    const heads = text.split('\n').filter(line => line.startsWith('Alarm: '));
    expect(heads).toHaveLength(notifyLimits.noticesShown);
    expect(heads[0]).toContain('rule 0');
    expect(heads.at(-1)).toContain('Fire');
  });

  it('names of people and devices make no line, header or tag', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (rule, site, condition) => {
        const nasty = `${rule}\r\nBcc: a@b\u2028<script>"`;
        const { title, text, html } = contentOf([noticeOf('a', { rule: nasty, site, condition })], {
          language: 'en',
          zone,
        });
        expect(title).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(title.length).toBeLessThanOrEqual(160);
        expect(text.split('\n').length).toBeLessThanOrEqual(5);
        expect(
          html.replace(/<\/?(html( lang="en")?|body|p|strong|br|small)>|<!doctype html>/g, ''),
        ).not.toMatch(/[<>"']/);
      }),
      { numRuns: 30 },
    );
  });

  it('long names are never cut within a character: servers refuse such a message for good', () => {
    for (let length = 90; length <= 200; length++) {
      const long = `${'a'.repeat(length)}${'🔥'.repeat(60)}`;
      const notice = noticeOf('a', { rule: long, site: long, condition: long });
      const { title, text, html } = contentOf([notice, notice], { language: 'de', zone });
      for (const part of [title, text, html]) expect(part).not.toMatch(/\p{Cs}/u);
    }
    expect([beginningOf('ab🔥', 3), beginningOf('ab🔥', 4)]).toEqual(['ab', 'ab🔥']);
  });
});

describe('addresses of the internet', () => {
  it("are those that are nobody's own", () => {
    for (const near of [
      '127.0.0.1',
      '10.1.2.3',
      '172.31.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
      '224.0.0.1',
      '255.255.255.255',
      '::1',
      '::',
      'fe80::1',
      'fe80::1%eth0',
      'fd00::1',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '2001::1',
      'ff02::1',
      'nonsense',
    ])
      expect(isOfInternet(near), near).toBe(false);
    for (const far of ['1.1.1.1', '172.32.0.1', '9.9.9.9', '2606:4700::1111', '2001:4860:4860::8888'])
      expect(isOfInternet(far), far).toBe(true);
  });
});
