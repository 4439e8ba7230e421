import { describe, expect, it } from 'vitest';
import { KeyReader } from '../../../web/frame/key-reader.ts';
import { keyTable, onViewCommand, sendViewCommand, type ViewCommand } from '../../../web/frame/keys.ts';

describe('keys', () => {
  it.each(keyTable)('$keys does what the table says, in small letters and capitals', ({ keys, does }) => {
    for (const written of [keys, keys.length < 4 ? keys.toUpperCase() : keys]) {
      const reader = new KeyReader();
      const read = written.split(' ').map((key, index) => reader.read(key, index * 100));
      expect(read.at(-1)).toEqual(does);
    }
  });

  it('each stand in the table once, and no key alone is the first of two', () => {
    const all = keyTable.map(({ keys }) => keys);
    expect(new Set(all).size).toBe(all.length);
    const firsts = all.filter(keys => keys.includes(' ')).map(keys => keys.split(' ')[0]);
    expect(all.filter(keys => firsts.includes(keys))).toEqual([]);
  });

  it('are forgotten where the second comes late, or another in between', () => {
    const reader = new KeyReader();
    expect(reader.read('g', 0)).toBeNull();
    expect(reader.read('h', 5000)).toBeNull();
    expect(reader.read('g', 6000)).toBeNull();
    expect(reader.read('1', 6100)).toEqual({ is: 'period', period: 'hour' });
    expect(reader.read('h', 6200)).toBeNull();
    expect(reader.read('x', 6300)).toBeNull();
  });
});

describe('a view', () => {
  it('hears commands, and says whether it did something', () => {
    const view = new EventTarget();
    const heard: ViewCommand[] = [];
    onViewCommand(view, command => {
      heard.push(command);
      return command.is === 'step';
    });
    expect(sendViewCommand(view, { is: 'step', by: 1 })).toBe(true);
    expect(sendViewCommand(view, { is: 'reset' })).toBe(false);
    expect(sendViewCommand(new EventTarget(), { is: 'reset' })).toBe(false);
    expect(heard).toEqual([{ is: 'step', by: 1 }, { is: 'reset' }]);
  });
});
