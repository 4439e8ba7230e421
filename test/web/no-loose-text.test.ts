import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { looseTexts } from './text-in-templates.ts';

const files = readdirSync('web', { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('i18n'))
  .map(({ parentPath, name }) => join(parentPath, name));

/** Options of the host, as one types them. */
const isOption = (text: string): boolean => /^--[a-z-]+$/.test(text);
/** The same in every language: units, and what one types into a terminal. */
const allowed: ReadonlySet<string> = new Set([
  'ms',
  'kWh',
  'Hz',
  'VA',
  'var',
  'npm run firmware:build -- --target esp32',
]);

describe('texts that a person reads', () => {
  it('come from the words of a language, in every template of the page', () => {
    const loose = files.flatMap(file =>
      looseTexts(readFileSync(file, 'utf8'))
        .filter(({ text }) => !allowed.has(text) && !isOption(text))
        .map(({ line, text }) => `${file}:${line}: ${text}`),
    );
    expect(files.length).toBeGreaterThan(100);
    expect(loose).toEqual([]);
  });

  it.each([
    ['html`<p>Hello @{name}</p>`', ['Hello']],
    ['html`<p class="small">@{words().x}</p>`', []],
    ['html`<button aria-label="Close">@{icon()}</button>`', ['Close']],
    ['html`<b>@{list.map(one => html`<i>Of @{one}</i>`)}</b>`', ['Of']],
    ["html`<b !click=@{() => go('there')}>@{a ? `x @{b}` : 'y'}</b>`", []],
    ['svg`<path d="M4 4 L5 5"/>`', []],
    ['html`<dd>@{a} days</dd>`', ['days']],
  ])('are found in %s', (source, expected) => {
    expect(looseTexts(source.replaceAll('@', '$')).map(({ text }) => text)).toEqual(expected);
  });
});
