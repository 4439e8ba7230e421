import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '#core/limits.ts';
import { quantityIds } from '#core/quantities.ts';
import type { Rule } from '#core/rules.ts';
import { encodeUtf8 } from '#core/utf8.ts';
import {
  decodeMessage,
  encodeMessage,
  type JsonChannel,
  type Message,
  messageRules,
} from '#core/wire/messages.ts';

/** Values that a rule lets through, made from the rule itself: a new field is tested without a new line here. */
function allowedBy(rule: Rule): fc.Arbitrary<unknown> {
  switch (rule.is) {
    case 'anything':
      // Minus zero is written as 0.
      return fc.jsonValue({ maxDepth: 2 }).map(value => JSON.parse(JSON.stringify(value)));
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: rule.min, max: Math.min(rule.max, Number.MAX_SAFE_INTEGER) });
    case 'number':
      return fc.double({ min: rule.min, max: rule.max, noNaN: true }).map(value => value + 0);
    case 'text':
      return rule.pattern
        ? fc.stringMatching(new RegExp(rule.pattern))
        : fc.string({ unit: 'binary', maxLength: rule.max / 4 });
    case 'choice':
      return fc.constantFrom(...rule.of);
    case 'list':
      return fc.array(allowedBy(rule.of), { maxLength: Math.min(rule.max, 4) });
    case 'map':
      return fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), allowedBy(rule.of), {
        maxKeys: 4,
        noNullPrototype: true,
      });
    case 'nullable':
      return fc.option(allowedBy(rule.of));
    case 'object': {
      const fields = { ...rule.fields, ...rule.optional };
      const model = Object.fromEntries(Object.entries(fields).map(([name, of]) => [name, allowedBy(of)]));
      return fc.record(model, { requiredKeys: Object.keys(rule.fields), noNullPrototype: true });
    }
  }
}

const channels = Object.keys(messageRules) as JsonChannel[];
const json = (value: unknown): Uint8Array => encodeUtf8(JSON.stringify(value));

describe('messages', () => {
  it.each(channels)('of %s come back as they were', channel => {
    fc.assert(
      fc.property(allowedBy(messageRules[channel]), message => {
        const bytes = encodeMessage(channel as 'ack', message as Message<'ack'>);
        expect(decodeMessage(channel, bytes)).toEqual({ ok: true, value: message });
      }),
      { numRuns: 10 },
    );
  });

  it.each(channels)('of %s: what is no message is refused with a text, and nothing is thrown', channel => {
    const payload = fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.jsonValue({ maxDepth: 3 }).map(json));
    fc.assert(
      fc.property(payload, bytes => {
        const result = decodeMessage(channel, bytes);
        expect(result.ok || result.detail !== '').toBe(true);
      }),
    );
  });

  it('name the field that is wrong', () => {
    const ack = decodeMessage('ack', json({ v: 1, epoch: '0011', sequence: 4 }));
    expect(ack).toMatchObject({ ok: false, error: 'message.shape' });
    expect(ack.ok ? '' : ack.detail).toBe('ack: epoch: "0011" given; 16 hex digits are allowed');
    expect(decodeMessage('ack', json({ v: 2, epoch: '0'.repeat(16), sequence: 4 }))).toMatchObject({
      ok: false,
    });
  });

  it('that nest deeper than a device can parse are refused before they are parsed', () => {
    const deep = (depth: number) => encodeUtf8(`{"v":1,"settings":${'['.repeat(depth)}${']'.repeat(depth)}}`);
    expect(decodeMessage('settings/desired', deep(8000))).toMatchObject({
      ok: false,
      error: 'message.tooDeep',
    });
    expect(decodeMessage('settings/desired', deep(limits.jsonNesting))).toMatchObject({
      error: 'message.tooDeep',
    });
    expect(decodeMessage('settings/desired', deep(limits.jsonNesting - 1)).ok).toBe(true);
    const text = json({ v: 1, settings: `${'['.repeat(100)}"\\` });
    expect(decodeMessage('settings/desired', text)).toMatchObject({ ok: true });
  });

  it('down to a gateway are held to 16 kB, those up to 64 kB, so that the largest gateway can tell of itself', () => {
    const meter = (index: number) => ({
      id: `m${index}`.padEnd(64, 'x'),
      name: 'n'.repeat(64),
      profile: 'p'.repeat(64),
      line: 'l'.repeat(64),
      windowS: 900,
      sampleMs: 900_000,
      series: quantityIds.slice(-Math.floor(limits.seriesPerAbout / limits.metersPerGateway)),
    });
    const meters = Array.from({ length: limits.metersPerGateway }, (_, index) => meter(index));
    const about = encodeMessage('about', {
      v: 1,
      firmware: 'f',
      board: 'b',
      epoch: '0'.repeat(16),
      settingsVersion: 1,
      meters,
    });
    expect(about.length).toBeLessThan(limits.mqttPacketUpBytes);
    expect(decodeMessage('about', about).ok).toBe(true);
    const large = json({ v: 1, settings: 'x'.repeat(limits.mqttPacketDownBytes) });
    expect(decodeMessage('settings/desired', large)).toMatchObject({ ok: false, error: 'message.tooLarge' });
  });
});
