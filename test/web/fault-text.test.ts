import { describe, expect, it } from 'vitest';
import { fault } from '../../host/faults/fault.ts';
import { type FaultCode, faultKinds } from '../../host/faults/kinds.ts';
import { faultText } from '../../web/fault-text.ts';
import { de } from '../../web/i18n/de.ts';
import { en } from '../../web/i18n/en.ts';
import { pt } from '../../web/i18n/pt.ts';

const codes = Object.keys(faultKinds) as FaultCode[];
const gapsOf = (text: string) => [...new Set(text.match(/\{[^}]*\}/g))].sort();

describe.each(Object.entries({ en, de, pt }))('what is wrong with another side, in %s', (language, words) => {
  it('is told of every code, with every fact of it and no other', () => {
    expect(Object.keys(words.faults).sort()).toEqual([...codes].sort());
    for (const code of codes) {
      expect(words.faults[code].trim(), code).not.toBe('');
      expect(gapsOf(words.faults[code]), code).toEqual(gapsOf(faultKinds[code]));
    }
    const isEnglish = codes.filter(code => words.faults[code] === faultKinds[code]);
    expect(isEnglish).toEqual(language === 'en' ? codes : []);
  });
});

describe('a fault on the page', () => {
  it('is in its language, and what the other side said beside it as it was said', () => {
    const { message, ...why } = fault('port.refused.broker', {
      host: '10.0.0.2',
      port: 1883,
      said: 'connect ECONNREFUSED 10.0.0.2:1883',
    });
    expect(faultText(message, why, de.faults)).toEqual({
      text: '10.0.0.2 ist da und nimmt an Port 1883 keine Verbindung an. Prüfen Sie den Port, und ob der Broker läuft.',
      isOwn: true,
      said: 'connect ECONNREFUSED 10.0.0.2:1883',
    });
  });

  it('has its reason in its language, too', () => {
    const facts = { silent: 1, all: 2, node: 'ns=1;s=Power', because: 'opcua.node.silent' };
    const { message, ...why } = fault('opcua.nodes', facts);
    expect(faultText(message, why, de.faults).text).toBe(
      'Knoten ohne Wert: 1 von 2. ns=1;s=Power: Der Server nimmt ihn an und sagt nichts von ihm.',
    );
    expect(faultText(message, why, en.faults).text).toBe(message);
  });

  it('has its facts in its language where they are codes, one or several', () => {
    const { message, ...why } = fault('opcua.security', {
      wanted: 'opcua.security.encrypt',
      offered: 'opcua.security.none; opcua.security.sign',
    });
    expect(message).toBe(
      'the server does not offer the security "signed and encrypted"; it offers: none; signed',
    );
    expect(faultText(message, why, de.faults).text).toBe(
      'Der Server bietet die Sicherheit „signiert und verschlüsselt“ nicht an. Er bietet an: keine; signiert.',
    );
  });

  it("is the host's English where the page does not know its code, or was told none", () => {
    const own = { text: 'the moon is in the way', isOwn: false, said: null };
    expect(faultText(own.text, { code: 'moon.inTheWay', facts: { phase: 'full' } }, pt.faults)).toEqual(own);
    expect(faultText(own.text, { code: 'constructor', facts: {} }, pt.faults)).toEqual(own);
    expect(faultText(own.text, null, pt.faults)).toEqual(own);
  });
});
