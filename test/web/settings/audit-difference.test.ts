import { describe, expect, it } from 'vitest';
import { auditDifferences } from '../../../web/settings/audit-difference.ts';

describe('what a change changed', () => {
  it('is told place by place, without what stayed', () => {
    const before = { name: 'Mill', roles: { home: 'viewer', mill: 'admin' }, lines: [1, 2] };
    const after = { name: 'Mill', roles: { home: 'operator' }, lines: [1, 3] };
    expect(auditDifferences(before, after)).toEqual([
      { path: 'roles.home', before: 'viewer', after: 'operator' },
      { path: 'roles.mill', before: 'admin', after: null },
      { path: 'lines', before: [1, 2], after: [1, 3] },
    ]);
  });

  it('is all of it where there was nothing, or nothing is left', () => {
    expect(auditDifferences(null, { id: 'mill', name: null })).toEqual([
      { path: 'id', before: null, after: 'mill' },
    ]);
    expect(auditDifferences({ id: 'mill' }, null)).toEqual([{ path: 'id', before: 'mill', after: null }]);
    expect(auditDifferences(undefined, undefined)).toEqual([]);
  });

  it('finds things of a list by their id, wherever they stand', () => {
    const meters = [
      { id: 'a', windowS: 10 },
      { id: 'b', windowS: 10 },
    ];
    expect(auditDifferences({ meters }, { meters: [{ id: 'b', windowS: 60 }, meters[0]] })).toEqual([
      { path: 'meters.b.windowS', before: 10, after: 60 },
    ]);
  });

  it('does not follow names that every object has', () => {
    expect(auditDifferences({}, JSON.parse('{"__proto__": 1, "constructor": 2}'))).toEqual([
      { path: '__proto__', before: null, after: 1 },
      { path: 'constructor', before: null, after: 2 },
    ]);
  });

  it('tells what is of another kind as a whole', () => {
    expect(auditDifferences(3, { a: 1 })).toEqual([{ path: '', before: 3, after: { a: 1 } }]);
  });
});
