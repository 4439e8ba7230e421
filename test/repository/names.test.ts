import { existsSync } from 'node:fs';
import { posix, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesUnder, isScript, read, root } from './tree.ts';

const files = filesUnder('');
const scripts = files.filter(isScript);
const documents = files.filter(path => path.endsWith('.md'));
const top = ['docs', 'firmware', 'host', 'simulator', 'test', 'web'];

/** Files and folders that say what is in them by saying nothing. */
const emptyNames = ['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'manager'];

/** A heading's anchor, as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replace(/ /g, '-');

/** Links of a document to files of the tree that are not there, or to headings that are not in them. */
function deadLinks(path: string, text: string): string[] {
  const dead: string[] = [];
  const prose = text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');
  for (const [, target = ''] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [file = '', anchor] = target.split('#');
    const linked = file === '' ? path : posix.join(posix.dirname(path), file);
    if (!existsSync(resolve(root, linked))) dead.push(`${path} links to ${linked}, which is not there`);
    else if (anchor !== undefined && linked.endsWith('.md')) {
      const headings = [...read(linked).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
      if (!headings.includes(anchor))
        dead.push(`${path} links to ${linked}#${anchor}, a heading that is not there`);
    }
  }
  return dead;
}

describe('names', () => {
  test('the top level holds the folders of the architecture and no other', () => {
    const folders = new Set(files.filter(path => path.includes('/')).map(path => path.split('/')[0] ?? ''));
    expect([...folders].filter(name => !name.startsWith('.')).sort()).toEqual(top);
  });

  test('files are kebab-case and named for what is in them', () => {
    const wrong = scripts.filter(path => {
      const parts = path.replace(/(\.(test|config|d))?\.[cm]?[jt]sx?$/, '').split('/');
      return parts.some(part => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part) || emptyNames.includes(part));
    });
    expect(wrong).toEqual([]);
  });

  test('no source is left unfinished', () => {
    const mark = new RegExp(['TO', 'DO|FIX', 'ME|X', 'XX'].join(''));
    expect(scripts.filter(path => mark.test(read(path)))).toEqual([]);
  });

  test('no document links to what is not there', () => {
    expect(documents.flatMap(path => deadLinks(path, read(path))).join('\n')).toBe('');
  });

  test('the check of links finds a dead one', () => {
    expect(deadLinks('docs/a.md', 'see [b](no-such.md)')).toEqual([
      'docs/a.md links to docs/no-such.md, which is not there',
    ]);
    expect(deadLinks('README.md', '[x](#no-such-heading)')).toHaveLength(1);
    expect(deadLinks('README.md', '`[b](no-such.md)` and [web](https://example.org)')).toEqual([]);
  });

  test('no class of the firmware has a method of the form #name(): on XS it takes heap in each object', () => {
    const found = scripts
      .filter(path => path.startsWith('firmware/'))
      .flatMap(path => {
        const methods = read(path).matchAll(/^ {2}(?:(?:static|async|get|set) |\*)*#(\w+)(?:<[^>\n]*>)?\(/gm);
        return [...methods].map(([, name]) => `${path}: write private ${name}() instead of #${name}()`);
      });
    expect(found).toEqual([]);
  });
});
